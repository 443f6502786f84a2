package view

import (
	"fmt"
	"io"
	"time"

	"offcut/engine/ledger"
)

// An Audit is what checking a chain of outcomes found.
type Audit struct {
	What string // what was read: a path
	ledger.Chain
	Head *ledger.Break // how the chain disagrees with a head that was noted elsewhere; nil when it does not
}

// Whole reports whether nothing was found wrong.
func (a *Audit) Whole() bool { return len(a.Broken) == 0 && a.Head == nil }

// breaks are all the places where the chain does not hold.
func (a *Audit) breaks() []ledger.Break {
	list := a.Broken
	if a.Head != nil {
		list = append(list[:len(list):len(list)], *a.Head)
	}
	return list
}

// AuditResult writes what checking a chain found: every break, every removal by
// retention, and a last line to read aloud.
func AuditResult(w io.Writer, a *Audit, o Options) error {
	out := newPage(w, o)
	out.atTop = true
	for _, b := range a.breaks() {
		out.labelled(bad, "Broken: ", "%s", Text(b.What))
	}
	for _, p := range a.Pruned {
		out.line("Retention removed the rows up to %s at %s, by %s.", count(p.Through), second(p.At), Text(p.By))
	}
	if a.Rows > 0 {
		out.line("Rows %s to %s. Head: %d:%s", count(a.First), count(a.Last), a.Last, a.Chain.Head)
	}
	tone, verdict := good, "whole"
	if !a.Whole() {
		tone, verdict = bad, "broken"
	}
	out.labelled(tone, "Audit: ", "%s", auditSentence(a, verdict))
	return out.Flush()
}

func auditSentence(a *Audit, verdict string) string {
	if a.Rows == 0 && a.Whole() {
		return fmt.Sprintf("%s holds no outcome.", Text(a.What))
	}
	text := fmt.Sprintf("the chain of %s in %s is %s", countOf(a.Rows, "outcome"), Text(a.What), verdict)
	if a.Whole() {
		return text + "."
	}
	return text + fmt.Sprintf(" in %s: it was changed by something else than offcut, or the disk lost data.", countOf(int64(len(a.breaks())), "place"))
}

// An auditBreakLine is a place where the chain does not hold.
type auditBreakLine struct {
	kind
	Number int64  `json:"number"` // of the row
	What   string `json:"what"`
}

// An auditLine is what checking a chain found.
type auditLine struct {
	kind
	What   string         `json:"what"` // what was read: a path
	Whole  bool           `json:"whole"`
	Rows   int64          `json:"rows"`
	First  int64          `json:"first"`
	Last   int64          `json:"last"`
	Head   string         `json:"head"` // hash of the last row
	Pruned []auditPruning `json:"pruned"`
	Breaks int            `json:"breaks"`
}

type auditPruning struct {
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Through int64     `json:"through"` // the last row that was removed
}

// AuditResultJSON writes what checking a chain found as JSON lines.
func AuditResultJSON(w io.Writer, a *Audit) error {
	out := lines(w)
	for _, b := range a.breaks() {
		if err := out.Encode(auditBreakLine{kind: kindOf("audit_break"), Number: b.Number, What: b.What}); err != nil {
			return err
		}
	}
	line := auditLine{
		kind: kindOf("audit_summary"), What: a.What, Whole: a.Whole(), Rows: a.Rows, First: a.First, Last: a.Last,
		Head: a.Chain.Head, Pruned: []auditPruning{}, Breaks: len(a.breaks()),
	}
	for _, p := range a.Pruned {
		line.Pruned = append(line.Pruned, auditPruning{At: p.At.UTC(), By: p.By, Through: p.Through})
	}
	return out.Encode(line)
}
