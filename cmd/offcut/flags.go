package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"
)

// common holds the flags that several commands share. A command takes those
// that change what it does, and no others.
type common struct {
	chdir, dataDir       string
	vars, varFiles       []string
	json, noColor, input bool
	parallelism          int
}

// addChdirFlag is for commands that read or write files.
func (a *app) addChdirFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&a.chdir, "chdir", "", "start relative paths from `DIR`")
}

// addRuleFlags is for commands that load rule files.
func (a *app) addRuleFlags(cmd *cobra.Command) {
	a.addChdirFlag(cmd)
	cmd.Flags().StringArrayVar(&a.vars, "var", nil, "set a variable: `NAME=VALUE`; may be repeated, the last one wins")
	cmd.Flags().StringArrayVar(&a.varFiles, "var-file", nil, "set variables from `FILE`; may be repeated")
}

// addJSONFlag is for commands whose result has a form for programs.
func (a *app) addJSONFlag(cmd *cobra.Command, usage string) {
	cmd.Flags().BoolVar(&a.json, "json", false, usage)
}

// addLogFlags is for commands that send requests. level and format are the
// command's defaults; as commands differ in them, they are read from the command
// that runs and not from a variable that all would share.
func (a *app) addLogFlags(cmd *cobra.Command, level, format string) {
	cmd.Flags().String("log-level", level, "log to stderr from `LEVEL` on: debug, info, warn, error or off")
	cmd.Flags().String("log-format", format, "write the log as `FORMAT`: console or json")
	completeValues(cmd, "log-level", "debug", "info", "warn", "error", "off")
	completeValues(cmd, "log-format", "console", "json")
}

// completeValues completes the value of a flag that takes one of a few.
func completeValues(cmd *cobra.Command, flag string, values ...string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)) // fails for a second function only
}

// addParallelismFlag is for commands that send requests.
func (a *app) addParallelismFlag(cmd *cobra.Command) {
	cmd.Flags().IntVar(&a.parallelism, "parallelism", 16, "send a provider at most `N` requests at once")
}

// addDataDirFlag is for commands that keep something on disk; what says what they keep.
func (a *app) addDataDirFlag(cmd *cobra.Command, what string) {
	cmd.Flags().StringVar(&a.dataDir, "data-dir", ".offcut", "keep "+what+" in `DIR`")
}

// addInputFlag is for commands that ask questions.
func (a *app) addInputFlag(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&a.input, "input", true, "ask for what is missing; -input=false makes it an error")
}

// setUp checks the flags that were parsed and opens the log.
func (a *app) setUp(cmd *cobra.Command) error {
	a.acts = acts(cmd)
	if a.noColor || a.getenv("NO_COLOR") != "" {
		a.out.color, a.errs.color = false, false
	}
	if f := cmd.Flags().Lookup("parallelism"); f != nil && (a.parallelism < 1 || a.parallelism > 256) {
		return fmt.Errorf("-parallelism is %d: give a number from 1 to 256", a.parallelism)
	}
	level, format := cmd.Flags().Lookup("log-level"), cmd.Flags().Lookup("log-format")
	if level == nil || format == nil {
		return nil
	}
	return a.openLog(level.Value.String(), format.Value.String())
}

// acts reports whether a command leaves something behind, so that what went wrong must
// be told even when its output is not read to the end.
func acts(cmd *cobra.Command) bool {
	out := cmd.Flags().Lookup("out")
	return out != nil && out.Changed ||
		slices.Contains([]string{"apply", "serve", "demo", "init", "fmt", "halt", "emulator"}, cmd.Name())
}

// openLog makes the logger from -log-level and -log-format.
func (a *app) openLog(levelName, format string) error {
	levels := map[string]zerolog.Level{
		"debug": zerolog.DebugLevel, "info": zerolog.InfoLevel, "warn": zerolog.WarnLevel,
		"error": zerolog.ErrorLevel, "off": zerolog.Disabled,
	}
	level, known := levels[levelName]
	if !known {
		return fmt.Errorf("-log-level is %q: give debug, info, warn, error or off", levelName)
	}
	switch format {
	case "json":
		a.log, a.jsonLog = newJSONLog(a.stderr), true
	case "console":
		a.log = newConsoleLog(a.stderr, a.errs.color)
	default:
		return fmt.Errorf("-log-format is %q: give console or json", format)
	}
	a.log = a.log.Level(level)
	return nil
}

// path resolves a path as -chdir asks, without changing the process's directory.
func (a *app) path(p string) string {
	if a.chdir == "" || filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(a.chdir, p)
}

// atMostOnePath is the argument check of commands that take [PATH].
func atMostOnePath(cmd *cobra.Command, args []string) error {
	return atMost(1, "PATH")(cmd, args)
}

// atMost checks the number of arguments.
func atMost(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) <= n {
			return nil
		}
		if n == 0 {
			return fmt.Errorf("%s takes no argument, but was given %q", cmd.Name(), args[0])
		}
		return fmt.Errorf("%s takes at most %d %s, but was also given %q", cmd.Name(), n, what, args[n])
	}
}

var errEmptyPath = errors.New("the path is empty; leave it out for the current directory")

// firstOr returns the first argument, or the default where there is none.
func firstOr(args []string, def string) (string, error) {
	if len(args) == 0 {
		return def, nil
	}
	if args[0] == "" {
		return "", errEmptyPath
	}
	return args[0], nil
}
