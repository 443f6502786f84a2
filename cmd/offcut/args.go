package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// doubleDashes rewrites -flag to --flag, as Terraform users write flags with one
// dash and the flag library wants two, and moves the command's name to the
// front, so that -chdir=DIR may stand before it. Values of flags, single
// letters, "-", negative numbers and all that follows "--" stay as they are.
// It also returns the command's name, empty when there is none.
func doubleDashes(args []string, takesValue func(flag string) bool) (out []string, name string) {
	var rest []string
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if arg == "--" {
			rest = append(rest, args[i:]...)
			break
		}
		flag, ok := flagName(arg)
		switch {
		case ok:
			rest = append(rest, "--"+strings.TrimLeft(arg, "-"))
			if !strings.Contains(arg, "=") && takesValue(flag) && i+1 < len(args) {
				i++
				rest = append(rest, args[i])
			}
		case name == "" && arg != "" && !strings.HasPrefix(arg, "-"):
			name = arg
		default:
			rest = append(rest, arg)
		}
	}
	if name == "" {
		return rest, ""
	}
	return append([]string{name}, rest...), name
}

// flagName returns the name in -name, --name, -name=value and --name=value.
func flagName(arg string) (string, bool) {
	bare := strings.TrimPrefix(arg, "-")
	if bare == arg {
		return "", false
	}
	double := strings.HasPrefix(bare, "-")
	bare, _, _ = strings.Cut(strings.TrimPrefix(bare, "-"), "=")
	if bare == "" || !double && len(bare) < 2 || !isLetter(bare[0]) {
		return "", false
	}
	return bare, true
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

// takesValue reports for the flags of all commands whether the next argument is
// their value.
func takesValue(root *cobra.Command) func(flag string) bool {
	return func(flag string) bool {
		noValue, found := valueless(root.Commands(), flag)
		return found && !noValue
	}
}

// valueless reports whether a flag of commands, or of those below them, needs no
// value, and whether there is such a flag.
func valueless(commands []*cobra.Command, flag string) (noValue, found bool) {
	for _, cmd := range commands {
		if f := cmd.Flags().Lookup(flag); f != nil {
			return f.NoOptDefVal != "", true
		}
		if noValue, found = valueless(cmd.Commands(), flag); found {
			return noValue, true
		}
	}
	return false, false
}

// noSubcommand is the argument check of commands that have others below them and
// take no argument themselves.
func noSubcommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	cmd.SuggestionsMinimumDistance = 2
	return unknown("command", cmd.Name()+" "+args[0], cmd.SuggestionsFor(args[0]), fmt.Sprintf("Run %q for what there is.", cmd.CommandPath()+" -help"))
}

// noCommand is an error about the place where a command should be, and where to
// find the commands.
func noCommand(text string) error {
	return errors.New(text + ` Run "offcut help" for the commands.`)
}

// emptyCommand is the error of a command without letters.
func emptyCommand() error { return noCommand("The name of the command is empty.") }

// helpWithoutCommand is what "offcut" does without a command: alone it shows the
// help. A command that is empty, as that of a script whose variable is not set, is
// an error, and so is one behind "--".
func helpWithoutCommand(cmd *cobra.Command, args []string) error {
	switch {
	case cmd.ArgsLenAtDash() >= 0:
		return noCommand(`There is no command before "--".`)
	case len(args) > 0:
		return emptyCommand()
	}
	return cmd.Help()
}

// isLater reports whether offcut is to have this command, but has not yet.
func isLater(command string) bool {
	return command == "doctor"
}

// checkCommandName refuses a name that is no command, with the nearest one.
func checkCommandName(root *cobra.Command, name string) error {
	if name == "" || name == "help" {
		return nil
	}
	for _, cmd := range root.Commands() {
		if cmd.Name() == name {
			return nil
		}
	}
	if isLater(name) {
		return noCommand(fmt.Sprintf("%q is not in this version of offcut.", "offcut "+name))
	}
	return unknown("command", name, root.SuggestionsFor(name), `Run "offcut help" for the commands.`)
}

// explainFlagError puts the flag library's errors into the words of this program.
func explainFlagError(cmd *cobra.Command, err error) error {
	help := fmt.Sprintf("Run %q for its flags.", cmd.CommandPath()+" -help")
	text := err.Error()
	if name, ok := strings.CutPrefix(text, "unknown flag: --"); ok {
		return unknown("flag", "-"+name, nearFlags(cmd, name), help)
	}
	if strings.HasPrefix(text, "unknown shorthand flag") {
		_, name, _ := strings.Cut(text, " in ")
		return unknown("flag", name, nil, help)
	}
	text = strings.ReplaceAll(text, `"--`, `"-`)
	text = strings.ReplaceAll(text, `: --`, `: -`)
	return fmt.Errorf("%s. %s", text, help)
}

// unknown says that there is no such command or flag.
func unknown(what, name string, near []string, help string) error {
	text := fmt.Sprintf("There is no %s %q.", what, name)
	if len(near) > 0 {
		slices.Sort(near)
		text += fmt.Sprintf(" Did you mean %q?", strings.Join(near, `" or "`))
	}
	return errors.New(text + " " + help)
}

var longFlag = regexp.MustCompile(`--([a-z][a-z-]*)`)

// nearFlags returns the flags of cmd that look like name, by the measure that
// suggests commands.
func nearFlags(cmd *cobra.Command, name string) []string {
	probe := &cobra.Command{SuggestionsMinimumDistance: 2}
	for _, m := range longFlag.FindAllStringSubmatch(cmd.Flags().FlagUsages(), -1) {
		probe.AddCommand(&cobra.Command{Use: m[1], Run: func(*cobra.Command, []string) {}})
	}
	near := probe.SuggestionsFor(name)
	for i := range near {
		near[i] = "-" + near[i]
	}
	return near
}
