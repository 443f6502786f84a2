package view

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"offcut/engine"
	"offcut/rules"
)

// Explained writes what Explain found, for somebody who wants to know why an upload is
// kept or aborted.
func Explained(w io.Writer, x *engine.Explained, o Options) error {
	out := newPage(w, o)
	out.line("%s; %s.", Asking(x.Status.Identity), clocks(x.Status))
	for _, note := range append(slices.Clone(x.Status.Notes), x.Notes...) {
		out.labelled(notice, "Note: ", "%s", note)
	}
	if len(x.Uploads) == 0 {
		writeCoverage(out, x)
		return out.Flush()
	}
	for i := range x.Uploads {
		out.blank()
		out.labelled(plain, "Upload ", "%s of %s", Text(x.Uploads[i].Upload.ID), keyURL(x))
		writeFacts(out, &x.Uploads[i])
		out.blank()
		writeProtectViews(out, &x.Uploads[i].Explanation)
		for _, r := range x.Uploads[i].Explanation.Rules {
			writeRuleView(out, r, &x.Uploads[i].Explanation)
		}
		writeObject(out, &x.Uploads[i])
		out.blank()
		writeVerdict(out, &x.Uploads[i], x.Status.Now)
	}
	out.blank()
	out.line("%s", explainedSentence(x))
	return out.Flush()
}

// keyURL is the key as it is written on a command line of scan.
func keyURL(x *engine.Explained) string {
	return x.Status.Identity.Kind + "://" + Text(x.Bucket) + "/" + Text(x.Key)
}

func quoted(s string) string { return `"` + Text(s) + `"` }

// writeCoverage tells of a key that has no upload what looks at it.
func writeCoverage(out *page, x *engine.Explained) {
	out.blank()
	switch {
	case x.Others > 0:
		out.line("No unfinished upload %s of %s; there %s of the key with another id.", Text(x.ID), keyURL(x), thereAre(x.Others, "upload"))
	default:
		out.line("No unfinished upload of %s.", keyURL(x))
	}
	out.line("This is how protects and rules stand to its key:")
	out.blank()
	writeProtectViews(out, &x.Coverage)
	for _, r := range x.Coverage.Rules {
		out.line("  %s %s.", Text(r.Rule.Address), standing(r, &x.Coverage))
	}
	out.blank()
	out.line("%s", explainedSentence(x))
}

func thereAre(n int64, noun string) string {
	if n == 1 {
		return "is 1 " + noun
	}
	return "are " + countOf(n, noun)
}

func explainedSentence(x *engine.Explained) string {
	text := "Explain: " + countOf(int64(len(x.Uploads)), "upload") + " of this key"
	switch {
	case len(x.Uploads) == 0 && x.Others > 0:
		text = "Explain: no upload of this key with this id"
	case len(x.Uploads) == 0:
		text = "Explain: no upload of this key"
	}
	if x.Others > 0 && len(x.Uploads) > 0 {
		text += fmt.Sprintf(" (%s with another id)", count(x.Others)+" more")
	}
	switch {
	case x.Longer == 1:
		text += "; 1 upload has a longer key that begins with it"
	case x.Longer > 1:
		text += "; " + countOf(x.Longer, "upload") + " have longer keys that begin with it"
	}
	return text + ". " + countOf(x.Requests, "request") + "."
}

// writeFacts writes what the store tells of an upload.
func writeFacts(out *page, e *engine.ExplainedUpload) {
	u := &e.Upload
	fact := func(name, format string, args ...any) {
		out.hanging(0, 17, "  %-14s %s", name, fmt.Sprintf(format, args...))
	}
	if !rules.StartKnown(u) {
		fact("Initiated", "not told")
	} else {
		fact("Initiated", "%s, %s ago", second(u.Initiated), elapsed(e.Explanation.Age))
	}
	switch {
	case e.Trouble != nil:
		fact("Parts", "not known: %v", e.Trouble)
	case e.Parts.Count == 0:
		fact("Parts", "none; idle since it was initiated")
	default:
		fact("Parts", "%s, %s", count(int64(e.Parts.Count)), rules.FormatSize(e.Parts.Bytes))
		switch {
		case e.Explanation.IdleKnown:
			fact("Newest part", "%s, idle for %s", second(e.Parts.Newest), elapsed(e.Explanation.Idle))
		case rules.StartKnown(u):
			fact("Newest part", "not known: the store tells no readable time of a part")
		default:
			fact("Idle", "not known: the store tells no start")
		}
	}
	fact("Storage class", "%s", orNotTold(u.StorageClass))
	owner := "not told"
	if u.Owner != "" {
		owner = Account(u.Owner)
	}
	fact("Owner", "%s", owner)
	if u.Initiator != "" && u.Initiator != u.Owner {
		fact("Initiator", "%s", Account(u.Initiator))
	}
}

// elapsed writes an age to compare with a threshold: "12d 0h 39m", "2h 29m 59s", "59s". It
// is cut, and never looks older than it is.
func elapsed(d time.Duration) string {
	if d < 0 {
		return "-" + elapsed(-d)
	}
	days, hours := int64(d/(24*time.Hour)), int64(d/time.Hour)
	minutes, seconds := int64(d/time.Minute), int64(d/time.Second)
	switch {
	case days > 0:
		return fmt.Sprintf("%dd %dh %dm", days, hours%24, minutes%60)
	case hours > 0:
		return fmt.Sprintf("%dh %dm %ds", hours, minutes%60, seconds%60)
	case minutes > 0:
		return fmt.Sprintf("%dm %ds", minutes, seconds%60)
	}
	return fmt.Sprintf("%ds", seconds)
}

func orNotTold(s string) string {
	if s == "" {
		return "not told"
	}
	return Text(s)
}

func writeProtectViews(out *page, e *rules.Explanation) {
	for _, p := range e.Protects {
		out.line("  %s %s.", Text(p.Protect.Address), protectStanding(p))
	}
}

// protectStanding says how a protect stands to an upload, as the end of a sentence
// that begins with its address.
func protectStanding(p rules.ProtectView) string {
	switch p.Misses {
	case rules.MissOver:
		return "is over since " + second(p.Protect.Until)
	case rules.MissBucket:
		return "does not cover it: the bucket " + none("matches", "match", each(p.Protect.Buckets, rules.Glob.String))
	case rules.MissKey:
		about := append(slices.Clone(p.Protect.Prefixes), each(p.Protect.Keys, rules.Glob.String)...)
		return "does not cover it: the key " + none("is under", "lie under", about)
	case rules.MissOwner:
		if p.Protect.OwnersHidden {
			return "does not cover it: the owner is none of its owners (sensitive value)"
		}
		return "does not cover it: the owner is none of " + texts(p.Protect.Owners)
	}
	text := "protects it: bucket " + quoted(p.Bucket) + ", key " + quoted(p.Key)
	if p.Key == "" {
		text = "protects it: bucket " + quoted(p.Bucket) + ", every key"
	}
	if !p.Protect.Until.IsZero() {
		text += ", until " + second(p.Protect.Until)
	}
	if p.Protect.Reason != "" {
		text += " (" + Text(p.Protect.Reason) + ")"
	}
	return text
}

func each[T any](list []T, name func(T) string) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = name(v)
	}
	return out
}

// none says that something does what the verb says with none of a few texts.
func none(verb, infinitive string, list []string) string {
	if len(list) == 1 {
		return "does not " + infinitive + " " + quoted(list[0])
	}
	return verb + " none of " + texts(list)
}

// texts lists a few texts in quotes.
func texts(list []string) string {
	const shown = 4
	text := strings.Join(each(list[:min(len(list), shown)], quoted), ", ")
	if more := len(list) - shown; more > 0 {
		text += " and " + count(int64(more)) + " more"
	}
	return text
}
