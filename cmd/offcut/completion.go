package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// newCompletionCommand makes "offcut completion".
func newCompletionCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "completion bash|zsh|fish",
		Short: "Write a completion script for a shell",
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
				return cmd.Root().GenBashCompletionV2(a.stdout, true)
			case "zsh":
				return cmd.Root().GenZshCompletion(a.stdout)
			case "fish":
				return cmd.Root().GenFishCompletion(a.stdout, true)
			case "":
				return fmt.Errorf("name the shell: offcut completion bash, zsh or fish")
			default:
				return fmt.Errorf("there is no completion for %q: give bash, zsh or fish", shell)
			}
		},
	}
}
