package rules

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// The rules of a file of values are not known where it is formatted, so that no message
// about one shows a piece of it, whatever the file is called.
func TestFormat_ShowsNoValue(t *testing.T) {
	for name, text := range map[string]string{
		"twice":           "one = \"hunter2\"\none = \"hunter3\"\n",
		"open quote":      "one = \"hunter2\n",
		"apostrophes":     "one = 'hunter2'\n",
		"curly quotes":    "one = “hunter2”\n",
		"comma":           "one = \"hunter2\",\n",
		"semicolon":       "one = \"hunter2\";\n",
		"Latin-1":         "one = \"hunter2\xe9\"\n",
		"key given twice": "one = { hunter2 = 1, hunter2 = 2 }\n",
		"open heredoc":    "one = <<hunter2\nx\n",
		"number and unit": "one = 7hunter2\n",
		"behind comments": "# hunter2\n\none = \"hunter2\" 1\n",
	} {
		for _, file := range []string{"offcut.vars.hcl", "prod.hcl", "<stdin>"} {
			_, d := Format(File{Name: file, Bytes: []byte(text)})
			var told bytes.Buffer
			if err := errors.Join(d.WriteText(&told, 0, false), d.WriteJSON(&told)); err != nil {
				t.Fatal(err)
			}
			if !d.HasErrors() || strings.Contains(told.String(), "hunter") {
				t.Errorf("%s, %s:\n%s", name, file, told.String())
			}
		}
	}
	if _, d := Format(File{Name: "main.hcl", Bytes: []byte("# x\nrule \"r\" {\n  a = 'hunter2'\n}\n")}); !strings.Contains(plainText(t, d), "hunter2") {
		t.Errorf("a rule file is hidden:\n%s", plainText(t, d))
	}
}

// What a diff shows is the layout of a file of values, and of rules all but secrets.
func TestShown(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"offcut.vars.hcl", "# old: ab\none=\"ab\" // ab\n", "#********\none=\"**\" //***\n"},
		{"x.hcl", "one = {\n  ab = [1, \"c${d}\"]\n}\n", "one = {\n  ** = [*, \"*${*}\"]\n}\n"},
		{"<stdin>", "one = <<EOT\nab\nEOT\n", "one = <<EOT\n**\nEOT\n"},
		{"main.hcl", "# ab\nvariable \"v\" {\n  sensitive = true\n  default = \"ab\"\n}\n", "# ab\nvariable \"v\" {\n  sensitive = true\n  default = \"**\"\n}\n"},
		{"x.test.hcl", "now = \"ab\"\n", "now = \"ab\"\n"},
		{"offcut.vars.hcl", "", ""},
	} {
		if got := Shown(File{Name: tt.name, Bytes: []byte(tt.text)}); string(got) != tt.want {
			t.Errorf("%s is shown as\n%s", tt.name, got)
		}
	}
}
