package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// newCompletionCommand makes "offcut completion".
func newCompletionCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "completion bash|zsh|fish",
		Short: "Write a completion script for a shell",
		Long: `Writes a script that completes commands, flags, the values of flags, and addresses
of rules. In bash, the package bash-completion splits the line into words; where it
is not installed, the script does so itself.`,
		Example: `  source <(offcut completion bash)
  offcut completion zsh >"${fpath[1]}/_offcut"
  offcut completion fish >~/.config/fish/completions/offcut.fish`,
		Args:      atMost(1, "shell"),
		ValidArgs: []string{"bash", "zsh", "fish"},
		RunE: func(cmd *cobra.Command, args []string) error {
			shell, err := firstOr(args, "")
			if err != nil {
				return err
			}
			switch shell {
			case "bash":
				return writeBashScript(a.stdout, cmd.Root())
			case "zsh":
				return writeZshScript(a.stdout, cmd.Root())
			case "fish":
				return writeFishScript(a.stdout, cmd.Root())
			case "":
				return errors.New("name the shell: offcut completion bash, zsh or fish")
			default:
				return fmt.Errorf("there is no completion for %q: give bash, zsh or fish", shell)
			}
		},
	}
}

// asksForCompletions reports whether a completion script runs the program.
func asksForCompletions(args []string) bool {
	return len(args) > 1 && (args[0] == cobra.ShellCompRequestCmd || args[0] == cobra.ShellCompNoDescRequestCmd)
}

// complete answers a completion script. The flag library knows flags with two
// dashes only: it is asked with two, and where the user began with one, the answer
// has one.
func (a *app) complete(ctx context.Context, root *cobra.Command) error {
	args, oneDash := completionArgs(a.args, takesValue(root))
	var out bytes.Buffer
	root.SetArgs(args)
	root.SetOut(&out)
	if err := root.ExecuteContext(ctx); err != nil {
		return err
	}
	answer := completedFlag.ReplaceAllFunc(out.Bytes(), func(line []byte) []byte {
		line = bytes.ReplaceAll(line, []byte("`"), nil) // they mark the names of values in what flags say
		if oneDash {
			line = line[1:]
		}
		return line
	})
	_, err := a.stdout.Write(answer)
	return err
}

var completedFlag = regexp.MustCompile(`(?m)^--.*$`)

// completionArgs puts a command line that is still being typed into the form that
// the flag library reads. oneDash reports whether its last word is a flag that
// begins with one dash.
func completionArgs(args []string, takesValue func(flag string) bool) (out []string, oneDash bool) {
	last := len(args) - 1
	before, word := args[1:last], args[last]
	out, _ = doubleDashes(before, takesValue)
	if strings.HasPrefix(word, "-") && !strings.HasPrefix(word, "--") {
		const probe = "-flag" // becomes --flag where a flag may stand, and stays where a value stands
		tried, _ := doubleDashes(append(slices.Clone(before), probe), takesValue)
		oneDash = tried[len(tried)-1] == "-"+probe
	}
	if oneDash {
		word = "-" + word
	}
	return slices.Concat(args[:1], out, []string{word}), oneDash
}
