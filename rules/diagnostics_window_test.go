package rules

import (
	"bytes"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
)

// TestDiagnostics_WindowShowsWhatTheFileWould compares the messages of every bad
// file with those that hcl's writer makes from the whole file.
func TestDiagnostics_WindowShowsWhatTheFileWould(t *testing.T) {
	texts := map[string]string{
		"line ends of Windows": strings.ReplaceAll(wrongDuration, "\n", "\r\n"),
		"no line end":          "x = 1",
		"over lines":           "locals {\n  a = [1,\n    2] + 1\n}\n",
		"end of file":          "rule \"r\" {\n  scan {\n\n\n",
	}
	for _, path := range testFiles(t, "testdata/bad/*.hcl") {
		texts[path] = readTestFile(t, path)
	}
	for name, text := range texts {
		_, d := loadText(text)
		var want bytes.Buffer
		if err := hcl.NewDiagnosticTextWriter(&want, d.files, 0, false).WriteDiagnostics(d.list); err != nil {
			t.Fatal(err)
		}
		if got := plainText(t, d); got != want.String() || got == "" {
			t.Errorf("%s: got:\n%s\nwant:\n%s", name, got, want.String())
		}
	}
}
