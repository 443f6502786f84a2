package view

import (
	"encoding/json"
	"io"
	"time"

	"offcut/engine"
	"offcut/rules"
)

// A providerLine says who is asked as whom, by which clock.
type providerLine struct {
	kind
	Provider string `json:"provider"`
	engine.Identity
	Now         time.Time `json:"now,omitzero"` // the instant that ages count from
	SkewSeconds float64   `json:"skew_seconds"` // the store's clock minus the local one
	Notes       []string  `json:"notes,omitempty"`
}

// A scopeLine is one listing.
type scopeLine struct {
	kind
	Provider string             `json:"provider"`
	Bucket   string             `json:"bucket"`
	Prefix   string             `json:"prefix"`
	Rules    []string           `json:"rules"`
	Status   engine.ScopeStatus `json:"status"` // complete, partial, failed, absent
	Error    string             `json:"error,omitempty"`
	Listed   int64              `json:"listed"`
	Unread   int64              `json:"unread,omitempty"`    // uploads that may be stale, but whose parts, or the object of whose key, could not be read
	UnreadBy string             `json:"unread_by,omitempty"` // why the first of them could not be
	Pages    int64              `json:"pages"`
	Seconds  float64            `json:"seconds"`
	Notes    []string           `json:"notes,omitempty"`
}

// An abortLine is one upload to abort.
type abortLine struct {
	kind
	uploadFields
	partsFields
	Rule        string       `json:"rule"`
	Reason      rules.Reason `json:"reason"`
	AgeSeconds  int64        `json:"age_seconds"`
	IdleSeconds int64        `json:"idle_seconds"`
}

// A keptLine is one upload that stays. Its parts are left out where they were not
// read or could not be.
type keptLine struct {
	kind
	uploadFields
	*partsFields
	By            string       `json:"by,omitempty"` // the rule or protect block that keeps it
	Reason        rules.Reason `json:"reason"`
	ProtectReason string       `json:"protect_reason,omitempty"` // what the protect block gives as its reason
	AgeSeconds    *int64       `json:"age_seconds,omitempty"`
}

// A noteLine is something about the rules that a careful reader should know.
type noteLine struct {
	kind
	Rule    string `json:"rule,omitempty"`    // the rule that it is about, or
	Protect string `json:"protect,omitempty"` // the protect block
	Summary string `json:"summary"`
}

// A ruleLine is what the plan holds for one rule.
type ruleLine struct {
	kind
	Rule    string                 `json:"rule"`
	Listed  int64                  `json:"listed"`
	Abort   totalsFields           `json:"abort"`
	Kept    map[rules.Reason]int64 `json:"kept"`
	ByAge   *byAgeFields           `json:"by_age,omitempty"`  // what older_than alone would abort besides; left out where that is nothing
	Stopped string                 `json:"stopped,omitempty"` // why nothing of the rule is aborted
}

// A byAgeFields counts uploads that are kept only because parts arrived in them
// within idle_for: ages alone, as bucket lifecycles see them, would abort them.
type byAgeFields struct {
	Uploads            int64 `json:"uploads"`
	Bytes              int64 `json:"bytes"`
	OlderThanSeconds   int64 `json:"older_than_seconds"`
	PartsWithinSeconds int64 `json:"parts_within_seconds"` // a part of each of them arrived within
}

func byAgeOf(b engine.ByAge) *byAgeFields {
	if b.Uploads == 0 {
		return nil
	}
	return &byAgeFields{
		Uploads: b.Uploads, Bytes: b.Bytes,
		OlderThanSeconds: int64(b.OlderThan / time.Second), PartsWithinSeconds: int64(b.Within / time.Second),
	}
}

// A planLine is the plan's totals.
type planLine struct {
	kind
	Plan     string                 `json:"plan"` // its id
	Started  time.Time              `json:"started"`
	Finished time.Time              `json:"finished"`
	Acting   []string               `json:"acting"`             // the rules that may act
	Partial  bool                   `json:"partial"`            // some rule may not
	Disabled []string               `json:"disabled,omitempty"` // rules that never act
	Empty    []string               `json:"empty,omitempty"`    // rules whose for_each is empty
	Whole    bool                   `json:"whole"`              // every scope was listed to its end and no rule was stopped
	Listed   int64                  `json:"listed"`
	Abort    totalsFields           `json:"abort"`
	Kept     map[rules.Reason]int64 `json:"kept"`
	ByAge    string                 `json:"by_age,omitempty"` // the last line of the text: what older_than alone would abort besides
	Requests int64                  `json:"requests"`
}

// PlanJSON writes a plan as JSON lines, every upload to abort included, and with
// ShowKept every other one too.
func PlanJSON(w io.Writer, p *engine.Plan, o Options) error { return writePlanJSON(w, sourceOf(p), o) }

func writePlanJSON(w io.Writer, p planSource, o Options) error {
	out := lines(w)
	if err := encodeAsked(out, p.Plan, o.Discoveries); err != nil {
		return err
	}
	for _, n := range append(nowhereNotes(p.Plan), endedNotes(p.Plan, o.Protects)...) {
		if err := out.Encode(noteLine{kind: kindOf("note"), Rule: n.rule, Protect: n.protect, Summary: n.text}); err != nil {
			return err
		}
	}
	if err := encodeOverlaps(out.Encode, p.Plan, o.Overlaps); err != nil {
		return err
	}
	for it, err := range p.items {
		if err != nil {
			return err
		}
		if err := out.Encode(abortOf(it)); err != nil {
			return err
		}
	}
	if o.ShowKept {
		if err := encodeKept(out, p, o); err != nil {
			return err
		}
	}
	for _, r := range p.Rules {
		if err := out.Encode(ruleLine{
			kind: kindOf("rule_total"), Rule: r.Address, Listed: r.Listed,
			Abort: totalsOf(r.Abort), Kept: r.Kept, ByAge: byAgeOf(r.ByAge), Stopped: r.Stopped,
		}); err != nil {
			return err
		}
	}
	if err := encodeChecks(out, p.Plan); err != nil {
		return err
	}
	return out.Encode(planLine{
		kind: kindOf("plan_summary"), Plan: p.ID, Started: p.Started.UTC(), Finished: p.Finished.UTC(),
		Acting: append([]string{}, p.Acting...), Partial: p.Partial, Disabled: p.Disabled, Empty: p.Empty, Whole: !troubled(p.Plan), Listed: p.Listed,
		Abort: totalsOf(p.Abort), Kept: p.Kept, ByAge: byAgeSentence(p.Plan), Requests: p.Requests,
	})
}

// encodeAsked writes who was asked, what data blocks found, and how far each listing
// came.
func encodeAsked(out *json.Encoder, p *engine.Plan, found []Discovery) error {
	for _, s := range p.Providers {
		if err := out.Encode(providerLine{
			kind: kindOf("provider"), Provider: s.Address, Identity: s.Identity,
			Now: s.Now.UTC(), SkewSeconds: s.Skew.Seconds(), Notes: s.Notes,
		}); err != nil {
			return err
		}
	}
	if err := encodeDiscoveries(out, found); err != nil {
		return err
	}
	for _, s := range p.Scopes {
		line := scopeLine{
			kind: kindOf("scope"), Provider: s.Provider, Bucket: s.Bucket, Prefix: s.Prefix, Rules: append([]string{}, s.Rules...),
			Status: s.Status, Listed: s.Listed, Pages: s.Pages, Seconds: s.Duration.Seconds(), Notes: s.Notes,
		}
		if s.Err != nil {
			line.Error = s.Err.Error()
		}
		if s.UnreadBy != nil {
			line.Unread, line.UnreadBy = s.Unread, s.UnreadBy.Error()
		}
		if err := out.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

func encodeKept(out *json.Encoder, p planSource, o Options) error {
	for it, err := range p.kept {
		if err != nil {
			return err
		}
		line := keptOf(it)
		line.ProtectReason = o.protectReason(it.By)
		if err := out.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

func abortOf(it engine.Item) abortLine {
	return abortLine{
		kind: kindOf("planned_abort"), uploadFields: uploadOf(it.Upload), partsFields: partsOf(it.Parts),
		Rule: it.Rule, Reason: it.Reason,
		AgeSeconds: int64(it.Age / time.Second), IdleSeconds: int64(it.Idle / time.Second),
	}
}

func keptOf(it engine.KeptItem) keptLine {
	line := keptLine{kind: kindOf("kept"), uploadFields: uploadOf(it.Upload), By: it.By, Reason: it.Reason}
	if !it.Upload.Initiated.IsZero() {
		age := int64(it.Age / time.Second)
		line.AgeSeconds = &age
	}
	if it.Parts != nil && !it.Parts.Unreadable && !it.Parts.Foreign {
		parts := partsOf(*it.Parts)
		line.partsFields = &parts
	}
	return line
}
