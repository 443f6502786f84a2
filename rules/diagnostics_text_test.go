package rules

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestDiagnostics_MarksThePlace holds what stands between "on FILE line N" and the
// message's detail.
func TestDiagnostics_MarksThePlace(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"tabs":            {"locals {\n\ta\t= nope\n}\n", "   2: \ta\t= nope\n      \t \t  ^^^^\n"},
		"wide characters": {"locals {\n  a = \"媒体é${nope}\"\n}\n", "   2:   a = \"媒体é${nope}\"\n                    ^^^^\n"},
		"combining marks": {"locals {\n  a = 3 /* cafe\u0301 */ + nope\n}\n", "   2:   a = 3 /* cafe\u0301 */ + nope\n                           ^^^^\n"},
		"line ends":       {"locals {\r\n  a = nope\r\n}\r\n", "   2:   a = nope\n            ^^^^\n\n"},
		"no line end":     {smallRule + "x = 1", "  10: x = 1\n      ^\n"},
		"many lines": {"locals {\n  a = [\n1,\n2,\n3,\n4,\n5,\n6,\n7] + 1\n}\n",
			"   2:   a = [\n            ^\n   3: 1,\n   4: 2,\n   5: 3,\n   6: 4,\n   7: 5,\n      ...\n\n"},
	} {
		t.Run(name, func(t *testing.T) {
			_, d := loadText(tt.text)
			if text := plainText(t, d); !strings.Contains(text, tt.want) {
				t.Errorf("got:\n%s\nwant:\n%s", text, tt.want)
			}
		})
	}
}

// On a terminal a line is cut around the place, which stays marked; in a pipe it is whole.
func TestDiagnostics_LongLinesFitTheTerminal(t *testing.T) {
	long, wide := strings.Repeat("x", 300), strings.Repeat("媒", 300)
	for name, tt := range map[string]struct {
		text  string
		width int
		want  string
	}{
		"far on": {"locals {\n  a = \"" + long + "${nope}" + long + "\"\n}\n", 80,
			"   2: …" + long[:21] + "${nope}" + long[:44] + "…\n" + strings.Repeat(" ", 30) + "^^^^\n"},
		"near the end": {"locals {\n  a = \"" + long + "${nope}\"\n}\n", 80,
			"   2: …" + long[:65] + "${nope}\"\n" + strings.Repeat(" ", 74) + "^^^^\n"},
		"near the beginning": {"locals {\n  a = nope /* " + long + " */\n}\n", 40,
			"   2:   a = nope /* " + long[:19] + "…\n            ^^^^\n"},
		"wide characters": {"locals {\n  a = \"" + wide + "${nope}" + wide + "\"\n}\n", 50,
			"   2: …" + wide[:3*5] + "${nope}" + wide[:3*12] + "…\n" + strings.Repeat(" ", 19) + "^^^^\n"},
		"long mark":     {"locals {\n  a = " + long + "\n}\n", 60, "   2:   a = " + long[:47] + "…\n            " + strings.Repeat("^", 48) + "\n"},
		"tabs":          {"locals {\n\t\t\ta\t=\tnope + \"" + long + "\"\n}\n", 40, "   2:    a = nope + \"" + long[:18] + "…\n             ^^^^\n"},
		"tabs that fit": {"locals {\n\t\ta\t=\tnope\n}\n", 40, "   2: \t\ta\t=\tnope\n      \t\t \t \t^^^^\n"},
		"very narrow":   {"locals {\n  a = \"" + long + "${nope}" + long + "\"\n}\n", 1, "   2: …x${nope}xxxx…\n"},
		"pipe":          {"locals {\n  a = \"" + long + "${nope}" + long + "\"\n}\n", 0, "   2:   a = \"" + long + "${nope}" + long + "\"\n"},
	} {
		t.Run(name, func(t *testing.T) {
			_, d := loadText(tt.text)
			var b strings.Builder
			if err := d.WriteText(&b, tt.width, false); err != nil || !strings.Contains(b.String(), tt.want) {
				t.Errorf("%v, got:\n%s\nwant:\n%s", err, b.String(), tt.want)
			}
		})
	}
}

// Whatever stands around a place, no line of a snippet is wider than the terminal, and
// what stands over the marks is the beginning of the place.
func TestDiagnostics_MarksStandUnderThePlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.StringOfN(rapid.SampledFrom([]rune("ab \t媒体é🗑\u0301")), 0, 60, -1)
		before, after := part.Draw(t, "before"), part.Draw(t, "after")
		width := rapid.IntRange(minSnippetWidth, 90).Draw(t, "width")
		_, d := loadText("locals { x = \"" + before + "${nope}" + after + "\" }\n")
		var b strings.Builder
		if err := d.WriteText(&b, width, false); err != nil {
			t.Fatal(err)
		}
		_, told, _ := strings.Cut(b.String(), "Invalid reference")
		_, snippet, _ := strings.Cut(told, "   1: ")
		line, rest, _ := strings.Cut(snippet, "\n")
		marks, _, _ := strings.Cut(rest, "\n")
		line = "   1: " + line
		if w := columnsFrom(0, line); w > width {
			t.Fatalf("%q takes %d columns of %d", line, w, width)
		}
		at := strings.Index(line, "nope")
		if to := strings.Index(marks, "^"); at < 0 || to < 0 || columnsFrom(0, line[:at]) != columnsFrom(0, marks[:to]) {
			t.Fatalf("the marks are elsewhere:\n%s\n%s", line, marks)
		}
	})
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
