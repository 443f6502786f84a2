package view

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"offcut/engine"
	"offcut/engine/ledger"
)

// A reason is text from somebody: nothing in it reaches a terminal as it is.
func TestPromise12_HaltEscapes(t *testing.T) {
	h := &engine.Halt{Reason: "wrong account\x1b[2J\nuse the other", By: "sre@desk-7\u202e", Since: planNow()}
	damaged := &engine.Halt{Reason: "halt is there and its text is damaged, so that nobody can say who halted the aborts and why"}
	at := func(path string) HaltDir { return HaltDir{path, "offcut halt -lift -data-dir state"} }
	var out bytes.Buffer
	err := errors.Join(
		HaltState(&out, at("/srv/.offcut\x1b"), nil, Options{}), HaltState(&out, at("/srv/.offcut"), h, Options{}), HaltLifted(&out, h),
		HaltState(&out, at("/srv/.offcut"), damaged, Options{Color: true}),
		HaltStateJSON(&out, "/srv/.offcut", nil), HaltStateJSON(&out, "/srv/.offcut", h), HaltStateJSON(&out, "/srv/.offcut", damaged),
	)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "halt.txt", out.Bytes())
}

func TestAudit(t *testing.T) {
	const hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	whole := ledger.Chain{Rows: 24_310, First: 1001, Last: 25_310, Head: hash, Pruned: []ledger.Pruning{{At: planNow(), By: "sre@desk-7\x1b[2J", Through: 1000}}}
	broken := whole
	broken.Broken = []ledger.Break{{Number: 1200, What: "row 1,200 was changed: its hash is not that of what it says\x1b"}, {Number: 1300, What: "row 1,300 is missing"}}
	for name, a := range map[string]*Audit{
		"audit_whole":  {What: ".offcut/ledger.db", Chain: whole},
		"audit_broken": {What: ".offcut/ledger.db", Chain: broken},
		"audit_head":   {What: "export.jsonl", Chain: whole, Head: &ledger.Break{Number: 26_000, What: "row 26,000 was noted and is missing: the chain ends with row 25,310"}},
		"audit_empty":  {What: ".offcut/ledger.db"},
	} {
		for ending, write := range map[string]func(w io.Writer) error{
			".txt":   func(w io.Writer) error { return AuditResult(w, a, Options{}) },
			".jsonl": func(w io.Writer) error { return AuditResultJSON(w, a) },
		} {
			t.Run(name+ending, func(t *testing.T) {
				var out bytes.Buffer
				if err := write(&out); err != nil {
					t.Fatal(err)
				}
				golden(t, name+ending, out.Bytes())
			})
		}
	}
	if len(broken.Broken) != 2 {
		t.Error("a view changed what it was given")
	}
}
