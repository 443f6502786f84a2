package rules

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestGlobMatch(t *testing.T) {
	tests := []struct {
		glob string
		yes  []string
		no   []string
	}{
		{"raw/keep/**",
			[]string{"raw/keep/", "raw/keep/a", "raw/keep/a/b", "raw/keep//", "raw/keep/\n"},
			[]string{"raw/keep", "raw/keeper", "raw/keeper/a", "a/raw/keep/b", "Raw/keep/a", ""}},
		{"raw/*",
			[]string{"raw/", "raw/a", "raw/a\nb", "raw/ "},
			[]string{"raw", "raw/a/b", "raw//", "xraw/a"}},
		{"*", []string{"", "a", "a.b", "\n", "\xff"}, []string{"/", "a/b"}},
		{"**", []string{"", "/", "a/b", "\n/\xff"}, nil},
		{"*.tmp", []string{".tmp", "a.tmp", "a\n.tmp", ".tmp.tmp"}, []string{"a/b.tmp", "a.tmp2", "atmp"}},
		{"**.tmp", []string{".tmp", "a/b.tmp", "a/.tmp/b.tmp"}, []string{"a.tmp/", "a.tm"}},
		{"**/*.tmp", []string{"a.tmp", "a/b.tmp", "a/b/c.tmp", "/.tmp"}, []string{"a.tmp/b"}},
		{"a/**/b", []string{"a/b", "a/x/b", "a/x/y/b", "a//b"}, []string{"a/xb", "ab", "a/b/", "xa/b"}},
		{"a/**/**/b", []string{"a/b", "a/x/b", "a/x/y/b"}, []string{"a/xb"}},
		{"a**/b", []string{"a/b", "ax/b", "a/x/b"}, []string{"ab", "axb"}},
		{"a/**b", []string{"a/b", "a/xb", "a/x/b"}, []string{"a/bx"}},
		{"?", []string{"a", "é", "世", "\n", "\xff", "\ufffd"}, []string{"", "/", "ab", "\xff\xff", "e\u0301"}},
		{"??", []string{"é世", "\xff\xfe", "\xe4\xb8"}, []string{"世", "a/"}},
		{"世?", []string{"世界", "世\xff"}, []string{"世", "世界界"}},
		{"a\nb", []string{"a\nb"}, []string{"a b", "ab"}},
		{`\*`, []string{"*"}, []string{"a", "", `\*`}},
		{`a\\b`, []string{`a\b`}, []string{"ab", `a\\b`}},
		{`\?\[\]\{\}\!`, []string{"?[]{}!"}, []string{"a[]{}!"}},
		{`\**`, []string{"*", "*a"}, []string{"a", "*/"}},
		{"a]b}c!d", []string{"a]b}c!d"}, nil},
		{"exact/key", []string{"exact/key"}, []string{"exact/key/", "exact/ke", "exact/keyy", "exact.key"}},
		{"a.b+c(d)^$|", []string{"a.b+c(d)^$|"}, []string{"axb+c(d)^$|"}},
		{"\ufffd", []string{"\ufffd"}, []string{"\xff", "a"}},
		{"*\ufffd*", []string{"a\ufffdb"}, []string{"a\xffb"}},
		{"*a*b*c", []string{"abc", "xaxbxc", "aabbcc", "abcabc"}, []string{"acb", "a/bc", "abcx"}},
		{"**a*b/**c?", []string{"ab/cx", "x/ab/cx", "a/ab/x/cé", "ab/ccc"}, []string{"a/b/cx", "ab/c"}},
	}
	for _, tt := range tests {
		g, err := ParseGlob(tt.glob)
		if err != nil {
			t.Errorf("ParseGlob(%q): %v", tt.glob, err)
			continue
		}
		if g.String() != tt.glob {
			t.Errorf("String() = %q, want %q", g, tt.glob)
		}
		for _, s := range tt.yes {
			if !g.Match(s) {
				t.Errorf("%q does not match %q", tt.glob, s)
			}
		}
		for _, s := range tt.no {
			if g.Match(s) {
				t.Errorf("%q matches %q", tt.glob, s)
			}
		}
	}
	if (Glob{}).Match("") || (Glob{}).Match("a") {
		t.Error("the zero Glob matches")
	}
}

func TestParseGlobRefuses(t *testing.T) {
	tests := []struct{ glob, says string }{
		{"", "is empty"},
		{"a***", "holds ***"},
		{"****", "holds ***"},
		{`a\`, "escapes nothing"},
		{`a\b`, "escapes nothing"},
		{`C:\raw`, "escapes nothing"},
		{`a\世`, "escapes nothing"},
		{"raw/[0-9]*", `\[ for the character itself`},
		{"raw/{a,b}/*", `\{ for the character itself`},
		{"!raw/**", `\! for the character itself`},
		{"a\xff", "not valid UTF-8"},
		{strings.Repeat("a", globMaxLen+1), "longer than"},
	}
	for _, tt := range tests {
		if _, err := ParseGlob(tt.glob); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("ParseGlob(%q): %v; want an error that says %q", tt.glob, err, tt.says)
		}
	}
}

// The longest glob uses every state, also the one behind the last token.
func TestGlobOfTheGreatestLength(t *testing.T) {
	text := "?" + strings.Repeat("a", globMaxLen-1)
	g, err := ParseGlob(text)
	if err != nil {
		t.Fatal(err)
	}
	if !g.Match("x"+text[1:]) || g.Match("x"+text[2:]) || g.Match("x"+text) {
		t.Error("the longest glob does not match exactly its own length")
	}
	opt, err := ParseGlob(strings.Repeat("**/", globMaxLen/3))
	if err != nil {
		t.Fatal(err)
	}
	if !opt.Match("") || !opt.Match("a/b/") || opt.Match("a/b") {
		t.Error("a glob of many **/ matches wrongly")
	}
}

// A glob of 64 tokens has its end in another word of the state set than its tokens:
// having been at the end two characters ago must not count.
func TestGlobForgetsAnEarlierEnd(t *testing.T) {
	g, err := ParseGlob("*" + strings.Repeat("a?", 31) + "?")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("ab", 31) + "c"
	if !g.Match(text) || g.Match(text+"xy") {
		t.Errorf("matches %v at the end, %v behind it", g.Match(text), g.Match(text+"xy"))
	}
}

// Globs that make backtracking matchers try every split must end: here the tries
// would outlast the universe.
func TestGlobTimeIsNotExponential(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("**a", 200) + "b",
		strings.Repeat("*a", 200) + "b",
		strings.Repeat("**/", 200) + "b",
		strings.Repeat("**a*b", 150) + "c",
	} {
		g, err := ParseGlob(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, unit := range []string{"a", "a/", "/"} {
			if s := strings.Repeat(unit, 1024); g.Match(s) {
				t.Errorf("%.12q... matches %.8q...", text, s)
			}
		}
	}
}

func TestGlobMatchAllocatesNothing(t *testing.T) {
	g, err := ParseGlob("**/raw/*/keep-?.bin")
	if err != nil {
		t.Fatal(err)
	}
	matched := false
	if n := testing.AllocsPerRun(100, func() { matched = g.Match("media/raw/2026/keep-1.bin") }); n != 0 || !matched {
		t.Errorf("%v allocations, matched = %v", n, matched)
	}
}

// globOracle says what a glob means by trying every way to cut the text. It reads
// the glob's text itself and shares no code with ParseGlob and Match.
type globOracle struct {
	glob, text []rune // -1 for a stray byte
	seen       map[[2]int]bool
}

func globOracleMatch(glob, text string) bool {
	o := globOracle{glob: globOracleRunes(glob), text: globOracleRunes(text), seen: map[[2]int]bool{}}
	return o.match(0, 0)
}

func globOracleRunes(s string) (out []rune) {
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && size == 1 {
			r = -1
		}
		out, s = append(out, r), s[size:]
	}
	return out
}

func (o *globOracle) match(i, j int) bool {
	if got, ok := o.seen[[2]int{i, j}]; ok {
		return got
	}
	got := o.try(i, j)
	o.seen[[2]int{i, j}] = got
	return got
}

func (o *globOracle) try(i, j int) bool {
	if i == len(o.glob) {
		return j == len(o.text)
	}
	rest := string(o.glob[i:])
	switch {
	case strings.HasPrefix(rest, "**/") && (i == 0 || o.glob[i-1] == '/'):
		return o.match(i+3, j) || o.anyCut(j, func(k int) bool { return k > j && o.text[k-1] == '/' && o.match(i+3, k) })
	case strings.HasPrefix(rest, "**"):
		return o.anyCut(j, func(k int) bool { return o.match(i+2, k) })
	case o.glob[i] == '*':
		return o.anyCut(j, func(k int) bool {
			return !strings.Contains(string(o.text[j:k]), "/") && o.match(i+1, k)
		})
	case j == len(o.text):
		return false
	case o.glob[i] == '?':
		return o.text[j] != '/' && o.match(i+1, j+1)
	case o.glob[i] == '\\':
		return o.text[j] == o.glob[i+1] && o.match(i+2, j+1)
	}
	return o.text[j] == o.glob[i] && o.match(i+1, j+1)
}

func (o *globOracle) anyCut(from int, ok func(int) bool) bool {
	for k := from; k <= len(o.text); k++ {
		if ok(k) {
			return true
		}
	}
	return false
}

func TestGlobAgreesWithOracle(t *testing.T) {
	piece := rapid.SampledFrom([]string{"a", "b", "/", "*", "**", "**/", "?", `\*`, `\\`, "\n", "é"})
	char := rapid.SampledFrom([]string{"a", "b", "/", "/", "*", `\`, "\n", "é", "\xff", "\xc3"})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(piece, 1, 8).Draw(t, "glob"), "")
		g, err := ParseGlob(text)
		if err != nil {
			t.Skip("not a glob")
		}
		s := strings.Join(rapid.SliceOfN(char, 0, 10).Draw(t, "text"), "")
		if got, want := g.Match(s), globOracleMatch(text, s); got != want {
			t.Fatalf("%q matches %q: %v, want %v", text, s, got, want)
		}
	})
}

func FuzzGlob(f *testing.F) {
	for _, seed := range [][2]string{
		{"raw/keep/**", "raw/keep/a/b"}, {"**/*.tmp", "a/b.tmp"}, {"a/**/b", "a/b"}, {"?", "\xff"}, {`\*`, "*"},
		{"**a**a**b", "aaaaaaaa"}, {"*a*\n?", "xa\né"}, {"a***", "a"}, {"[a]", "a"}, {"\xff", "\xff"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, text, s string) {
		g, err := ParseGlob(text)
		if err != nil {
			if g.Match(s) {
				t.Fatalf("%q is refused (%v) and matches %q", text, err, s)
			}
			return
		}
		if len(text) > 64 || len(s) > 64 {
			g.Match(s) // must end; the oracle would take too long
			return
		}
		if got, want := g.Match(s), globOracleMatch(text, s); got != want {
			t.Fatalf("%q matches %q: %v, want %v", text, s, got, want)
		}
	})
}

// TestGlobReaches holds that a glob which matches a text reaches every beginning
// of it, and that one which reaches a text goes on to match something there.
func TestGlobReaches(t *testing.T) {
	for _, tt := range []struct {
		glob, prefix string
		want         bool
	}{
		{"raw/keep/**", "raw/", true},
		{"raw/keep/**", "raw/keep/a/b/", true},
		{"raw/keep/**", "tmp/", false},
		{"raw/keep", "raw/keep", true},
		{"raw/keep", "raw/keep/", false},
		{"keep/**", "raw/", false},
		{"*.tmp", "raw/", false},
		{"**/*.tmp", "raw/", true},
		{"r?w/x", "raw/", true},
		{"r?w/x", "raw/y", false},
		{"a", "", true},
	} {
		g, err := ParseGlob(tt.glob)
		if err != nil {
			t.Fatal(err)
		}
		if got := g.reaches(tt.prefix); got != tt.want {
			t.Errorf("%q reaches %q: %v", tt.glob, tt.prefix, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		// A text that matches is built beside the glob, piece by piece: few that
		// are drawn at random would.
		pieces := rapid.SliceOfN(rapid.SampledFrom([]globPiece{
			{"a", []string{"a"}}, {"b", []string{"b"}}, {"/", []string{"/"}}, {"?", []string{"a", "b"}},
			{"a*", []string{"a", "aa", "aab"}}, {"/**/", []string{"/", "/a/", "/a/b/"}}, {"/**", []string{"/", "/a", "/b/a"}},
		}), 1, 5).Draw(t, "pieces")
		var glob, text strings.Builder
		for _, p := range pieces {
			glob.WriteString(p.glob)
			text.WriteString(rapid.SampledFrom(p.texts).Draw(t, "text"))
		}
		g, err := ParseGlob(glob.String())
		if err != nil {
			t.Fatalf("%q is refused: %v", glob.String(), err)
		}
		s := text.String()
		if !g.Match(s) {
			t.Fatalf("%q does not match %q, which was built from it", g.String(), s)
		}
		for n := range len(s) + 1 {
			if !g.reaches(s[:n]) {
				t.Fatalf("%q matches %q, but does not reach %q", g.String(), s, s[:n])
			}
		}
	})
}

// A globPiece is a part of a glob with some of the texts that it matches.
type globPiece struct {
	glob  string
	texts []string
}
