package view

import (
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"offcut/engine"
	"offcut/rules"
)

// A planSource is a plan with its rows.
type planSource struct {
	*engine.Plan
	items iter.Seq2[engine.Item, error]
	kept  iter.Seq2[engine.KeptItem, error]
}

func sourceOf(p *engine.Plan) planSource {
	return planSource{Plan: p, items: p.Items(), kept: p.KeptItems()}
}

// Plan writes the header (who is asked as whom), the table, the totals and the
// last lines.
func Plan(w io.Writer, p *engine.Plan, o Options) error { return writePlan(w, sourceOf(p), o) }

func writePlan(w io.Writer, p planSource, o Options) error {
	out := newPage(w, o)
	writeProviders(out, p.Plan)
	if err := writeAborts(out, p); err != nil {
		return err
	}
	if o.ShowKept {
		if err := writeKept(out, p); err != nil {
			return err
		}
	}
	if err := writePlanTotals(out, p.Plan); err != nil {
		return err
	}
	writePlanEnd(out, p.Plan)
	return out.Flush()
}

// PlanEnd writes what is not whole, which buckets appeared or vanished, and the last
// lines alone.
func PlanEnd(w io.Writer, p *engine.Plan, o Options) error {
	out := newPage(w, o)
	out.atTop = true
	writeChanges(out)
	writePlanEnd(out, p)
	return out.Flush()
}

func writePlanEnd(out *page, p *engine.Plan) {
	writeTroubles(out, p)
	writeChecks(out, p)
	out.blank()
	out.labelled(planTone(p), "Plan: ", "%s", planSentence(p))
	if text := byAgeSentence(p); text != "" {
		out.line("%s", text)
	}
}

func planTone(p *engine.Plan) tone {
	if troubled(p) {
		return bad
	}
	return plain
}

// writeProviders says who is asked as whom, and by which clock.
func writeProviders(out *page, p *engine.Plan) {
	for _, status := range p.Providers {
		prefix := ""
		if len(p.Providers) > 1 {
			prefix = status.Address + ": "
		}
		if out.Past {
			out.line("%s%s; %s then.", prefix, askedThen(status.Identity), clocksThen(status))
		} else {
			out.line("%s%s; %s.", prefix, Asking(status.Identity), clocks(status))
		}
		for _, note := range status.Notes {
			out.labelled(notice, "Note: ", "%s", note)
		}
	}
	writeDiscoveries(out)
	if p.Partial {
		out.labelled(notice, "Note: ", "only a part of the rules may act in this plan: %s.", firstAddresses(p.Acting))
	}
	if n := len(p.Disabled); n > 0 {
		out.labelled(notice, "Note: ", "%s disabled (enabled = false) and may not act: %s.", rulesAre(n), firstAddresses(p.Disabled))
	}
	if n := len(p.Empty); n > 0 {
		out.labelled(notice, "Note: ", "%s without an instance, because for_each is empty: %s.", rulesAre(n), firstAddresses(p.Empty))
	}
	writeOverlaps(out, p)
}

func rulesAre(n int) string {
	if n == 1 {
		return "1 rule is"
	}
	return count(int64(n)) + " rules are"
}

// Asking says who is asked as whom, and how.
func Asking(id engine.Identity) string {
	text := "Asking " + where(id) + credentials(id) + ", signature " + id.Signature
	if id.RequestsPerSecond > 0 {
		text += ", at most " + requests(id.RequestsPerSecond) + " a second"
	}
	return text
}

// askedThen says who was asked as whom for a plan that was made before.
func askedThen(id engine.Identity) string {
	return "The plan asked" + strings.TrimPrefix(Asking(id), "Asking")
}

// where is "https://ks3-cn-beijing.ksyuncs.com (BEIJING)".
func where(id engine.Identity) string {
	if id.Region == "" {
		return id.Endpoint
	}
	return id.Endpoint + " (" + id.Region + ")"
}

// credentials is " as AKLT…3x9Q (environment KS3_ACCESS_KEY_ID)".
func credentials(id engine.Identity) string {
	text := " without an access key"
	if id.AccessKeyID != "" {
		text = " as " + id.AccessKeyID
	}
	if id.CredentialSource != "" {
		text += " (" + strings.NewReplacer("(", "", ")", "").Replace(id.CredentialSource) + ")"
	}
	return text
}

func requests(n float64) string {
	if n == float64(int64(n)) {
		return countOf(int64(n), "request")
	}
	return trimFloat(n) + " requests"
}

// clocks compares the store's clock with the local one. What is below a second, the
// whole seconds of a Date cannot tell apart.
func clocks(s engine.ProviderStatus) string {
	switch {
	case s.Now.IsZero():
		return "its clock was not read"
	case s.Skew.Abs() < time.Second:
		return "clocks agree"
	case s.Skew > 0:
		return "its clock is " + rules.FormatAge(s.Skew) + " ahead of this one"
	default:
		return "its clock is " + rules.FormatAge(-s.Skew) + " behind this one"
	}
}

// clocksThen is clocks for a plan that was made before.
func clocksThen(s engine.ProviderStatus) string {
	if s.Now.IsZero() || s.Skew.Abs() < time.Second {
		return strings.Replace(clocks(s), "agree", "agreed", 1)
	}
	return strings.NewReplacer(" is ", " was ", "this one", "the one here").Replace(clocks(s))
}

// What may be cut of the rows of a plan, in this order. Of an id a few characters
// tell it from the others, and an age tells what a start does; keys go before the
// names that the reader chose. A key is never left out.
func abortCuts() []cut {
	const rule, bucket, key, id, initiated, parts = 0, 1, 2, 3, 4, 7
	return []cut{
		{id, 9}, {key, 36}, {initiated, leave}, {rule, 12}, {key, 24}, {parts, leave},
		{id, leave}, {rule, leave}, {key, 16}, {bucket, 12}, {key, 12}, {bucket, 8}, {key, 8},
	}
}

func keptCuts() []cut {
	const by, bucket, key, id, initiated, parts, size = 0, 1, 2, 3, 4, 7, 8
	return []cut{
		{id, 9}, {key, 36}, {initiated, leave}, {by, 12}, {key, 24}, {parts, leave},
		{id, leave}, {size, leave}, {key, 16}, {bucket, 12}, {key, 12}, {bucket, 8}, {by, leave}, {key, 8},
	}
}

// writeAborts writes the table of uploads to abort, the largest first.
func writeAborts(out *page, p planSource) error {
	top, total, err := largest(p.items, out.limit())
	if err != nil || total == 0 {
		return err
	}
	t := table{columns: []column{
		{head: "RULE"}, {head: "BUCKET"}, {head: "KEY", most: 60}, {head: "UPLOAD ID"}, {head: "INITIATED (UTC)"}, {head: "AGE", right: true},
		{head: "IDLE", right: true}, {head: "PARTS", right: true}, {head: "SIZE", right: true}, {head: "REASON"},
	}, cuts: abortCuts()}
	for _, it := range top {
		t.rows = append(t.rows, []string{
			Address(it.Rule), p.bucket(it.Upload), Text(it.Upload.Key), Text(it.Upload.ID), instant(it.Upload.Initiated),
			rules.FormatAge(it.Age), rules.FormatAge(it.Idle), count(int64(it.Parts.Count)),
			rules.FormatSize(it.Parts.Bytes), string(it.Reason),
		})
	}
	out.blank()
	if err := t.write(out); err != nil {
		return err
	}
	if hidden := total - int64(len(top)); hidden > 0 {
		out.line("… and %s more (use -limit or -format csv)", count(hidden))
	}
	return nil
}

// writeKept writes the table of uploads that stay, in plan order.
func writeKept(out *page, p planSource) error {
	top, total, err := first(p.kept, out.limit())
	if err != nil || total == 0 {
		return err
	}
	t := table{columns: []column{
		{head: "KEPT BY"}, {head: "BUCKET"}, {head: "KEY", most: 60}, {head: "UPLOAD ID"}, {head: "INITIATED (UTC)"}, {head: "AGE", right: true},
		{head: "IDLE", right: true}, {head: "PARTS", right: true}, {head: "SIZE", right: true}, {head: "REASON"},
	}, cuts: keptCuts()}
	for _, it := range top {
		t.rows = append(t.rows, keptRow(p, it))
	}
	out.blank()
	if err := t.write(out); err != nil {
		return err
	}
	if hidden := total - int64(len(top)); hidden > 0 {
		out.line("… and %s more kept (use -limit or -json)", count(hidden))
	}
	writeReasons(out, top)
	return nil
}

func keptRow(p planSource, it engine.KeptItem) []string {
	age, idle, parts, size := "unknown", "not read", "not read", "not read"
	if !it.Upload.Initiated.IsZero() {
		age = rules.FormatAge(it.Age)
	}
	if it.Parts != nil && !it.Parts.Unreadable && !it.Parts.Foreign {
		parts, size = count(int64(it.Parts.Count)), rules.FormatSize(it.Parts.Bytes)
		idle = p.idle(it)
	}
	by := it.By
	if by == "" {
		by = "-"
	}
	return []string{
		Address(by), p.bucket(it.Upload), Text(it.Upload.Key), Text(it.Upload.ID),
		instant(it.Upload.Initiated), age, idle, parts, size, string(it.Reason),
	}
}

// idle is how long ago a kept upload last changed, whose parts were read.
func (p planSource) idle(it engine.KeptItem) string {
	at := slices.IndexFunc(p.Providers, func(s engine.ProviderStatus) bool { return s.Address == it.Upload.Provider })
	if at < 0 || !rules.IdleKnown(&it.Upload, it.Parts) {
		return "unknown"
	}
	return rules.FormatAge(rules.Idle(&it.Upload, it.Parts, p.Providers[at].Now))
}

// bucket names a bucket; with its provider where the plan has several.
func (p planSource) bucket(u rules.Upload) string { return bucketName(p.Plan, u.Provider, u.Bucket) }

func bucketName(p *engine.Plan, provider, bucket string) string {
	if len(p.Providers) > 1 {
		return Text(provider + "/" + bucket)
	}
	return Text(bucket)
}
