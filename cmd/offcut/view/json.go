package view

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Format is the version of the JSON lines. A reader may rely on the fields that
// are documented; new ones may be added under the same version.
const Format = "1"

// A jsonWriter escapes what a terminal might obey.
type jsonWriter struct{ w io.Writer }

// NewJSONWriter returns a writer for whole lines of JSON. It writes every
// character beyond ASCII that is not printable (C1 controls, text direction
// marks) and DEL as a \u escape. The value that the JSON stands for stays the
// same.
func NewJSONWriter(w io.Writer) io.Writer { return jsonWriter{w: w} }

func (j jsonWriter) Write(p []byte) (int, error) {
	out := make([]byte, 0, len(p))
	for rest := p; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		switch {
		case r < 0x7f || strconv.IsPrint(r):
			out = append(out, rest[:size]...)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		rest = rest[size:]
	}
	if _, err := j.w.Write(out); err != nil {
		return 0, err
	}
	return len(p), nil
}

// A line is what all JSON lines begin with.
type line struct {
	Type   string `json:"type"`
	Format string `json:"format"`
}

func lineOf(kind string) line { return line{Type: kind, Format: Format} }

// A diagnosticLine is something that a person has to know.
type diagnosticLine struct {
	line
	Severity string `json:"severity"` // "error" or "warning"
	Summary  string `json:"summary"`
}

// Error writes an error as a line of type "diagnostic".
func Error(w io.Writer, err error) error { return diagnostic(w, "error", err.Error()) }

// Warning writes a warning as a line of type "diagnostic".
func Warning(w io.Writer, text string) error { return diagnostic(w, "warning", text) }

func diagnostic(w io.Writer, severity, text string) error {
	return json.NewEncoder(NewJSONWriter(w)).Encode(diagnosticLine{
		line: lineOf("diagnostic"), Severity: severity, Summary: text,
	})
}
