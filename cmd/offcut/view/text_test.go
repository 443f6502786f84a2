package view

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"":                   "",
		"plain/key.mp4":      "plain/key.mp4",
		"中文 é":               "中文 é",
		"a\nb\tc":            `a\nb\tc`,
		"\x1b[2J":            `\x1b[2J`,
		"\xff":               `\xff`,
		"\ufffd":             "\ufffd", // the character itself is valid
		`a\nb`:               `a\\nb`,
		" a b ":              `\x20a b\x20`,
		"\u00a0":             `\u00a0`,
		"\u202e":             `\u202e`,
		"\U000e0001":         `\U000e0001`,
		"\u0085 \u009b31mx":  `\u0085 \u009b31mx`,
		"caf\u00e9":          "caf\u00e9",
		"cafe\u0301":         `cafe\u0301`,
		"\u212b":             `\u212b`,                  // the sign of an old unit, in all equal to Å
		"\u1112\u1161\u11ab": "\u1112" + `\u1161\u11ab`, // a syllable in pieces
		"x\u0301":            "x\u0301",                 // there is no composed form, so this is the only one
		"\x1c\u0327":         `\x1c\u0327`,              // the escape's last letter must not take the cedilla
		"a\ufe0fb\u3164":     `a\ufe0fb\u3164`,
	} {
		if got := Text(in); got != want {
			t.Errorf("Text(%q) = %s, want %s", in, got, want)
		}
	}
}

// Advice is shown as it can be written, and nothing that a terminal acts on gets through.
func TestAdvice(t *testing.T) {
	for in, want := range map[string]string{
		`plan.rules["rule.b[\"a\\\\b\"]"].abort leaves out 5 B.`: `plan.rules["rule.b[\"a\\\\b\"]"].abort leaves out 5 B.`,
		"a\x1b[2J\n": `a\x1b[2J\n`,
	} {
		if got := Advice(in); got != want {
			t.Errorf("Advice(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestAccount(t *testing.T) {
	for in, want := range map[string]string{
		"NzMzOTgzMzQ=":     "NzMzOTgzMzQ= (73398334)",
		"73398334":         "73398334",
		"b2ZmY3V0":         "b2ZmY3V0", // "offcut" in Base64
		"NzMzOTgzMzQ":      "NzMzOTgzMzQ",
		"MQo=":             "MQo=", // a digit and a line break
		"":                 "",
		"a\x1b":            `a\x1b`,
		"0123456789abcdef": "0123456789abcdef",
	} {
		if got := Account(in); got != want {
			t.Errorf("Account(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestTextIsPrintableAndReversible(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyBytes(t)
		got := Text(in)
		if !printable(got) {
			t.Fatalf("Text(%q) = %q is not printable", in, got)
		}
		if !norm.NFC.IsNormalString(got) {
			t.Fatalf("Text(%q) = %q changes where text is normalized", in, got)
		}
		back, err := strconv.Unquote(`"` + strings.ReplaceAll(got, `"`, `\"`) + `"`)
		if err != nil || back != in {
			t.Fatalf("Text(%q) = %s comes back as %q, %v", in, got, back, err)
		}
	})
}

func TestLinesKeepsLineBreaksOnly(t *testing.T) {
	if got := Lines("a\nb\x1b[31m\\c\t"); got != "a\nb\\x1b[31m\\c\\t" {
		t.Errorf("%q", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		got := Lines(anyBytes(t))
		if !printable(strings.ReplaceAll(got, "\n", "")) {
			t.Fatalf("%q", got)
		}
	})
}

func TestMiddle(t *testing.T) {
	for _, c := range []struct {
		in    string
		width int
		want  string
	}{
		{"short", 5, "short"},
		{"raw/2026/camera.mp4", 11, "raw/2…a.mp4"},
		{"中文文件名称", 7, "中…名称"},
		{`ab\x1bcd`, 7, `ab…cd`},
		{"abcdef", 2, "…"},
	} {
		if got := Middle(c.in, c.width); got != c.want {
			t.Errorf("Middle(%q, %d) = %q, want %q", c.in, c.width, got, c.want)
		}
	}
}

func TestMiddleFitsAndCutsNoEscape(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := Text(anyBytes(t))
		width := rapid.IntRange(3, 40).Draw(t, "width")
		got := Middle(in, width)
		if Width(got) > width {
			t.Fatalf("Middle(%q, %d) = %q takes %d", in, width, got, Width(got))
		}
		head, tail, cut := strings.Cut(got, "…")
		if cut && !strings.Contains(in, "…") {
			if !strings.HasPrefix(in, head) || !strings.HasSuffix(in, tail) {
				t.Fatalf("Middle(%q, %d) = %q", in, width, got)
			}
			for _, end := range []string{head, tail} {
				if _, err := strconv.Unquote(`"` + strings.ReplaceAll(end, `"`, `\"`) + `"`); err != nil {
					t.Fatalf("Middle(%q, %d) = %q cuts an escape", in, width, got)
				}
			}
		}
	})
}

func TestJSONWriterChangesNoValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := strings.ToValidUTF8(anyBytes(t), "?")
		var out bytes.Buffer
		if err := json.NewEncoder(NewJSONWriter(&out)).Encode(in); err != nil {
			t.Fatal(err)
		}
		if strings.ContainsFunc(strings.TrimSuffix(out.String(), "\n"), func(r rune) bool { return !strconv.IsPrint(r) }) {
			t.Fatalf("%q is not printable", out.String())
		}
		var back string
		if err := json.Unmarshal(out.Bytes(), &back); err != nil || back != in {
			t.Fatalf("%q came back as %q, %v", in, back, err)
		}
	})
}

// anyBytes draws keys of the awkward sort.
func anyBytes(t *rapid.T) string {
	piece := rapid.OneOf(
		rapid.StringN(0, 8, 32),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 6), func(b []byte) string { return string(b) }),
		rapid.SampledFrom([]string{"\x1b[31m", "\u009b", "\u202e", `\`, " ", "中", "…", "é", "e\u0301", "\u0327", "\u212b", "\u1112\u1161", "\ufe0f", "\U0001f600", "\U000e0001", "\x7f"}),
	)
	in := strings.Join(rapid.SliceOfN(piece, 0, 8).Draw(t, "pieces"), "")
	if !utf8.ValidString(in) {
		t.Log("not UTF-8")
	}
	return in
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{"", "a/b", "\x1b[2J", "\xff\xfe", `\x1b`, "中文", " x ", "cafe\u0301", "\x1c\u0327"} {
		f.Add(seed, 10)
	}
	f.Fuzz(func(t *testing.T, in string, width int) {
		got := Text(in)
		if !printable(got) || !norm.NFC.IsNormalString(got) {
			t.Fatalf("Text(%q) = %q", in, got)
		}
		if short := Middle(got, max(width%200, 3)); Width(short) > max(width%200, 3) {
			t.Fatalf("Middle(%q, %d) = %q", got, width, short)
		}
	})
}

func TestAddress_CanBePasted(t *testing.T) {
	for address, want := range map[string]string{
		`rule.stale`:                   `rule.stale`,
		`rule.stale["say \"a\" \\ ü"]`: `rule.stale["say \"a\" \\ ü"]`,
		"rule.stale[\"a\x1bb\"]":       `rule.stale["a\x1bb"]`, // no address that offcut writes
		`rule.stale["\u001b"]`:         `rule.stale["\u001b"]`,
		"rule.stale[\"\u202e\"]":       `rule.stale["\u202e"]`,
		`no \ address`:                 `no \\ address`,
	} {
		if got := Address(address); got != want {
			t.Errorf("%q is shown as %s, want %s", address, got, want)
		}
	}
}
