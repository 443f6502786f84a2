package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"offcut/engine"
	"offcut/engine/objectstore"
	"offcut/rules"
)

// An app is one invocation: its world, the common flags and the logger.
type app struct {
	world
	common
	log  zerolog.Logger
	stop <-chan struct{} // closed at the first SIGINT or SIGTERM; the context is cancelled at the second

	out, errs terminal    // what is known about stdout and stderr
	status    *statusLine // the progress line; nil where stderr is no terminal
	draining  atomic.Bool // see finishInHand

	interrupts atomic.Pointer[chan struct{}] // see answerInterrupts

	jsonLines   bool  // stdout carries JSON lines, and the first of them is written
	jsonLog     bool  // stderr carries JSON lines
	resultTells bool  // the command's result names every failure, so that the log need not warn
	acts        bool  // the command does more than show something
	helpErr     error // what went wrong when a help was written
}

// run runs one command line and returns the exit code.
func run(ctx context.Context, w world) int {
	a := &app{world: w, log: zerolog.Nop()}
	if a.now == nil {
		a.now = time.Now
	}
	a.openTerminals()
	a.stdout = stdout{a.stdout}
	ctx, release := a.watchSignals(ctx)
	defer release()

	root := a.newRoot()
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	if asksForCompletions(a.args) {
		return a.conclude(ctx, a.complete(ctx, root))
	}
	args, name := doubleDashes(w.args, takesValue(root))
	if err := checkCommandName(root, name); err != nil {
		return a.conclude(ctx, err)
	}
	root.SetArgs(args)
	if err := root.ExecuteContext(ctx); err != nil {
		return a.conclude(ctx, err)
	}
	return a.conclude(ctx, a.helpErr)
}

// newRoot makes the root command with every command under it.
func (a *app) newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "offcut",
		Short:         "Finds, plans and aborts stale multipart uploads",
		Long:          rootHelp,
		Version:       currentBuild().line(),
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          helpWithoutCommand,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			return a.setUp(cmd)
		},
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetVersionTemplate("{{.Version}}\n")
	root.SuggestionsMinimumDistance = 2
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { a.helpErr = writeHelp(cmd) })
	root.SetHelpCommand(newHelpCommand())
	root.SetFlagErrorFunc(explainFlagError)
	root.Flags().Bool("version", false, "show which offcut this is")
	root.PersistentFlags().BoolP("help", "h", false, "show this help")
	root.PersistentFlags().BoolVar(&a.noColor, "no-color", false, "write no colour, as without a terminal or with NO_COLOR set")
	for i, cmd := range a.commands() {
		annotate(cmd, helpOrder, fmt.Sprintf("%02d", i))
		root.AddCommand(cmd)
	}
	return root
}

// commands lists every command in the order of the help; each lives in the file
// of its name.
func (a *app) commands() []*cobra.Command {
	return []*cobra.Command{
		newDemoCommand(a),
		newInitCommand(a),
		newScanCommand(a),
		newValidateCommand(a),
		newFmtCommand(a),
		newConsoleCommand(a),
		newTestCommand(a),
		newPlanCommand(a),
		newApplyCommand(a),
		newExplainCommand(a),
		newShowCommand(a),
		newServeCommand(a),
		newHistoryCommand(a),
		newAuditCommand(a),
		newHaltCommand(a),
		newEmulatorCommand(a),
		newVersionCommand(a),
		newCompletionCommand(a),
	}
}

// openStores makes a client for every provider that an acting rule uses and that is not
// open already, so that nobody needs credentials for the others; nil means that all
// rules act. Nothing is sent. With an error all of them are closed.
func (a *app) openStores(ctx context.Context, r ruleSet, acting []string) (engine.Stores, error) {
	cfg, stores := r.cfg, maps.Clone(r.stores)
	if stores == nil {
		stores = engine.Stores{}
	}
	if err := a.checkRealms(cfg); err != nil {
		closeStores(stores)
		return nil, err
	}
	for _, p := range cfg.Providers {
		if !slices.ContainsFunc(cfg.Rules, func(r rules.Rule) bool {
			return r.Provider == p.Address && (acting == nil || slices.Contains(acting, r.Address))
		}) || stores[p.Address] != nil {
			continue
		}
		client, err := objectstore.Open(ctx, p, a.storeSettings())
		if err != nil {
			closeStores(stores)
			return nil, err
		}
		stores[p.Address] = client
	}
	return stores, nil
}

// checkRealms refuses rules that look into one bucket through two providers.
func (a *app) checkRealms(cfg *rules.Config) error {
	settings := a.storeSettings()
	return engine.CheckRealms(cfg, func(p rules.Provider) (string, error) { return objectstore.Realm(p, settings) })
}

// storeSettings are what clients need beside their provider blocks.
func (a *app) storeSettings() objectstore.Settings {
	return objectstore.Settings{
		Getenv: a.getenv, HomeDir: a.home,
		MaxConnections: a.parallelism, OnRequest: a.logRequest,
	}
}

// engineOptions fills the engine's options from the common flags: directory,
// parallelism, stop channel, and an observer that logs and draws progress.
func (a *app) engineOptions() engine.Options {
	id := engine.NewPlanID()
	return engine.Options{
		Dir:         a.path(a.dataDir),
		Parallelism: a.parallelism,
		PlanID:      id,
		Clock:       a.now,
		Observer:    a.newObserver(id),
		Stop:        a.stop,
	}
}
