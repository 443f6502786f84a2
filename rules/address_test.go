package rules

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"golang.org/x/text/unicode/norm"
)

func TestParseAddress(t *testing.T) {
	for text, want := range map[string]Address{
		`rule.stale`:                     {"rule", "stale", ""},
		`protect.legal-hold`:             {"protect", "legal-hold", ""},
		`rule.stale["raw"]`:              {"rule", "stale", "raw"},
		`rule.stale["a b/c.d"]`:          {"rule", "stale", "a b/c.d"},
		`rule.stale["]"]`:                {"rule", "stale", "]"},
		`rule.stale["\"\\"]`:             {"rule", "stale", `"\`},
		`rule.stale["$${x} %%{y} $5 %"]`: {"rule", "stale", "${x} %{y} $5 %"},
		`rule.stale["a\nb"]`:             {"rule", "stale", "a\nb"},
		`rule.stale["\u00fc\U0001F600"]`: {"rule", "stale", "ü😀"},
		"rule.stale[\"u\u0308\"]":        {"rule", "stale", "ü"},
	} {
		got, err := ParseAddress(text)
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", text, got, err, want)
		}
	}
}

func TestParseAddress_SaysHowToWriteIt(t *testing.T) {
	for text, part := range map[string]string{
		``:                     "such as rule.stale",
		`stale`:                "such as rule.stale",
		`rule`:                 "such as rule.stale",
		`rule.`:                `behind rule. stands the name of one`,
		`rule.a.b`:             `an instance is written rule.stale["key"]`,
		`rule.stale[raw]`:      `as in rule.stale["raw"]`,
		`rule.stale["raw"`:     `as in rule.stale["raw"]`,
		`rule.stale['raw']`:    `as in rule.stale["raw"]`,
		`rule.stale[0]`:        `as in rule.stale["0"]`,
		`rule.stale[]`:         `in quotes inside of brackets`,
		`rule.stale["a"]["b"]`: `a quote inside of its key is written \"`,
		`rule.stale[""]`:       "no instance has an empty key",
		`rule.stale["${x}"]`:   `write "$${"`,
		`rule.stale["a\q"]`:    "a backslash in its key stands before",
		`rule.stale["\ud800"]`: "a backslash in its key stands before",
		`rule.stale["\"]`:      `its key ends in a backslash`,
		"rule.stale[\"a\nb\"]": `is written \n`,
		"rule.stale[\"\xff\"]": "not in UTF-8",
	} {
		if got, err := ParseAddress(text); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%s: %+v, %v; want %q", text, got, err, part)
		}
	}
}

func TestAddress_Covers(t *testing.T) {
	whole, raw := Address{"rule", "a", ""}, Address{"rule", "a", "raw"}
	for _, c := range []struct {
		a, b Address
		want bool
	}{
		{whole, whole, true},
		{whole, raw, true},
		{raw, raw, true},
		{raw, whole, false},
		{raw, Address{"rule", "a", "tmp"}, false},
		{whole, Address{"rule", "ab", ""}, false},
		{whole, Address{"protect", "a", "raw"}, false},
	} {
		if got := c.a.Covers(c.b); got != c.want {
			t.Errorf("%s covers %s: %v", c.a, c.b, got)
		}
	}
}

// FuzzParseAddress holds that an address that is read is written and read again as the
// same one, and that its key is what HCL makes of the text in the brackets.
func FuzzParseAddress(f *testing.F) {
	for _, seed := range []string{
		`rule.stale`, `rule.stale["raw"]`, `rule.stale["a\"b\\c\n$${x}%%{y}"]`, `rule.stale["é😀\u00e9"]`,
		`rule.stale[raw]`, `rule.stale["`, `rule["x"]`, `rule.stale["$$${"]`, `rule.stale["%%"]`, "rule.stale[\"\u202e\"]",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := ParseAddress(text)
		if err != nil {
			if len(err.Error()) > 2000 {
				t.Errorf("%d bytes of an address make a message of %d bytes", len(text), len(err.Error()))
			}
			return
		}
		if again, err := ParseAddress(a.String()); err != nil || again != a {
			t.Fatalf("%q is %+v, written as %s, which is %+v, %v", text, a, a, again, err)
		}
		if a.Key == "" {
			return
		}
		if !utf8.ValidString(a.Key) || !norm.NFC.IsNormalString(a.Key) {
			t.Fatalf("the key %q is not in normal form", a.Key)
		}
		_, index, _ := strings.Cut(text, "[")
		for _, quoted := range []string{strings.TrimSuffix(index, "]"), quoteKey(a.Key)} {
			expr, diags := hclsyntax.ParseExpression([]byte(quoted), "key", hcl.InitialPos)
			if diags.HasErrors() {
				t.Fatalf("HCL cannot read %s: %v", quoted, diags)
			}
			if v, diags := expr.Value(nil); diags.HasErrors() || v.AsString() != a.Key {
				t.Fatalf("%s is %q, but HCL says %#v", quoted, a.Key, v)
			}
		}
	})
}
