package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"offcut/cmd/offcut/view"
	"offcut/engine"
	"offcut/rules"
)

const explainCodes = `    0  explained, also where the key has no unfinished upload
    1  error, or the parts of an upload could not be read
  130  interrupted`

// newExplainCommand makes "offcut explain".
func newExplainCommand(a *app) *cobra.Command {
	var q engine.KeyQuestion
	cmd := &cobra.Command{
		Use:   "explain BUCKET KEY [PATH]",
		Short: "Say why the uploads of a key are kept or aborted; only reads",
		Long: `Lists the unfinished uploads of exactly one key, reads their parts, and shows for
each what every protect and every rule says to it, with the figures behind that,
and the verdict that a plan of these rules reaches. It sends GET and HEAD only.

KEY is taken byte for byte. One with characters that a terminal hides is written
with the shell's $'...', which takes the escapes that plans show: $'raw/\x1b.mp4'.
Behind -- a key may begin with a dash.`,
		Example: `  offcut explain media-prod raw/cam-1/2026-11-22.mp4
  offcut explain media-prod raw/a.mp4 cleanup -upload-id 5a0c2b
  offcut explain -json backups db.tar -provider s3.minio`,
		Args:        explainArgs,
		Annotations: map[string]string{exitCodes: explainCodes},
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := firstOr(args[2:], ".")
			if err != nil {
				return err
			}
			q.Bucket, q.Key = args[0], args[1]
			return a.explain(cmd.Context(), path, q)
		},
	}
	a.addRuleFlags(cmd)
	cmd.Flags().StringVar(&q.Provider, "provider", "", "ask the provider at `ADDRESS`, where rules look at the bucket of several")
	a.completeExplain(cmd)
	cmd.Flags().StringVar(&q.ID, "upload-id", "", "only explain the upload with this `ID`, or the one whose id begins so")
	a.addJSONFlag(cmd, "write JSON lines")
	a.addParallelismFlag(cmd)
	a.addLogFlags(cmd, "warn", "console")
	return cmd
}

// explainArgs checks that a bucket, a key and at most one path are given.
func explainArgs(cmd *cobra.Command, args []string) error {
	switch {
	case len(args) < 2:
		return errors.New(`say which key of which bucket: "offcut explain BUCKET KEY"`)
	case strings.Contains(args[0], "://"):
		return fmt.Errorf("%q is an address: write the bucket and the key as two words, offcut explain BUCKET KEY", args[0])
	case args[0] == "":
		return errors.New("the name of the bucket is empty")
	case args[1] == "":
		return errors.New("the key is empty; no upload has an empty key")
	}
	return atMost(3, "arguments, BUCKET KEY PATH")(cmd, args)
}

func (a *app) explain(ctx context.Context, path string, q engine.KeyQuestion) error {
	if err := a.announce("explain"); err != nil {
		return err
	}
	loaded, err := a.loadRuleSet(ctx, path)
	if err != nil {
		return err
	}
	cfg := loaded.cfg
	if q.Provider, err = providerOf(cfg, q); err != nil {
		return err
	}
	var acting []string
	for _, r := range cfg.Rules {
		if r.Provider == q.Provider {
			acting = append(acting, r.Address)
		}
	}
	stores, err := a.openStores(ctx, loaded, acting)
	if err != nil {
		return err
	}
	defer closeStores(stores)
	a.resultTells = true
	x, err := engine.Explain(ctx, stores[q.Provider], cfg, q, a.engineOptions())
	if err != nil {
		return err
	}
	if a.json {
		err = view.ExplainedJSON(a.stdout, x)
	} else {
		err = view.Explained(a.stdout, x, a.viewOptions())
	}
	if err == nil && slices.ContainsFunc(x.Uploads, unread) {
		return silent(exitError)
	}
	return err
}

// unread reports whether the parts of an upload could not be read, although it is
// there and a request for it is about nothing else.
func unread(e engine.ExplainedUpload) bool {
	return e.Trouble != nil && !errors.Is(e.Trouble, engine.ErrNoSuchUpload) && e.Explanation.Veto != rules.KeepKeyUnproven
}

// providerOf is the provider that a question is about: the one that it names, else the
// only one whose rules look at the bucket, else the only one that there is.
func providerOf(cfg *rules.Config, q engine.KeyQuestion) (string, error) {
	var all, looking []string
	for _, p := range cfg.Providers {
		all = append(all, p.Address)
		if slices.ContainsFunc(cfg.Rules, func(r rules.Rule) bool {
			return r.Provider == p.Address && slices.Contains(r.Scan.Buckets, q.Bucket)
		}) {
			looking = append(looking, p.Address)
		}
	}
	switch {
	case q.Provider != "" && !slices.Contains(all, q.Provider):
		return "", fmt.Errorf("-provider is %q, but no rule uses such a provider; rules use %s", q.Provider, strings.Join(all, ", "))
	case q.Provider != "":
		return q.Provider, nil
	case len(looking) == 1:
		return looking[0], nil
	case len(looking) > 1:
		return "", fmt.Errorf("rules look at bucket %q of several providers: choose one with -provider (%s)", q.Bucket, strings.Join(looking, ", "))
	case len(all) == 1:
		return all[0], nil
	}
	return "", fmt.Errorf("no rule looks at bucket %q: say with -provider who has it (%s)", q.Bucket, strings.Join(all, ", "))
}
