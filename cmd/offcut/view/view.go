package view

import (
	"bufio"
	"fmt"
	"io"

	"offcut/rules"
)

// Options say how to write for people.
type Options struct {
	Width       int // of the terminal; 0 when the output is none
	Color       bool
	Limit       int // rows of the plan table; 50 when 0
	ShowKept    bool
	Past        bool            // what is written of stores was so when the plan was made, not now
	Discoveries []Discovery     // of the rules that a plan is made by, in the order of their addresses
	Protects    []rules.Protect // of the rules that a plan is made by: their reasons and ends are told
	Overlaps    []rules.Overlap // of those rules: who decides where their scopes meet
}

const defaultLimit = 50

func (o Options) limit() int {
	if o.Limit == 0 {
		return defaultLimit
	}
	return o.Limit
}

// A page gathers output for people. The first failed write is remembered and
// ends it.
type page struct {
	*bufio.Writer
	Options
	atTop bool // nothing stands above, so that no blank line is wanted
}

func newPage(w io.Writer, o Options) *page { return &page{Writer: bufio.NewWriter(w), Options: o} }

// line writes one line, broken between words on a terminal; what may hold text from
// elsewhere goes through Lines.
func (p *page) line(format string, args ...any) { p.hanging(0, 0, format, args...) }

// hanging is line for what begins where used columns are taken, and goes on hang
// columns in.
func (p *page) hanging(used, hang int, format string, args ...any) {
	p.atTop = false
	text := wrap(Lines(fmt.Sprintf(format, args...)), used, hang, p.Width)
	_, _ = p.WriteString(text + "\n") // Flush tells of a failed write
}

// verbatim writes one line that is there to be copied: it is never broken.
func (p *page) verbatim(format string, args ...any) {
	p.atTop = false
	_, _ = p.WriteString(Lines(fmt.Sprintf(format, args...)) + "\n") // as above
}

// blank writes an empty line between paragraphs.
func (p *page) blank() {
	if !p.atTop {
		_ = p.WriteByte('\n') // as above
	}
}

// labelled writes a line whose first word stands out on a terminal. The word
// alone carries the meaning; colour only repeats it.
func (p *page) labelled(tone tone, label, format string, args ...any) {
	if p.Color {
		_, _ = p.WriteString("\x1b[" + string(tone) + "m" + label + "\x1b[0m")
	} else {
		_, _ = p.WriteString(label)
	}
	p.hanging(Width(label), len(gap), format, args...)
}

// A tone is a terminal's colour.
type tone string

const (
	plain  tone = "1"
	good   tone = "1;32"
	notice tone = "1;33"
	bad    tone = "1;31"
)
