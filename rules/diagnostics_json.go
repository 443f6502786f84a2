package rules

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/hashicorp/hcl/v2"
)

// The JSON form of diagnostics: the shape that `terraform validate -json` has.

type jsonReport struct {
	FormatVersion string           `json:"format_version"`
	Valid         bool             `json:"valid"`
	ErrorCount    int              `json:"error_count"`
	WarningCount  int              `json:"warning_count"`
	Diagnostics   []jsonDiagnostic `json:"diagnostics"`
}

type jsonDiagnostic struct {
	Severity string       `json:"severity"`
	Summary  string       `json:"summary"`
	Detail   string       `json:"detail"`
	Address  string       `json:"address,omitempty"` // of the one instance that it is about
	Range    *jsonRange   `json:"range,omitempty"`
	Snippet  *jsonSnippet `json:"snippet,omitempty"`
}

type jsonRange struct {
	Filename string  `json:"filename"`
	Start    jsonPos `json:"start"`
	End      jsonPos `json:"end"`
}

type jsonPos struct {
	Line   int `json:"line"`
	Column int `json:"column"`
	Byte   int `json:"byte"`
}

// A jsonSnippet holds the whole lines of the range; the offsets count bytes in code.
type jsonSnippet struct {
	Context              *string     `json:"context"`
	Code                 string      `json:"code"`
	StartLine            int         `json:"start_line"`
	HighlightStartOffset int         `json:"highlight_start_offset"`
	HighlightEndOffset   int         `json:"highlight_end_offset"`
	Values               []jsonValue `json:"values"`
}

type jsonValue struct {
	Traversal string `json:"traversal"`
	Statement string `json:"statement"`
}

// WriteJSON writes one object in Terraform's validate shape: format_version,
// valid, error_count, warning_count, diagnostics.
func (d Diagnostics) WriteJSON(w io.Writer) error {
	errors, warnings := d.Counts()
	report := jsonReport{
		FormatVersion: "1.0", Valid: errors == 0, ErrorCount: errors, WarningCount: warnings,
		Diagnostics: []jsonDiagnostic{},
	}
	for _, diag := range d.list {
		report.Diagnostics = append(report.Diagnostics, d.jsonDiagnostic(diag))
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(report)
}

func (d Diagnostics) jsonDiagnostic(diag *hcl.Diagnostic) jsonDiagnostic {
	j := jsonDiagnostic{Severity: "error", Summary: diag.Summary, Detail: diag.Detail}
	if diag.Severity == hcl.DiagWarning {
		j.Severity = "warning"
	}
	if note, ok := diag.Extra.(instanceNote); ok {
		j.Address = note.address
	}
	if diag.Subject == nil {
		return j
	}
	at := marked(*diag.Subject)
	j.Range = &jsonRange{Filename: at.Filename, Start: newJSONPos(at.Start), End: newJSONPos(at.End)}
	if f := d.files[at.Filename]; f != nil {
		j.Snippet = newJSONSnippet(f, diag)
	}
	return j
}

// marked is a range that holds at least one byte, as Terraform's do: a reader has
// something to underline.
func marked(at hcl.Range) hcl.Range {
	if at.Empty() {
		at.End.Byte++
		at.End.Column++
	}
	return at
}

func newJSONPos(p hcl.Pos) jsonPos { return jsonPos{Line: p.Line, Column: p.Column, Byte: p.Byte} }

func newJSONSnippet(f *hcl.File, diag *hcl.Diagnostic) *jsonSnippet {
	at := marked(*diag.Subject)
	shown := shownRange(diag)
	start, end := min(shown.Start.Byte, len(f.Bytes)), min(max(shown.End.Byte, at.End.Byte), len(f.Bytes))
	from := bytes.LastIndexByte(f.Bytes[:start], '\n') + 1
	to := len(f.Bytes)
	if n := bytes.IndexByte(f.Bytes[max(end-1, start):], '\n'); n >= 0 { // a range that ends with a line break ends with its line
		to = max(end-1, start) + n
	}
	s := &jsonSnippet{
		Code: string(f.Bytes[from:to]), StartLine: shown.Start.Line,
		HighlightStartOffset: min(max(at.Start.Byte-from, 0), to-from), HighlightEndOffset: min(max(at.End.Byte-from, 0), to-from),
		Values: jsonValues(diag),
	}
	if context := contextOf(f, at.Start.Byte); context != "" {
		s.Context = &context
	}
	return s
}
