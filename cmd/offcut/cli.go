package main

import (
	"context"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"offcut/engine"
	"offcut/engine/objectstore"
	"offcut/rules"
)

// Exit codes; README.md has the table.
const (
	exitOK          = 0
	exitError       = 1
	exitWorkFound   = 2 // plan -detailed-exitcode
	exitIncomplete  = 3 // apply: something was not done; fmt -check: files to format
	exitInterrupted = 130
)

// An exitError carries an exit code out of a command. Its text, where there is
// one, is printed as an error; where err is nil everything was said already.
type exitStatus struct {
	code int
	err  error
}

func (e exitStatus) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}
func (e exitStatus) Unwrap() error { return e.err }

// common holds the flags that every command takes.
type common struct {
	chdir, dataDir, logLevel, logFormat string
	vars, varFiles                      []string
	json, noColor, input                bool
	parallelism                         int
}

// An app is one invocation: its world, the common flags and the logger.
type app struct {
	world
	common
	log  zerolog.Logger
	stop <-chan struct{} // closed at the first SIGINT or SIGTERM; the context is cancelled at the second
}

// run runs one command line and returns the exit code.
func run(ctx context.Context, w world) int { panic("TODO") }

// commands lists every command; each lives in the file of its name.
func (a *app) commands() []*cobra.Command { return nil }

// loadRules reads the rule files at path (a directory or a file) with the common
// flags' values. Diagnostics go to stderr; errors become an exitStatus.
func (a *app) loadRules(path string) (*rules.Config, error) { panic("TODO") }

// openStores makes a client for every provider of cfg, or for those that the
// acting rules need. Nothing is sent.
func (a *app) openStores(ctx context.Context, cfg *rules.Config, onRequest func(objectstore.RequestEvent)) (engine.Stores, error) {
	panic("TODO")
}

// engineOptions fills the engine's options from the common flags: directory,
// parallelism, stop channel, and an observer that logs and draws progress.
func (a *app) engineOptions() engine.Options { panic("TODO") }
