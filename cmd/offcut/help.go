package main

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"offcut/cmd/offcut/view"
)

const rootHelp = `offcut finds unfinished multipart uploads in object storage. Their parts show in
no listing of objects and are billed until somebody aborts them. Rule files say
which uploads are stale; offcut plans, aborts what the plan names, and proves
that it is gone.`

// Annotations of commands.
const (
	exitCodes = "exit codes" // a command's exit codes, one a line
	helpOrder = "help order" // the place in the list of commands, as a sortable text
)

func annotate(cmd *cobra.Command, name, value string) {
	if cmd.Annotations == nil {
		cmd.Annotations = map[string]string{}
	}
	cmd.Annotations[name] = value
}

// newHelpCommand makes "offcut help [COMMAND]".
func newHelpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Show the help of a command",
		Args:  atMost(2, "names of a command"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Root().Help()
			}
			if args[0] == "" {
				return emptyCommand()
			}
			if err := checkCommandName(cmd.Root(), args[0]); err != nil {
				return err
			}
			target, _, err := cmd.Root().Find(args)
			if err != nil {
				return err
			}
			return target.Help()
		},
	}
}

// writeHelp writes a command's help: what it is for, how to call it, examples,
// commands or flags, exit codes.
func writeHelp(cmd *cobra.Command) error {
	var b strings.Builder
	text := cmd.Long
	if text == "" {
		text = cmd.Short + "."
	}
	fmt.Fprintf(&b, "%s\n\nUsage:\n  %s\n", view.Filled(text, helpWidth), useLine(cmd))
	if cmd.Example != "" {
		fmt.Fprintf(&b, "\nExamples:\n%s\n", cmd.Example)
	}
	if cmd.HasAvailableSubCommands() {
		writeCommands(&b, cmd)
	}
	cmd.InheritedFlags() // joins the root's flags to the command's own
	fmt.Fprintf(&b, "\nFlags (one dash or two):\n%s", singleDashes(cmd.Flags().FlagUsagesWrapped(helpWidth+dashes)))
	if codes := cmd.Annotations[exitCodes]; codes != "" {
		fmt.Fprintf(&b, "\nExit codes:\n%s\n", codes)
	}
	if _, err := io.WriteString(cmd.OutOrStdout(), b.String()); err != nil {
		return fmt.Errorf("write the help: %w", err)
	}
	return nil
}

func useLine(cmd *cobra.Command) string {
	if cmd.HasParent() {
		return cmd.Parent().CommandPath() + " " + cmd.Use
	}
	return cmd.Name() + " COMMAND"
}

func writeCommands(b *strings.Builder, cmd *cobra.Command) {
	b.WriteString("\nCommands:\n")
	inOrder := func(x, y *cobra.Command) int {
		return strings.Compare(x.Annotations[helpOrder], y.Annotations[helpOrder])
	}
	for _, sub := range slices.SortedFunc(slices.Values(cmd.Commands()), inOrder) {
		if sub.IsAvailableCommand() && sub.Name() != "help" {
			fmt.Fprintf(b, "  %-12s %s\n", sub.Name(), sub.Short)
		}
	}
	fmt.Fprintf(b, "\nRun %q for what a command does and takes.\n", strings.Replace(cmd.CommandPath(), cmd.Root().Name(), cmd.Root().Name()+" help", 1)+" COMMAND")
}

const (
	helpWidth = 80 // columns, at most
	dashes    = 5  // columns that singleDashes takes away
)

var (
	flagColumn = regexp.MustCompile(`(?m)^(  -h, |      )--`)
	goesOn     = regexp.MustCompile(`(?m)^ {5}( {6})`)
)

// singleDashes writes the flag library's help in the form that this program's
// documents use. Both forms are accepted.
func singleDashes(usages string) string {
	return goesOn.ReplaceAllString(flagColumn.ReplaceAllString(usages, "  -"), "$1")
}
