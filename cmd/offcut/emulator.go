package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"offcut/engine/emulator"
)

const emulatorHelp = `Runs a KS3 server on this machine: real sockets, real signatures, durable state
with -data-dir. Rehearse a runbook on it, test an uploader with it. Its ports
are for this machine only.

The first line on stdout is the address once it is ready; what follows can be
pasted into another terminal. The log of requests goes to stderr.

Without -config there is one account with the access key "offcut" and the secret
key "offcut-secret". A config says who may what, what is there, and what is to go
wrong. Save this one as drill.emulator.hcl and start with -config:

` + emulatorConfig + `
engine/emulator/SPEC.md has every block and switch, examples/emulator has more.`

// emulatorConfig is a config that works. It is a part of the help.
const emulatorConfig = `    user "73398334" {                # an account, by its id
      access_key_id     = "team"
      secret_access_key = "team-secret"
    }

    user "janitor" {                 # a user: may do what its policies allow
      account           = "73398334"
      access_key_id     = "janitor"
      secret_access_key = "janitor-secret"
      policies = [jsonencode({
        Version = "2015-11-01"
        Statement = [{
          Effect   = "Allow"
          Action   = ["ks3:List*", "ks3:AbortMultipartUpload"]
          Resource = ["*"]
        }]
      })]
    }

    bucket "media" {
      region = "BEIJING"
    }

    seed "media" {                   # 1,000 abandoned uploads
      count     = 1000
      key       = "raw/%04d.mp4"
      age       = "12d"
      parts     = 3
      part_size = "64MiB"
    }

    fault "AbortMultipartUpload" {   # each tenth abort is to come back later
      every  = 10
      status = 503
      code   = "SlowDown"
    }
`

// seedQuickstart is the only -seed there is.
const seedQuickstart = "quickstart"

// emulatorFlags are the flags of emulator alone.
type emulatorFlags struct {
	listen, admin, config, dataDir, seed string
}

// newEmulatorCommand makes "offcut emulator".
func newEmulatorCommand(a *app) *cobra.Command {
	var flags emulatorFlags
	cmd := &cobra.Command{
		Use:   "emulator",
		Short: "Run the KS3 server on its own",
		Long:  emulatorHelp,
		Example: `  offcut emulator -seed quickstart
  offcut emulator -data-dir ks3-state -config drill.emulator.hcl
  offcut emulator -listen 127.0.0.1:0 -admin 127.0.0.1:0`,
		Args: atMost(0, "argument"),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.emulate(cmd.Context(), flags) },
	}
	a.addChdirFlag(cmd)
	a.addLogFlags(cmd, "info", "console")
	f := cmd.Flags()
	f.StringVar(&flags.listen, "listen", "127.0.0.1:9000", "serve the KS3 API at a loopback `ADDRESS`; port 0 picks one")
	f.StringVar(&flags.admin, "admin", "127.0.0.1:9001", "serve the admin API at a loopback `ADDRESS`; empty for none")
	f.StringVar(&flags.config, "config", "", "read users, buckets, seeded uploads and switches from `FILE` (*.emulator.hcl)")
	f.StringVar(&flags.dataDir, "data-dir", "", "keep the state in `DIR`; without it the state is temporary")
	f.StringVar(&flags.seed, "seed", "", "start with the data of `NAME`: "+seedQuickstart)
	return cmd
}

// emulate runs the server until a signal comes.
func (a *app) emulate(ctx context.Context, flags emulatorFlags) (err error) {
	if flags.seed != "" && flags.seed != seedQuickstart {
		return fmt.Errorf("there is no -seed %q; there is %q", flags.seed, seedQuickstart)
	}
	if flags.seed != "" && flags.admin == "" {
		return errors.New("-seed makes its uploads old through the admin port: give -admin an address")
	}
	opts, err := a.hostOptions(flags)
	if err != nil {
		return err
	}
	var announced atomic.Bool // what the seeding asks for itself is not logged
	opts.server.Access = func(e emulator.Access) {
		if announced.Load() {
			a.logAccess(e)
		}
	}
	opts.told = func(method, path string, status int) {
		if announced.Load() {
			a.log.Info().Str("method", method).Str("path", path).Int("status", status).Msg("admin")
		}
	}
	opts.server.Lifecycle = a.logLifecycle
	h, err := startHost(ctx, opts)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close(ctx)) }()
	defer a.runLifecycles(ctx, h.server)()

	paste := paste{
		url: h.url, adminURL: h.adminURL, key: hostKey(opts.config), bucket: firstBucket(opts.config),
		switched: !reflect.ValueOf(opts.config.Switches).IsZero(),
	}
	if flags.seed != "" {
		if paste.seeded, err = seedOnce(ctx, h, paste.key); err != nil {
			return err
		}
	}
	announced.Store(true)
	if _, err := fmt.Fprint(a.stdout, paste); err != nil {
		return err
	}
	select {
	case <-a.stop:
	case <-ctx.Done():
	case err = <-h.failed:
	}
	return err
}

// hostOptions turns the flags into the server's options.
func (a *app) hostOptions(flags emulatorFlags) (hostOptions, error) {
	o := hostOptions{listen: flags.listen, admin: flags.admin}
	if flags.dataDir != "" {
		o.server.Dir = a.path(flags.dataDir)
	}
	if flags.config == "" {
		return o, nil
	}
	name := a.path(flags.config)
	text, err := os.ReadFile(name)
	if err != nil {
		return o, fmt.Errorf("read -config: %w", err)
	}
	o.config, err = emulator.LoadConfig(name, text)
	return o, err
}

// logAccess writes one line of the access log.
func (a *app) logAccess(e emulator.Access) {
	line := a.log.Info()
	if e.Err != nil {
		line = a.log.Error().Err(e.Err)
	}
	line = line.Str("action", e.Action).Str("user", e.User).Int("status", e.Status).
		Str("request_id", e.RequestID).Float64("seconds", e.Duration.Round(time.Microsecond).Seconds())
	for _, more := range [...]struct{ name, value string }{
		{"bucket", e.Bucket}, {"key", e.Key}, {"upload_id", e.UploadID},
		{"code", e.Code}, {"reason", e.Reason}, {"warning", e.Warning}, {"fault", e.Fault},
	} {
		if more.value != "" {
			line = line.Str(more.name, more.value)
		}
	}
	line.Msg("request")
}

// lifecycleEvery is how often the server looks whether a bucket's lifecycle asks
// for something.
const lifecycleEvery = time.Minute

// runLifecycles lets the buckets' lifecycles act until the function that it
// returns is called, which waits for what is in hand.
func (a *app) runLifecycles(ctx context.Context, server *emulator.Server) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() {
		server.ServeLifecycle(ctx, lifecycleEvery, func(err error) { a.log.Error().Err(err).Msg("lifecycle") })
	})
	return func() {
		cancel()
		running.Wait()
	}
}

// logLifecycle writes one line for each thing that a bucket's lifecycle did.
func (a *app) logLifecycle(e emulator.LifecycleEvent) {
	line := a.log.Info().Str("action", string(e.Action)).Str("bucket", e.Bucket).Str("key", e.Key).Str("rule", e.Rule)
	if e.UploadID != "" {
		line = line.Str("upload_id", e.UploadID)
	}
	if e.Class != "" {
		line = line.Str("storage_class", e.Class)
	}
	line.Msg("lifecycle")
}
