package emulator

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/gohcl"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"offcut/engine/emulator/switches"
)

// Limits on a config file. HCL's parser calls itself for everything that nests,
// so a deep file would exhaust the stack, which no Go program survives.
const (
	maxConfigSize     = 256 << 10 // the scanner makes a token of 100 bytes and more from one byte
	maxConfigDepth    = 64        // brackets, quotes, templates within one another
	maxConfigPrefix   = 64        // operators in a row before a value
	maxConfigBranches = 1000      // conditionals and template directives in a file
)

// The grammar: one definition per argument.
type (
	configFile struct {
		Users   []userBlock   `hcl:"user,block"`
		Buckets []bucketBlock `hcl:"bucket,block"`
		Seeds   []seedBlock   `hcl:"seed,block"`

		Switches *switchBlock `hcl:"switches,block"`
		Faults   []faultBlock `hcl:"fault,block"`
		Rate     *switchBlock `hcl:"rate_limit,block"`
	}
	userBlock struct {
		ID              string   `hcl:"id,label"`
		AccessKeyID     string   `hcl:"access_key_id"`
		SecretAccessKey string   `hcl:"secret_access_key"`
		Name            string   `hcl:"name,optional"`
		SessionToken    string   `hcl:"session_token,optional"`
		Account         string   `hcl:"account,optional"`
		Policies        []string `hcl:"policies,optional"`

		Range hcl.Range `hcl:",def_range"`
	}
	bucketBlock struct {
		Name   string `hcl:"name,label"`
		Region string `hcl:"region,optional"`
		Type   string `hcl:"type,optional"`
		Owner  string `hcl:"owner,optional"`
		ACL    string `hcl:"acl,optional"`
		Policy string `hcl:"policy,optional"`

		Range hcl.Range `hcl:",def_range"`
	}
	seedBlock struct {
		Bucket       string    `hcl:"bucket,label"`
		Count        int       `hcl:"count"`
		Key          string    `hcl:"key"`
		Age          string    `hcl:"age"`
		Idle         string    `hcl:"idle,optional"`
		Parts        int       `hcl:"parts,optional"`
		PartSize     string    `hcl:"part_size,optional"`
		StorageClass string    `hcl:"storage_class,optional"`
		StaleEvery   int       `hcl:"stale_every,optional"`
		StaleAge     string    `hcl:"stale_age,optional"`
		Range        hcl.Range `hcl:",def_range"`
	}
)

// LoadConfig reads a config file. name is only used in messages. The error holds
// every mistake that was found, with its line.
func LoadConfig(name string, src []byte) (Config, error) {
	if len(src) > maxConfigSize {
		return Config{}, fmt.Errorf("%s has %d bytes; a config has at most %d", name, len(src), maxConfigSize)
	}
	if err := checkNesting(name, src); err != nil {
		return Config{}, err
	}
	file, diags := hclsyntax.ParseConfig(src, name, hcl.InitialPos)
	if diags.HasErrors() {
		return Config{}, diagnosticError(diags)
	}
	var f configFile
	if diags := gohcl.DecodeBody(file.Body, configContext(), &f); diags.HasErrors() {
		return Config{}, diagnosticError(diags)
	}
	return f.config()
}

// configContext has what an expression may call: policies are written with
// jsonencode.
func configContext() *hcl.EvalContext {
	return &hcl.EvalContext{Functions: map[string]function.Function{"jsonencode": stdlib.JSONEncodeFunc}}
}

// checkNesting refuses a file that nests too deeply, or has numbers that would
// fill the memory, by its tokens: the scanner
// does not call itself.
func checkNesting(name string, src []byte) error {
	tokens, _ := hclsyntax.LexConfig(src, name, hcl.InitialPos)
	depth, prefix, branches := 0, 0, 0
	for _, t := range tokens {
		if t.Type == hclsyntax.TokenNumberLit && !writable(string(t.Bytes)) {
			return fmt.Errorf("%s:%d: the number %.40s is too large or too small for any argument", name, t.Range.Start.Line, t.Bytes)
		}
		if t.Type == hclsyntax.TokenBang || t.Type == hclsyntax.TokenMinus {
			prefix++
		} else {
			prefix = 0
		}
		switch t.Type {
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenOQuote,
			hclsyntax.TokenOHeredoc, hclsyntax.TokenTemplateInterp:
			depth++
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenCQuote,
			hclsyntax.TokenCHeredoc, hclsyntax.TokenTemplateSeqEnd:
			depth--
		case hclsyntax.TokenTemplateControl:
			depth++
			branches++
		case hclsyntax.TokenQuestion:
			branches++
		}
		if depth > maxConfigDepth || prefix > maxConfigPrefix || branches > maxConfigBranches {
			return fmt.Errorf("%s:%d: this nests too deeply for a config of users, buckets, seeds and switches", name, t.Range.Start.Line)
		}
	}
	return nil
}

// writable reports whether a number is short when it is written out: HCL turns
// 1e99999999 into a text of as many digits where a text is needed.
func writable(number string) bool {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(number), "e")
	return len(mantissa) <= 40 && len(strings.Trim(exponent, "+-")) <= 2
}

// diagnosticError makes one error of all diagnostics.
func diagnosticError(diags hcl.Diagnostics) error {
	return fmt.Errorf("read the server's config: %w", errorsOf(diags))
}

func errorsOf(diags hcl.Diagnostics) error {
	errs := make([]error, 0, len(diags))
	for _, d := range diags {
		if d.Severity != hcl.DiagError {
			continue
		}
		where := ""
		if d.Subject != nil {
			where = fmt.Sprintf("%s:%d: ", d.Subject.Filename, d.Subject.Start.Line)
		}
		errs = append(errs, fmt.Errorf("%s%s: %s", where, d.Summary, d.Detail))
	}
	return errors.Join(errs...)
}

// config turns texts into values.
func (f configFile) config() (Config, error) {
	var c Config
	for _, u := range f.Users {
		c.Users = append(c.Users, u.user())
	}
	for _, b := range f.Buckets {
		c.Buckets = append(c.Buckets, b.spec())
	}
	errs := f.mistakes()
	set, more := f.switches()
	c.Switches, errs = set, append(errs, more...)
	for _, s := range f.Seeds {
		spec, faults := s.spec()
		for _, fault := range faults {
			errs = append(errs, mistakeAt(s.Range, "seed", s.Bucket, fault))
		}
		c.Seeds = append(c.Seeds, spec)
	}
	if len(errs) > 0 {
		return Config{}, fmt.Errorf("read the server's config: %w", errors.Join(errs...))
	}
	return c, nil
}

// spec reads a seed's durations and sizes and checks what can't be.
func (s seedBlock) spec() (spec SeedSpec, faults []error) {
	duration := func(name, text string, fallback time.Duration) time.Duration {
		if text == "" {
			return fallback
		}
		d, err := switches.ParseDuration(text)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", name, err))
		}
		return d
	}
	spec = SeedSpec{
		Bucket: s.Bucket, Count: s.Count, Key: s.Key, Parts: s.Parts,
		StorageClass: s.StorageClass, StaleEvery: s.StaleEvery,
	}
	spec.Age = duration("age", s.Age, 0)
	spec.Idle = duration("idle", s.Idle, spec.Age)
	spec.StaleAge = duration("stale_age", s.StaleAge, 0)
	if s.PartSize != "" {
		var err error
		if spec.PartSize, err = parseSize(s.PartSize); err != nil {
			faults = append(faults, fmt.Errorf("part_size: %w", err))
		}
	}
	return spec, append(faults, s.contradictions()...)
}

func (s seedBlock) contradictions() (faults []error) {
	refuse := func(when bool, text string) {
		if when {
			faults = append(faults, errors.New(text))
		}
	}
	refuse(s.Age == "", `age must not be empty: write it like "12d"`)
	refuse(s.Count < 1, "count must be at least 1")
	refuse(s.Key == "", "key must not be empty")
	if fault := bucketNameFault(s.Bucket); fault != "" {
		refuse(true, fmt.Sprintf("the bucket's name %s", fault))
	}
	refuse(s.Parts < 0 || s.Parts > maxPartNumber, fmt.Sprintf("parts must be 0..%d", maxPartNumber))
	refuse((s.Parts > 0) != (s.PartSize != ""), "parts and part_size belong together")
	refuse(s.Parts == 0 && s.Idle != "", "idle is the age of parts, and there are none")
	refuse(s.StaleEvery < 0 || (s.StaleEvery > 0) != (s.StaleAge != ""), "stale_every (at least 1) and stale_age belong together")
	return faults
}
