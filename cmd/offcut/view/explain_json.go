package view

import (
	"encoding/base64"
	"io"
	"time"
	"unicode/utf8"

	"offcut/engine"
	"offcut/rules"
)

// An explanationLine is one upload with its verdict and what led to it. Age and idle
// are left out where they are not known.
type explanationLine struct {
	kind
	uploadFields
	*partsFields                   // left out where the parts are not known
	PartsError   string            `json:"parts_error,omitempty"`
	AgeSeconds   *float64          `json:"age_seconds,omitempty"`
	IdleSeconds  *float64          `json:"idle_seconds,omitempty"`
	Verdict      string            `json:"verdict"` // "keep" or "abort"
	Reason       rules.Reason      `json:"reason"`
	Rules        []string          `json:"rules,omitempty"` // that decided
	By           string            `json:"by,omitempty"`    // the protect behind "protected"
	Object       *objectFields     `json:"object,omitempty"`
	ObjectError  string            `json:"object_error,omitempty"`
	Protects     []protectViewLine `json:"protect_views"`
	Views        []ruleViewLine    `json:"rule_views"`
}

// An objectFields is the object that the key of an upload to abort holds.
type objectFields struct {
	Modified time.Time `json:"modified,omitzero"`
	ETag     string    `json:"etag"`
}

// A protectViewLine is how a protect stands to an upload.
type protectViewLine struct {
	Address string    `json:"address"`
	Covers  bool      `json:"covers"`
	Misses  string    `json:"misses,omitempty"` // over, bucket, key, owner
	Bucket  string    `json:"bucket,omitempty"` // the glob that matches
	Key     string    `json:"key,omitempty"`    // the prefix or glob that matches
	Until   time.Time `json:"until,omitzero"`
	Reason  string    `json:"reason,omitempty"`
}

// A ruleViewLine is how a rule stands to an upload, with its thresholds. Says is what
// it would say if it were alone, left out where it does not cover the key.
type ruleViewLine struct {
	Address     string       `json:"address"`
	Standing    string       `json:"standing"` // other-provider, other-bucket, no-prefix, excluded, outranked, decides, decides-composed
	Prefix      string       `json:"prefix,omitempty"`
	Exclude     string       `json:"exclude,omitempty"`
	Disabled    bool         `json:"disabled,omitempty"`
	Refused     []string     `json:"refused,omitempty"`
	OlderThan   float64      `json:"older_than_seconds"`
	IdleFor     float64      `json:"idle_for_seconds"`
	MaxLifetime float64      `json:"max_lifetime_seconds,omitempty"`
	Where       string       `json:"where,omitempty"` // as it is written
	Says        rules.Reason `json:"says,omitempty"`
	Why         string       `json:"why,omitempty"` // of where-failed
}

// A coverageLine is how rules and protects stand to a key that has no upload.
type coverageLine struct {
	kind
	Provider string            `json:"provider"`
	Bucket   string            `json:"bucket"`
	Key      string            `json:"key"`
	Base64   string            `json:"key_base64,omitempty"` // the bytes of a key that is not valid UTF-8
	Protects []protectViewLine `json:"protect_views"`
	Views    []ruleViewLine    `json:"rule_views"`
}

// An explainSummaryLine ends the lines of explain.
type explainSummaryLine struct {
	kind
	Uploads  int      `json:"uploads"`
	Others   int64    `json:"other_ids"`   // uploads of the key with another id than the one asked for
	Longer   int64    `json:"longer_keys"` // uploads of longer keys, which were passed over
	Notes    []string `json:"notes,omitempty"`
	Requests int64    `json:"requests"`
}

// ExplainedJSON writes what Explain found as JSON lines.
func ExplainedJSON(w io.Writer, x *engine.Explained) error {
	out := lines(w)
	if err := out.Encode(providerLine{
		kind: kindOf("provider"), Provider: x.Provider, Identity: x.Status.Identity,
		Now: x.Status.Now.UTC(), SkewSeconds: x.Status.Skew.Seconds(), Notes: x.Status.Notes,
	}); err != nil {
		return err
	}
	if len(x.Uploads) == 0 {
		if err := out.Encode(coverageOf(x)); err != nil {
			return err
		}
	}
	for i := range x.Uploads {
		if err := out.Encode(explanationOf(&x.Uploads[i])); err != nil {
			return err
		}
	}
	return out.Encode(explainSummaryLine{
		kind: kindOf("explain_summary"), Uploads: len(x.Uploads), Others: x.Others, Longer: x.Longer, Notes: x.Notes, Requests: x.Requests,
	})
}

func coverageOf(x *engine.Explained) coverageLine {
	line := coverageLine{
		kind: kindOf("coverage"), Provider: x.Provider, Bucket: x.Bucket, Key: x.Key,
		Protects: protectViews(&x.Coverage), Views: ruleViews(&x.Coverage),
	}
	if !utf8.ValidString(x.Key) {
		line.Base64 = base64.StdEncoding.EncodeToString([]byte(x.Key))
	}
	for i := range line.Views {
		line.Views[i].Says, line.Views[i].Why = "", ""
	}
	return line
}

func explanationOf(e *engine.ExplainedUpload) explanationLine {
	line := explanationLine{
		kind: kindOf("explanation"), uploadFields: uploadOf(e.Upload), Verdict: "keep", Reason: e.Verdict.Reason,
		Rules: e.Verdict.Rules, By: e.Verdict.By, Protects: protectViews(&e.Explanation), Views: ruleViews(&e.Explanation),
	}
	if e.Verdict.Action == rules.Abort {
		line.Verdict = "abort"
	}
	if e.Trouble != nil {
		line.PartsError = e.Trouble.Error()
	} else {
		parts := partsOf(e.Parts)
		line.partsFields = &parts
	}
	if e.Explanation.IdleKnown {
		line.IdleSeconds = secondsOf(e.Explanation.Idle)
	}
	if rules.StartKnown(&e.Upload) {
		line.AgeSeconds = secondsOf(e.Explanation.Age)
	}
	if e.Object != nil {
		line.Object = &objectFields{Modified: e.Object.Modified.UTC(), ETag: e.Object.ETag}
	}
	if e.ObjectErr != nil {
		line.ObjectError = e.ObjectErr.Error()
	}
	return line
}

func secondsOf(d time.Duration) *float64 {
	s := d.Seconds()
	return &s
}

func protectViews(e *rules.Explanation) []protectViewLine {
	views := []protectViewLine{}
	for _, p := range e.Protects {
		views = append(views, protectViewLine{
			Address: p.Protect.Address, Covers: p.Covers, Misses: string(p.Misses), Bucket: p.Bucket, Key: p.Key,
			Until: p.Protect.Until.UTC(), Reason: p.Protect.Reason,
		})
	}
	return views
}

func ruleViews(e *rules.Explanation) []ruleViewLine {
	views := []ruleViewLine{}
	for _, r := range e.Rules {
		line := ruleViewLine{
			Address: r.Rule.Address, Standing: string(r.Standing), Prefix: r.Prefix, Exclude: r.Exclude,
			Disabled: r.Rule.Disabled, Refused: r.Rule.Refused, OlderThan: r.Rule.Stale.OlderThan.Seconds(),
			IdleFor: r.Rule.Stale.IdleFor.Seconds(), MaxLifetime: r.Rule.Stale.MaxLifetime.Seconds(), Says: r.Verdict.Reason,
			Why: r.Verdict.Why,
		}
		if r.Rule.Stale.Where != nil {
			line.Where = r.Rule.Stale.Where.String()
		}
		views = append(views, line)
	}
	return views
}
