// Package view writes plans and reports for people and machines. It takes
// values and a writer and decides nothing.
package view

import (
	"io"

	"offcut/engine"
)

// Options say how to write.
type Options struct {
	Width    int // of the terminal; 0 when the output is none
	Color    bool
	Limit    int // rows of the plan table; 50 when 0
	ShowKept bool
}

// Plan writes the header (who is asked as whom), the table, the totals and the
// last lines.
func Plan(w io.Writer, p *engine.Plan, o Options) error { panic("TODO") }

// Report writes what Apply did.
func Report(w io.Writer, r *engine.Report, o Options) error { panic("TODO") }
