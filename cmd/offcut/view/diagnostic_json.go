package view

import (
	"bytes"
	"encoding/json"
	"io"

	"offcut/rules"
)

// A diagnosticLine is something that a person has to know. What is wrong in a rule
// file has its place and the text around it.
type diagnosticLine struct {
	kind
	Severity string          `json:"severity"` // "error" or "warning"
	Summary  string          `json:"summary"`
	Detail   string          `json:"detail,omitempty"`
	Address  string          `json:"address,omitempty"` // of the one instance of a rule that it is about
	Range    json.RawMessage `json:"range,omitempty"`   // as terraform validate -json has it
	Snippet  json.RawMessage `json:"snippet,omitempty"` // likewise
}

// Error writes an error as a line of type "diagnostic".
func Error(w io.Writer, err error) error {
	return lines(w).Encode(diagnosticLine{kind: kindOf("diagnostic"), Severity: "error", Summary: err.Error()})
}

// RuleDiagnostics writes what is to say about rule files, one line each.
func RuleDiagnostics(w io.Writer, diags rules.Diagnostics) error {
	all, err := diagnosticLines(diags)
	if err != nil {
		return err
	}
	out := lines(w)
	for _, d := range all {
		if err := out.Encode(d); err != nil {
			return err
		}
	}
	return nil
}

func diagnosticLines(diags rules.Diagnostics) ([]diagnosticLine, error) {
	var text bytes.Buffer
	if err := diags.WriteJSON(&text); err != nil {
		return nil, err
	}
	var all struct{ Diagnostics []diagnosticLine }
	if err := json.Unmarshal(text.Bytes(), &all); err != nil {
		return nil, err
	}
	for i := range all.Diagnostics {
		all.Diagnostics[i].kind = kindOf("diagnostic")
	}
	return all.Diagnostics, nil
}

// A validity is the one object of validate -json where the files could not even be
// read, in the shape that rules.Diagnostics has for all other cases.
type validity struct {
	FormatVersion string           `json:"format_version"`
	Valid         bool             `json:"valid"`
	ErrorCount    int              `json:"error_count"`
	WarningCount  int              `json:"warning_count"`
	Diagnostics   []diagnosticOnly `json:"diagnostics"`
}

type diagnosticOnly struct {
	Severity string `json:"severity"`
	Summary  string `json:"summary"`
	Detail   string `json:"detail"`
}

// Invalid writes the object of validate -json for an error before any rule file
// was read.
func Invalid(w io.Writer, err error) error {
	out := lines(w)
	out.SetIndent("", "  ")
	return out.Encode(validity{
		FormatVersion: "1.0", ErrorCount: 1,
		Diagnostics: []diagnosticOnly{{Severity: "error", Summary: "No rules", Detail: err.Error()}},
	})
}
