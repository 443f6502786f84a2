package rules

import (
	"strings"
	"testing"
)

// TestDiagnostics_MarksThePlace holds what stands between "on FILE line N" and the
// message's detail.
func TestDiagnostics_MarksThePlace(t *testing.T) {
	long := strings.Repeat("x", 300)
	for name, tt := range map[string]struct{ text, want string }{
		"tabs":            {"locals {\n\ta\t= nope\n}\n", "   2: \ta\t= nope\n      \t \t  ^^^^\n"},
		"wide characters": {"locals {\n  a = \"媒体é${nope}\"\n}\n", "   2:   a = \"媒体é${nope}\"\n                    ^^^^\n"},
		"combining marks": {"locals {\n  a = 3 /* cafe\u0301 */ + nope\n}\n", "   2:   a = 3 /* cafe\u0301 */ + nope\n                           ^^^^\n"},
		"line ends":       {"locals {\r\n  a = nope\r\n}\r\n", "   2:   a = nope\n            ^^^^\n\n"},
		"no line end":     {smallRule + "x = 1", "  10: x = 1\n      ^\n"},
		"many lines": {"locals {\n  a = [\n1,\n2,\n3,\n4,\n5,\n6,\n7] + 1\n}\n",
			"   2:   a = [\n            ^\n   3: 1,\n   4: 2,\n   5: 3,\n   6: 4,\n   7: 5,\n      ...\n\n"},
		"long line, far on": {"locals {\n  a = \"" + long + "${nope}" + long + "\"\n}\n",
			"   2: …" + long[:38] + "${nope}" + long[:74] + "…\n" + strings.Repeat(" ", 47) + "^^^^\n"},
		"long mark": {"locals {\n  a = " + long + "\n}\n", "   2:   a = " + long[:114] + "…\n            " + strings.Repeat("^", 115) + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			_, d := loadText(tt.text)
			if text := plainText(t, d); !strings.Contains(text, tt.want) {
				t.Errorf("got:\n%s\nwant:\n%s", text, tt.want)
			}
		})
	}
}

func TestDiagnostics_EndOfFile(t *testing.T) {
	_, d := loadText("rule \"r\" {\n  scan {\n\n\n")
	if text := plainText(t, d); !strings.Contains(text, "   2:   scan {\n") || !strings.Contains(text, "^\n") {
		t.Errorf("got:\n%s", text)
	}
}

// TestDiagnostics_QuotesAreBounded holds that neither a value nor a heredoc fills
// the terminal.
func TestDiagnostics_QuotesAreBounded(t *testing.T) {
	value := "locals {\n  a = \"" + strings.Repeat("ab", 20000) + "\"\n}\n" + strings.Replace(smallRule, `"7d"`, "local.a", 1)
	heredoc := "locals {\n  a = <<E\n" + strings.Repeat(smallRule, 500)
	for name, text := range map[string]string{"value": value, "heredoc": heredoc} {
		_, d := loadText(text)
		if got := plainText(t, d); len(got) > 2000 || !d.HasErrors() {
			t.Errorf("%s: %d bytes: %.500s", name, len(got), got)
		}
	}
}
