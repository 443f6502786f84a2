package main

import (
	"strings"

	"github.com/spf13/cobra"

	"offcut/cmd/offcut/view"
	"offcut/rules"
)

// completeRules completes the value of a flag that takes the address of a rule: with
// those that the rule files of the command line know and that may stand there. The
// files are read and nothing is sent, so that what follows from a bucket list is left
// out; where they hold a mistake there is nothing to offer.
func (a *app) completeRules(cmd *cobra.Command, flag string, offered func(rules.Outline) bool) {
	complete := func(_ *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
		var found []cobra.Completion
		for _, r := range a.outline(args) {
			if offered(r) && strings.HasPrefix(unquoted(r.Address), unquoted(word)) {
				found = append(found, cobra.CompletionWithDesc(r.Address, view.Text(r.Description)))
			}
		}
		return found, cobra.ShellCompDirectiveNoFileComp
	}
	_ = cmd.RegisterFlagCompletionFunc(flag, complete) // fails for a second function only
}

// unquoted is s without what tells quotes from each other. What a shell hands over of
// a word that is being typed may still hold its quotes.
func unquoted(s string) string { return strings.NewReplacer(`\`, "", `"`, "", "'", "").Replace(s) }

// outline tells what the rules at the path among args are, for completion: nothing
// where they cannot be read.
func (a *app) outline(args []string) []rules.Outline {
	path, err := firstOr(args, ".")
	if err != nil {
		return nil
	}
	set := a.quietRules(path)
	if set == nil {
		return nil
	}
	return set.Outline()
}

// quietRules loads the rules at path for completion, which must not write a word into
// the line that is being typed: nil where they cannot be read. What is wrong in them is
// left to the commands to tell.
func (a *app) quietRules(path string) *rules.Set {
	src, err := a.readRules(path)
	if err != nil {
		return nil
	}
	vals, err := a.ruleValues()
	if err != nil {
		return nil
	}
	set, _ := rules.Load(src, vals)
	return set
}
