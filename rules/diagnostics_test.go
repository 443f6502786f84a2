package rules

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/hashicorp/hcl/v2"
)

// headOf is a diagnostic's severity, place and summary in one line.
func headOf(d *hcl.Diagnostic) string {
	severity, at := "ERROR", "nowhere"
	if d.Severity == hcl.DiagWarning {
		severity = "WARNING"
	}
	if d.Subject != nil {
		at = fmt.Sprintf("%s:%d,%d", d.Subject.Filename, d.Subject.Start.Line, d.Subject.Start.Column)
	}
	return fmt.Sprintf("%s: %s: %s: ", severity, at, d.Summary)
}

func headsOf(d Diagnostics) []string {
	var heads []string
	for _, diag := range d.list {
		heads = append(heads, headOf(diag))
	}
	return heads
}

const wrongDuration = `variable "d" {
  default = "7 days"
}

rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw"]
  }
  stale {
    older_than = var.d
  }
}
`

func TestDiagnostics_Text(t *testing.T) {
	_, d := loadText(wrongDuration)
	const want = `Warning: Prefix without a slash at its end

  on main.hcl line 8, in rule "r":
   8:     prefixes = ["raw"]
                      ^^^^^

"raw" also covers longer names, such as "rawhide/". Write "raw/" if only what lies under that name is meant.

Error: Invalid duration

  on main.hcl line 11, in rule "r":
  11:     older_than = var.d
                       ^^^^^

with var.d as "7 days".

`
	if got := plainText(t, d); !strings.HasPrefix(got, want) {
		t.Errorf("got:\n%s\nwant it to begin with:\n%s", got, want)
	}
	if errors, warnings := d.Counts(); errors != 1 || warnings != 1 {
		t.Errorf("%d errors, %d warnings", errors, warnings)
	}
}

func TestDiagnostics_TextWrapsAndColours(t *testing.T) {
	_, d := loadText(wrongDuration)
	var narrow, colour bytes.Buffer
	if err := d.WriteText(&narrow, 40, false); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(narrow.String(), "\"raw\" also covers longer names, such as\n") {
		t.Errorf("not wrapped:\n%s", narrow.String())
	}
	if err := d.WriteText(&colour, 0, true); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(colour.String(), "\x1b[31mError") || !strings.Contains(colour.String(), "= \x1b[1;4mvar.d\x1b[0m\n") ||
		strings.Contains(colour.String(), "^") {
		t.Errorf("not coloured:\n%q", colour.String())
	}
}

func TestDiagnostics_JSON(t *testing.T) {
	_, d := loadText(wrongDuration)
	var b bytes.Buffer
	if err := d.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	const want = `{
  "format_version": "1.0",
  "valid": false,
  "error_count": 1,
  "warning_count": 1,
  "diagnostics": [
    {
      "severity": "warning",
      "summary": "Prefix without a slash at its end",
      "detail": "\"raw\" also covers longer names, such as \"rawhide/\". Write \"raw/\" if only what lies under that name is meant.",
      "range": {
        "filename": "main.hcl",
        "start": {
          "line": 8,
          "column": 17,
          "byte": 100
        },
        "end": {
          "line": 8,
          "column": 22,
          "byte": 105
        }
      },
      "snippet": {
        "context": "rule \"r\"",
        "code": "    prefixes = [\"raw\"]",
        "start_line": 8,
        "highlight_start_offset": 16,
        "highlight_end_offset": 21,
        "values": []
      }
    },
    {
      "severity": "error",
      "summary": "Invalid duration",
`
	if !strings.HasPrefix(b.String(), want) {
		t.Errorf("got:\n%s", b.String())
	}
	if !strings.Contains(b.String(), `"traversal": "var.d"`) || !strings.Contains(b.String(), `"statement": "is \"7 days\""`) {
		t.Errorf("the value is missing:\n%s", b.String())
	}
}

func TestDiagnostics_JSONWithoutMistakes(t *testing.T) {
	_, d := loadText(smallRule)
	var b bytes.Buffer
	if err := d.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	const want = `{"format_version":"1.0","valid":true,"error_count":0,"warning_count":0,"diagnostics":[]}`
	var got bytes.Buffer
	if err := json.Compact(&got, b.Bytes()); err != nil || got.String() != want {
		t.Errorf("got %s (%v)", b.String(), err)
	}
}

// TestDiagnostics_AreSorted holds that the order is the text's, whatever the
// order in which the mistakes were found, and that no message comes twice.
func TestDiagnostics_AreSorted(t *testing.T) {
	b := File{"b.hcl", []byte("offcut {\n  format = 1\n  minimum_age = 3\n}\n")}
	a := File{"a.hcl", []byte("x = 1\n" + strings.Replace(smallRule, `"7d"`, `local.y`, 1))}
	_, d := Load(Source{Rules: []File{b, a}}, Values{Flags: []string{"z", "z"}})
	want := []string{
		"ERROR: a.hcl:1,1: Unsupported argument: ",
		"ERROR: a.hcl:8,18: Reference to undeclared local value: ",
		"ERROR: b.hcl:2,3: Not supported yet: ",
		"ERROR: b.hcl:3,17: Wrong type of value: ",
		"ERROR: nowhere: Invalid -var: ",
	}
	if got := headsOf(d); !slices.Equal(got, want) {
		t.Errorf("got:\n%s", strings.Join(got, "\n"))
	}
}

func TestDiagnostics_TextIsBounded(t *testing.T) {
	_, d := loadText("locals {\n" + manyLines(2*maxShown, "  a%d = nope%d\n") + "}\n" + smallRule)
	text := plainText(t, d)
	if n := strings.Count(text, "Error: "); n != maxShown {
		t.Errorf("%d messages were written", n)
	}
	if !strings.HasSuffix(text, fmt.Sprintf("... and %d more. The JSON form of these messages holds all of them.\n\n", maxShown)) {
		t.Errorf("the text ends with %q", text[len(text)-200:])
	}
	if errors, _ := d.Counts(); errors != 2*maxShown {
		t.Errorf("%d errors are counted", errors)
	}
}

// TestPromise12_NoEscapeFromARuleFileReachesTheTerminal puts control characters
// into every place of a rule file that a message may show.
func TestPromise12_NoEscapeFromARuleFileReachesTheTerminal(t *testing.T) {
	const evil = "\x1b]0;owned\x07\x1b[2J\r\u009b31m\u202e\u2066\x00\x7f\u2028"
	places := map[string]string{
		"comment on the line":  "rule \"r\" { # " + evil + "\n}\n",
		"string value":         strings.Replace(smallRule, `"7d"`, `"`+evil+`"`, 1),
		"escaped string value": strings.Replace(smallRule, `"7d"`, `"\u001b[2J\u202e"`, 1),
		"escaped, in a local":  "locals {\n  x = \"\\u001b[2J\\u009b\"\n}\n" + strings.Replace(smallRule, `"7d"`, `local.x`, 1),
		"label":                strings.Replace(smallRule, `"r"`, `"`+evil+`"`, 1),
		"escaped label":        strings.Replace(smallRule, `"r"`, `"\u001b[2J"`, 1),
		"bucket":               strings.Replace(smallRule, "media", evil, 1),
		"escaped bucket":       strings.Replace(smallRule, "media", `\u001b[2J*`, 1),
		"prefix":               strings.Replace(smallRule, "raw/", "/"+evil, 1),
		"syntax error":         "rule \"r\" {\n  x = " + evil + "\n}\n",
		"bare":                 evil,
		"invalid UTF-8":        "rule \"r\" {\n  x = \"\xff\x9b2J\"\n}\n",
		"choice":               strings.Replace(smallRule, "{\n", "{\n  mode = \"\\u001b[2J\"\n", 1),
		"map key":              "locals {\n  m = {}\n}\n" + strings.Replace(smallRule, `"7d"`, `local.m["\u001b[2J"]`, 1),
		"function argument":    strings.Replace(smallRule, `"7d"`, `tonumber("\u001b[2J")`, 1),
		"regular expression":   strings.Replace(smallRule, `"7d"`, `regex("(\u001b[2J", "")`, 1),
	}
	for name, text := range places {
		t.Run(name, func(t *testing.T) {
			src := Source{Rules: []File{{"ma\x1b[2Jin.hcl", []byte(text)}}}
			_, d := Load(src, Values{Flags: []string{"\x1b[2J", "\x1b[2J=1"}})
			checkPrintable(t, d)
		})
	}
}

func checkPrintable(t *testing.T, d Diagnostics) {
	t.Helper()
	if !d.HasErrors() {
		t.Fatal("no message to look at")
	}
	var b bytes.Buffer
	if err := d.WriteText(&b, 60, true); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for _, own := range []string{"\x1b[31m", "\x1b[33m", "\x1b[1;4m", "\x1b[0m"} {
		text = strings.ReplaceAll(text, own, "")
	}
	if i := strings.IndexFunc(text, actedOn); i >= 0 {
		t.Errorf("a terminal would act on %q in:\n%q", text[i:min(i+8, len(text))], text)
	}
	b.Reset()
	if err := d.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	if i := strings.IndexFunc(b.String(), actedOn); i >= 0 {
		t.Errorf("the JSON holds %q", b.String()[i:i+8])
	}
}

func actedOn(r rune) bool {
	return r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029')
}

func TestPrintable_KeepsOffsets(t *testing.T) {
	in := "a\x1bb\u009bc\u202ed\xffe\r\nf\rg\th\ni"
	got := printable(in)
	if len(got) != len(in) {
		t.Errorf("%d bytes became %d", len(in), len(got))
	}
	if want := "a?b¿c\uFFFDd?e\r\nf?g\th\ni"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestDiagnostics_JSONValues covers how values of each kind are told.
func TestDiagnostics_JSONValues(t *testing.T) {
	const declarations = `locals {
  text   = "a"
  number = 1.5
  on     = true
  none   = null
  list   = [1, 2]
  long   = [%s]
  object = { k = "v" }
  sets   = { a = ["x"] }
}
`
	expression := `"${local.text}${local.number}${local.on}${local.none == null}${length(local.list)}${length(local.long)}${local.object.k}${local.sets["a"][0]}${keys(local.object)[0]}${local.text}"`
	_, d := loadText(fmt.Sprintf(declarations, strings.Repeat("12345, ", 40)) + strings.Replace(smallRule, `"7d"`, expression, 1))
	var got []string
	for _, v := range jsonValues(d.list[0]) {
		got = append(got, v.Traversal+" "+v.Statement)
	}
	want := []string{
		`local.list is [1, 2]`, `local.long is tuple with 40 elements`, `local.none is null`, `local.number is 1.5`, `local.object is object with 1 attribute`,
		`local.object.k is "v"`, `local.on is true`, `local.sets["a"][0] is "x"`, `local.text is "a"`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

// TestDiagnostics_TellTheValuesThatMattered holds that a message about a value
// says what its variables and locals were, also where the value itself was well
// formed.
func TestDiagnostics_TellTheValuesThatMattered(t *testing.T) {
	tests := map[string]struct{ old, new, want string }{
		"threshold": {`"7d"`, `"${local.x}h"`, `with local.x as "7".`},
		"bucket":    {`["media"]`, `["media", "${local.x}*"]`, `with local.x as "7".`},
		"warning":   {`["raw/"]`, `["raw/", "a${local.x}"]`, `with local.x as "7".`},
		"glob":      {"prefixes", "exclude = [\"**/a\", \"[${local.x}]\"]\n    prefixes", `with local.x as "7".`},
		"list":      {`["media"]`, `split(",", local.x == "7" ? "abc,b/" : "c")`, `with local.x as "7".`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, d := loadText("locals {\n  x = \"7\"\n}\n" + strings.Replace(smallRule, tt.old, tt.new, 1))
			if text := plainText(t, d); len(d.list) != 1 || !strings.Contains(text, tt.want) {
				t.Errorf("got:\n%s", text)
			}
		})
	}
}
