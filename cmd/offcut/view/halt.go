package view

import (
	"io"
	"time"

	"offcut/engine"
)

// A HaltDir is a data directory that may be halted.
type HaltDir struct {
	Path string // absolute
	Lift string // the command line that lifts its halt
}

// HaltState says whether a data directory is halted; h is nil when it is not. Where
// nobody can say who halted it, h has no By, and its Reason says why that is so.
func HaltState(w io.Writer, dir HaltDir, h *engine.Halt, o Options) error {
	out := newPage(w, o)
	out.atTop = true
	if h == nil {
		out.labelled(good, "Not halted: ", "uploads may be aborted from %s.", Text(dir.Path))
		return out.Flush()
	}
	out.labelled(bad, "Halted: ", "nothing is aborted from %s.", Text(dir.Path))
	if h.By == "" { // its file cannot be read
		out.line("%s", h.Reason)
	} else {
		out.line("Since %s, by %s: %s", second(h.Since), Text(h.By), Text(h.Reason))
	}
	out.line(`"%s" ends it.`, dir.Lift)
	return out.Flush()
}

// HaltLifted says whose halt was ended.
func HaltLifted(w io.Writer, h *engine.Halt) error {
	out := newPage(w, Options{})
	out.line("Lifted: the halt since %s, by %s: %s", second(h.Since), Text(h.By), Text(h.Reason))
	return out.Flush()
}

// A haltLine says whether a data directory is halted.
type haltLine struct {
	kind
	Dir    string    `json:"dir"` // the data directory, as an absolute path
	Halted bool      `json:"halted"`
	Reason string    `json:"reason,omitempty"`
	By     string    `json:"by,omitempty"` // "user@host"
	Since  time.Time `json:"since,omitzero"`
}

// HaltStateJSON writes the same as one JSON line.
func HaltStateJSON(w io.Writer, dir string, h *engine.Halt) error {
	line := haltLine{kind: kindOf("halt"), Dir: dir}
	if h != nil {
		line.Halted, line.Reason, line.By, line.Since = true, h.Reason, h.By, h.Since.UTC()
	}
	return lines(w).Encode(line)
}
