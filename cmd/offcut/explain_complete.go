package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"offcut/rules"
)

// completeExplain completes BUCKET and -provider with what the rule files in the
// current directory name. Nothing is sent, so that keys, and buckets that data blocks
// would find, are not known to it.
func (a *app) completeExplain(cmd *cobra.Command) {
	cmd.ValidArgsFunction = func(_ *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
		switch len(args) {
		case 0:
			return a.named(word, func(r *rules.Rule) []string { return r.Scan.Buckets }), cobra.ShellCompDirectiveNoFileComp
		case 1:
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return nil, cobra.ShellCompDirectiveDefault
	}
	provider := func(_ *cobra.Command, _ []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return a.named(word, func(r *rules.Rule) []string { return []string{r.Provider} }), cobra.ShellCompDirectiveNoFileComp
	}
	_ = cmd.RegisterFlagCompletionFunc("provider", provider) // fails for a second function only
}

// named lists, sorted, the names that the rules of the current directory hold and that
// begin with a word.
func (a *app) named(word string, names func(*rules.Rule) []string) []cobra.Completion {
	set := a.quietRules(".")
	if set == nil || len(set.Queries()) > 0 {
		return nil
	}
	cfg, problems := set.Resolve(nil)
	if problems.HasErrors() {
		return nil
	}
	var found []cobra.Completion
	for i := range cfg.Rules {
		for _, name := range names(&cfg.Rules[i]) {
			if strings.HasPrefix(name, word) && !slices.Contains(found, name) {
				found = append(found, name)
			}
		}
	}
	slices.Sort(found)
	return found
}
