package rules

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// snippetsOf reads back what WriteJSON says of the places of messages.
func snippetsOf(t *testing.T, d Diagnostics) []jsonDiagnostic {
	t.Helper()
	var b bytes.Buffer
	if err := d.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	var report jsonReport
	if err := json.Unmarshal(b.Bytes(), &report); err != nil {
		t.Fatal(err)
	}
	if errors, warnings := d.Counts(); report.FormatVersion != "1.0" || report.ErrorCount != errors || report.WarningCount != warnings ||
		report.Valid != (errors == 0) || len(report.Diagnostics) != errors+warnings {
		t.Errorf("%+v", report)
	}
	return report.Diagnostics
}

// The ranges and snippets of mistakes that Terraform 1.11 finds at the same place are
// its own, but for the blank lines that it leaves out of the code.
func TestDiagnostics_JSONHasTerraformsShape(t *testing.T) {
	for name, c := range map[string]struct {
		text, context, code  string
		start, end           jsonPos
		line, hlStart, hlEnd int
	}{
		"a place with what is around it": {
			"locals {\n  a = [1,\n    2 3]\n}\n", "locals", "  a = [1,\n    2 3]",
			jsonPos{3, 7, 25}, jsonPos{3, 8, 26}, 2, 16, 17,
		},
		"the end of a line": {
			"locals {\n  a = 1 +\n}\n", "locals", "  a = 1 +",
			jsonPos{2, 10, 18}, jsonPos{3, 1, 19}, 2, 9, 9,
		},
		"the end of a file": {
			"locals {\n  a = [\n", "locals", "",
			jsonPos{3, 1, 17}, jsonPos{3, 2, 18}, 3, 0, 0,
		},
		"no block around it": {
			"foo \"x\" {\n}\n", "foo \"x\"", "foo \"x\" {",
			jsonPos{1, 1, 0}, jsonPos{1, 4, 3}, 1, 0, 3,
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, d := loadText(c.text)
			got := snippetsOf(t, d)[0]
			context := ""
			if got.Snippet.Context != nil {
				context = *got.Snippet.Context
			}
			if got.Range.Start != c.start || got.Range.End != c.end || context != c.context {
				t.Errorf("range %+v, context %q", *got.Range, context)
			}
			if s := got.Snippet; s.Code != c.code || s.StartLine != c.line || s.HighlightStartOffset != c.hlStart || s.HighlightEndOffset != c.hlEnd {
				t.Errorf("%+v", *s)
			}
		})
	}
}

// A sensitive value is said to be there, as Terraform says it.
func TestDiagnostics_JSONOfASensitiveValue(t *testing.T) {
	_, d := loadText("variable \"s\" {\n  default   = \"hunter2\"\n  sensitive = true\n}\n" + strings.Replace(smallRule, `"7d"`, `"${var.s}"`, 1))
	found := false
	for _, diag := range snippetsOf(t, d) {
		for _, v := range diag.Snippet.Values {
			found = found || v == jsonValue{Traversal: "var.s", Statement: "has a sensitive value"}
		}
	}
	if !found {
		t.Error("var.s is not told")
	}
}

// FuzzDiagnosticsJSON holds that every range marks something, and that what it marks
// lies in the code that comes with it.
func FuzzDiagnosticsJSON(f *testing.F) {
	addRuleTexts(f)
	f.Fuzz(func(t *testing.T, text string) {
		_, d := loadText(text)
		for _, diag := range snippetsOf(t, d) {
			if diag.Range == nil {
				continue
			}
			if diag.Range.End.Byte <= diag.Range.Start.Byte {
				t.Errorf("%s: the range is empty: %+v", diag.Summary, diag.Range)
			}
			if s := diag.Snippet; s != nil && (s.HighlightStartOffset < 0 || s.HighlightEndOffset < s.HighlightStartOffset || s.HighlightEndOffset > len(s.Code)) {
				t.Errorf("%s: %+v", diag.Summary, s)
			}
		}
	})
}
