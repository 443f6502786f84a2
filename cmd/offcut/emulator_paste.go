package main

import (
	"context"
	"strings"

	"offcut/engine/emulator"
	"offcut/engine/objectstore"
)

// A paste is what "offcut emulator" prints when it is ready. After its first line
// it is a shell's text, with everything that is no command behind a "#".
type paste struct {
	url, adminURL string
	key           objectstore.Credentials
	seeded        string // what the seeding did; empty without a seed
	bucket        string // one that the config fills or makes; may be empty
	switched      bool   // the config turns switches on
}

// String is the text, to its last line break.
func (p paste) String() string {
	var b strings.Builder
	line := func(parts ...string) { b.WriteString(strings.Join(parts, "") + "\n") }
	line("listening on ", p.url)
	line()
	if p.seeded != "" {
		line("# ", p.seeded)
	}
	line("# Paste this into another terminal:")
	line("export KS3_ENDPOINT=", p.url)
	line("export KS3_REGION=BEIJING")
	line("export KS3_ACCESS_KEY_ID=", shellWord(p.key.AccessKeyID))
	line("export KS3_ACCESS_KEY_SECRET=", shellWord(p.key.SecretAccessKey))
	if p.key.SessionToken != "" {
		line("export KS3_SECURITY_TOKEN=", shellWord(p.key.SessionToken))
	}
	switch { // A command and a comment have lines of their own: some shells take no comment after a command.
	case p.seeded != "":
		line("offcut plan examples/quickstart")
	case p.bucket != "":
		line("offcut scan ks3://", p.bucket)
		line()
		line("# For rules: offcut init rehearsal, put the bucket and its prefix into rehearsal/offcut.hcl, and: offcut plan rehearsal")
	default:
		line("offcut init rehearsal")
		line()
		line("# Then put a bucket and a prefix into rehearsal/offcut.hcl, and: offcut plan rehearsal")
	}
	if p.adminURL != "" {
		line()
		if p.switched {
			line("# The config turned switches on: this server may lie, fail or throttle. To see them:")
			line("# curl ", p.adminURL, "/-/switches")
			line()
		}
		line("# To make every upload 36 hours older:")
		line(`# curl -d '{"by": "36h"}' `, p.adminURL, "/-/age")
	}
	return b.String()
}

// firstBucket is the bucket of a config's first seed, or its first bucket.
func firstBucket(config emulator.Config) string {
	switch {
	case len(config.Seeds) > 0:
		return config.Seeds[0].Bucket
	case len(config.Buckets) > 0:
		return config.Buckets[0].Name
	}
	return ""
}

// hostKey is the key of a config's first user, or the one of a server without users
// of its own.
func hostKey(config emulator.Config) objectstore.Credentials {
	c := objectstore.Credentials{AccessKeyID: "offcut", SecretAccessKey: "offcut-secret", Source: "built-in KS3 server"}
	if len(config.Users) > 0 {
		u := config.Users[0]
		c.AccessKeyID, c.SecretAccessKey, c.SessionToken = u.AccessKeyID, u.SecretAccessKey, u.SessionToken
	}
	return c
}

// seedOnce stores the quickstart data, unless the state has some of it already,
// and says what it did.
func seedOnce(ctx context.Context, h *host, key objectstore.Credentials) (string, error) {
	client, err := h.client(ctx, key)
	if err != nil {
		return "", err
	}
	defer client.Close()
	buckets, err := client.ListBuckets(ctx)
	if err != nil {
		return "", err
	}
	for _, b := range buckets {
		if b.Name == finishedBucket {
			return "Nothing was seeded: the bucket " + b.Name + " is there already.", nil
		}
	}
	data, err := seedQuickstartData(ctx, h, client)
	if err != nil {
		return "", err
	}
	return "Seeded " + data.String() + ".", nil
}
