package rules

import (
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"pgregory.net/rapid"
)

const secretRules = `
variable "account" {
  type      = string
  sensitive = true
}

variable "stale_after" {
  type    = string
  default = "7d"
}

rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = var.stale_after
    where      = upload.owner == var.account
  }
}
`

// givenIn loads rules with a sensitive variable, and a file of values.
func givenIn(t *testing.T, values string) (Diagnostics, string) {
	t.Helper()
	_, d := Load(Source{Rules: []File{{Name: "main.hcl", Bytes: []byte(secretRules)}}},
		Values{Files: []File{{Name: "a.vars.hcl", Bytes: []byte(values)}}})
	return d, plainText(t, d)
}

func inUTF16(text string, order binary.AppendByteOrder) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, unit)
	}
	return string(b)
}

func inUTF32(text string, order binary.AppendByteOrder) string {
	var b []byte
	for _, char := range text {
		b = order.AppendUint32(b, uint32(char))
	}
	return string(b)
}

// A file that is something else is told in one message, which says what it is and what to
// do, and shows nothing of it.
func TestFilesOfAnotherKind(t *testing.T) {
	const values = "account = \"hunter2\"\r\n"
	for name, tt := range map[string]struct{ text, summary, does string }{
		"PowerShell":             {inUTF16("\ufeff"+values, binary.LittleEndian), "File that is not UTF-8", "Out-File -Encoding utf8"},
		"UTF-16, big end":        {inUTF16("\ufeff"+values, binary.BigEndian), "File that is not UTF-8", "a text in UTF-16"},
		"UTF-16 without a mark":  {inUTF16(values, binary.LittleEndian), "File that is not UTF-8", "Save it as UTF-8"},
		"UTF-32":                 {inUTF32("\ufeff"+values, binary.LittleEndian), "File that is not UTF-8", "a text in UTF-32. Save it as UTF-8"},
		"UTF-32, big end":        {inUTF32("\ufeff"+values, binary.BigEndian), "File that is not UTF-8", "a text in UTF-32. Save it as UTF-8"},
		"UTF-32 without a mark":  {inUTF32(values, binary.LittleEndian), "File that is not UTF-8", "a text in UTF-32. Save it as UTF-8"},
		"UTF-32 in Chinese":      {inUTF32("\ufeff# 媒体", binary.BigEndian), "File that is not UTF-8", "a text in UTF-32. Save it as UTF-8"},
		"UTF-16 in Chinese":      {inUTF16("\ufeff# 媒体", binary.LittleEndian), "File that is not UTF-8", "Save it as UTF-8"},
		"JSON":                   {"{\n  \"account\": \"hunter2\"\n}\n", "Values in JSON", "is written stale_after = \"7d\""},
		"JSON behind a mark":     {"\ufeff{}", "Values in JSON", "Take the outer braces away"},
		"a list in JSON":         {"[\"hunter2\"]", "Values in JSON", "Take the outer braces away"},
		"JSON with a comma more": {"{\"account\": \"hunter2\",}", "Argument or block definition required", "Write name = value"},
	} {
		d, text := givenIn(t, tt.text)
		if len(d.list) != 1 || d.list[0].Summary != tt.summary || !strings.Contains(text, tt.does) || strings.Contains(text, "hunter2") {
			t.Errorf("%s:\n%s", name, text)
		}
	}
	if d, text := givenIn(t, "\ufeff"+values); d.HasErrors() {
		t.Errorf("a mark of UTF-8 is refused:\n%s", text)
	}
	if _, d := loadText(inUTF16("\ufeff"+secretRules, binary.LittleEndian)); len(d.list) != 1 || d.list[0].Summary != "File that is not UTF-8" {
		t.Errorf("rules: %v", headsOf(d))
	}
}

// Of a file that may hold a secret and cannot be parsed, nothing is shown; what messages say
// in words of their own is readable.
func TestBrokenValuesAreHiddenAndWordsAreNot(t *testing.T) {
	for text, words := range map[string]string{
		"account = \"hunter2\n":                       `use the "heredoc" multi-line template syntax. Close the quotes on the same line, write "\n" for a line break`,
		"account = [\"hunter2\" \"b\"]\n":             `close the list with "]".`,
		"account \"hunter2\"\n":                       `delimited by "{" and "}", starting on the same line as the block header. A block is written name "label" { ... }, with its "{"`,
		"account = \"hun${ter2\"\n":                   `A text that holds "${" or "%{" literally writes "$${" or "%%{".`,
		"hunter2\n":                                   `use the equals sign "=" to introduce the argument value.`,
		"account = max(hunter2\n":                     `Close the call with ")".`,
		"account = { hunter2 1 }\n":                   `Expected an equals sign ("=") to mark`,
		"account = \"${hun:ter2}\"\n":                 `starting with "$${" instead of just "${"`,
		"account = 7hunter2\n":                        "durations and sizes stand in quotes.",
		"account = \"\\hunter2\"\n":                   `What stands behind this backslash is not a valid escape sequence selector. A backslash itself is written "\\".`,
		"account = hun<<ter2\nx\n":                    `Write the word behind "<<" alone on a line below its last line.`,
		"account = \"%{ hunter2 }\"\n":                "This is not a valid template control keyword.",
		"account = hunter2 and 1\n":                   "An argument definition must end with a newline.",
		"account = hunter2 =~ 1\n":                    "An argument definition must end with a newline.",
		"account = hunter2;\n":                        `The ";" character is not valid. Use newlines`,
		"account = `hunter2`\n":                       "The \"`\" character is not valid. To create",
		"account = hunter2 & 1\n":                     `Did you mean boolean AND ("&&")?`,
		"account = \"a\"\naccount = \"hunter2\"\n":    `The argument "account" was already set at a.vars.hcl:1,1-8.`,
		"account = { hunter2 = 1, hunter2 = 2 }\n":    "This object has this key at line 1 already",
		"account = \"%{ fi hunter2 }\"\n":             "This is not a valid template control keyword.",
		"account = \"a\"\nhunter2 = 1\nhunter2 = 2\n": "This argument was already set at a.vars.hcl:2,1-8. Each argument may be set only once. Remove one of the two.",
	} {
		d, told := givenIn(t, text)
		for _, part := range []string{"hunter2", "ter2", "hun$", "7hun"} {
			if strings.Contains(told, part) {
				t.Errorf("%q shows %q:\n%s", text, part, told)
			}
		}
		if !d.HasErrors() || !strings.Contains(told, words) {
			t.Errorf("%q does not say %q:\n%s", text, words, told)
		}
	}
}

// However a file of values is broken, no piece of what it holds is in a message.
func TestBrokenValuesShowNothing(t *testing.T) {
	pieces := []string{"qzx", "xzqq", "7zq"}
	rapid.Check(t, func(t *rapid.T) {
		tokens := append([]string{
			"account", "account = ", "=", "\"", "\"", "${", "%{", "}", "{", "[", "]", "(", ")", ",", ":", ";", "'", "`", "“", "\\", "<<", "<<-", "\n", " ", "#", "if ", "for ", ".", "1", "é",
		}, pieces...)
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(tokens), 1, 12).Draw(t, "tokens"), "")
		if _, diags := hclsyntax.ParseConfig([]byte(text), "a.vars.hcl", hcl.InitialPos); !diags.HasErrors() {
			t.Skip("it is sound")
		}
		_, d := Load(Source{Rules: []File{{Name: "main.hcl", Bytes: []byte(secretRules)}}}, Values{Files: []File{{Name: "a.vars.hcl", Bytes: []byte(text)}}})
		var told strings.Builder
		if err := errors.Join(d.WriteText(&told, 0, false), d.WriteJSON(&told)); err != nil {
			t.Fatal(err)
		}
		for _, piece := range pieces {
			if strings.Contains(told.String(), piece) {
				t.Fatalf("%q shows %q:\n%s", text, piece, told.String())
			}
		}
	})
}
