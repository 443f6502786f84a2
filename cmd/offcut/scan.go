package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"offcut/cmd/offcut/survey"
	"offcut/cmd/offcut/view"
	"offcut/engine"
	"offcut/engine/objectstore"
	"offcut/rules"
)

const scanCodes = `    0  done
    1  error, or the listing did not come to its end
  130  interrupted`

// scanOptions are the flags of "offcut scan".
type scanOptions struct {
	provider   rules.Provider
	partsLimit int64
	noParts    bool
}

// newScanCommand makes "offcut scan".
func newScanCommand(a *app) *cobra.Command {
	var o scanOptions
	cmd := &cobra.Command{
		Use:   "scan ks3://BUCKET[/PREFIX] | s3://BUCKET[/PREFIX]",
		Short: "Count what is lying around, without rules; only reads",
		Long: `Lists the unfinished uploads of a bucket, or below a prefix, and reads their parts:
how many, how large, what they cost, how old, whose; and suggests thresholds for a
rule from when parts arrived. It decides nothing and sends GET and HEAD only. Sizes take one request for each upload; -parts-limit bounds
them, and -no-parts only counts.`,
		Example: `  offcut scan ks3://media-prod -region BEIJING
  offcut scan ks3://media-prod/raw/ -no-parts
  offcut scan s3://backups -endpoint http://127.0.0.1:9000 -addressing path`,
		Args:        atMost(1, "address"),
		Annotations: map[string]string{exitCodes: scanCodes},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New(`say what to scan: "offcut scan ks3://BUCKET" or "offcut scan s3://BUCKET/PREFIX"`)
			}
			if o.noParts && cmd.Flags().Changed("parts-limit") {
				return errors.New("-no-parts and -parts-limit exclude each other")
			}
			return a.scan(cmd.Context(), args[0], o)
		},
	}
	cmd.Flags().StringVar(&o.provider.Region, "region", "", "ask in `REGION`, such as BEIJING")
	cmd.Flags().StringVar(&o.provider.Endpoint, "endpoint", "", "ask at `URL` instead of the region's endpoint")
	cmd.Flags().StringVar(&o.provider.Addressing, "addressing", "", "address buckets as `FORM` says: virtual or path")
	cmd.Flags().StringVar(&o.provider.Signature, "signature", "", "sign requests as `KIND` says: kss, kss4 or aws4")
	cmd.Flags().Int64Var(&o.partsLimit, "parts-limit", 10000, "read the parts of at most `N` uploads")
	cmd.Flags().BoolVar(&o.noParts, "no-parts", false, "read no parts: count, age and owner only")
	a.addJSONFlag(cmd, "write JSON lines")
	a.addParallelismFlag(cmd)
	a.addLogFlags(cmd, "warn", "console")
	return cmd
}

// A scanTarget is what an address of the command line names.
type scanTarget struct{ kind, bucket, prefix string }

// parseTarget reads ks3://BUCKET/PREFIX. The prefix is taken as it stands: nothing
// in it is decoded.
func parseTarget(address string) (scanTarget, error) {
	kind, rest, ok := strings.Cut(address, "://")
	if !ok || (kind != "ks3" && kind != "s3") {
		return scanTarget{}, fmt.Errorf("%q is no address: write ks3://BUCKET, ks3://BUCKET/PREFIX or s3://BUCKET/PREFIX", address)
	}
	bucket, prefix, _ := strings.Cut(rest, "/")
	if bucket == "" {
		return scanTarget{}, fmt.Errorf("%q names no bucket: write %s://BUCKET or %s://BUCKET/PREFIX", address, kind, kind)
	}
	return scanTarget{kind: kind, bucket: bucket, prefix: prefix}, nil
}

func (a *app) scan(ctx context.Context, address string, o scanOptions) error {
	target, err := parseTarget(address)
	if err != nil {
		return err
	}
	if o.partsLimit < 1 {
		return fmt.Errorf("-parts-limit is %d: give a number from 1, or -no-parts", o.partsLimit)
	}
	if err := a.announce("scan"); err != nil {
		return err
	}
	store, err := a.openTarget(ctx, target, o.provider)
	if err != nil {
		return err
	}
	a.resultTells = true
	wanted := survey.Options{
		Bucket: target.bucket, Prefix: target.prefix, PartsLimit: o.partsLimit,
		Parallelism: a.parallelism, Clock: time.Now, Observe: a.newObserver(engine.NewPlanID()).Observe,
	}
	if o.noParts {
		wanted.PartsLimit = 0
	}
	s, err := survey.Take(ctx, store, wanted)
	if err != nil {
		return err
	}
	return a.showSurvey(s)
}

// openTarget opens the store that an address names, with the flags in place of a
// provider block.
func (a *app) openTarget(ctx context.Context, target scanTarget, p rules.Provider) (engine.Store, error) {
	p.Address, p.Kind = target.kind, target.kind
	store, err := objectstore.Open(ctx, p, a.storeSettings())
	placed := func(name string) bool { return a.getenv(name) != "" }
	if err != nil && p.Region == "" && p.Endpoint == "" && !slices.ContainsFunc(placeVariables(p.Kind), placed) {
		return nil, fmt.Errorf("%w. Scan has no provider block: give it -region or -endpoint, or set them in the environment", err)
	}
	if err != nil {
		return nil, err
	}
	return store, nil
}

// placeVariables are the environment variables that say where to ask.
func placeVariables(kind string) []string {
	if kind == "s3" {
		return []string{"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"}
	}
	return []string{"KS3_REGION", "KS3_ENDPOINT"}
}

func (a *app) showSurvey(s *survey.Survey) (err error) {
	if a.json {
		err = view.SurveyJSON(a.stdout, s)
	} else {
		err = view.Survey(a.stdout, s, a.viewOptions())
	}
	if err == nil && s.Err != nil {
		return silent(exitError)
	}
	return err
}
