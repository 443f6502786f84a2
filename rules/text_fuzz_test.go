package rules

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// addRuleTexts adds all files under testdata to a corpus.
func addRuleTexts(f *testing.F) {
	f.Helper()
	for _, pattern := range []string{"testdata/ok/*.hcl", "testdata/bad/*.hcl"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatalf("no files match %s: %v", pattern, err)
		}
		for _, path := range files {
			f.Add(readFuzzSeed(f, path))
		}
	}
	f.Add("a = " + strings.Repeat("[", 300))
	f.Add("rul\xe8\x03\"r\" {\n") // the type of a block is shown in messages
	f.Add("\xef\xbb\xbfrule \"r\" {\r\n}\r\n")
	for _, text := range worst(f, 1<<10) {
		f.Add(text)
	}
	f.Add("rule \"r\" {\n for_each=toset([\"a\"])\n  dynamic \"scan\" {\n for_each = [ 1 ]\n content {\n buckets=[each.key] # why\n prefixes =[<<-E\n   a/${each.key}/\n  E\n ]\n }\n }\n stale {\n older_than=\"7d\"\n }\n}\n")
	for _, expression := range oddExpressions() {
		f.Add("locals {\n  x = " + expression + "\n}\n" + strings.Replace(smallRule, `"7d"`, "local.x", 1))
	}
	f.Add("locals { x = \"%{ for a in [1] ~}${a}%{ endfor }\" }")
}

// FuzzLoad holds that no text makes Load fail otherwise than by diagnostics, that
// messages can always be written and never hold what a terminal acts on, and that
// a Config comes exactly when there is no error.
func FuzzLoad(f *testing.F) {
	addRuleTexts(f)
	f.Fuzz(func(t *testing.T, text string) {
		started := time.Now()
		set, d := loadText(text)
		var b bytes.Buffer
		if err := d.WriteText(&b, 60, false); err != nil {
			t.Fatal(err)
		}
		if i := bytes.IndexFunc(b.Bytes(), actedOn); i >= 0 {
			t.Errorf("the messages hold %q", b.Bytes()[i:])
		}
		if err := d.WriteJSON(&b); err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b.Bytes(), []byte("goroutine ")) && !strings.Contains(text, "goroutine") {
			t.Errorf("the messages hold a trace of Go: %s", b.Bytes())
		}
		if took := time.Since(started); took > 20*time.Second {
			t.Errorf("took %v", took)
		}
		cfg, more := set.Resolve(listsFor(set))
		if failed := d.HasErrors() || more.HasErrors(); (cfg == nil) != failed {
			t.Errorf("config %v, errors %v", cfg, failed)
		}
		b.Reset()
		if err := more.WriteText(&b, 60, false); err != nil {
			t.Fatal(err)
		}
		if i := bytes.IndexFunc(b.Bytes(), actedOn); i >= 0 {
			t.Errorf("the messages of what was found hold %q", b.Bytes()[i:])
		}
		if cfg != nil {
			checkConfig(t, cfg)
		}
	})
}

// checkConfig holds what every Config promises, whatever it was made from.
func checkConfig(t *testing.T, cfg *Config) {
	t.Helper()
	if len(cfg.Rules)+len(cfg.Empty) == 0 || cfg.MinimumAge <= 0 {
		t.Errorf("%d rules, minimum age %s", len(cfg.Rules), cfg.MinimumAge)
	}
	for _, r := range cfg.Rules {
		if r.Stale.OlderThan < cfg.MinimumAge || r.Stale.IdleFor < cfg.MinimumAge {
			t.Errorf("%s goes below the floor: %+v", r.Address, r.Stale)
		}
		if len(r.Scan.Buckets) == 0 && !r.Scan.AllowEmpty || slices.Contains(r.Scan.Buckets, "") || len(r.Scan.Prefixes) == 0 {
			t.Errorf("%s scans %+v", r.Address, r.Scan)
		}
		if slices.Contains(r.Scan.Prefixes, "") && len(r.Scan.Prefixes) != 1 {
			t.Errorf("%s has an empty prefix among others: %q", r.Address, r.Scan.Prefixes)
		}
		if !slices.ContainsFunc(cfg.Providers, func(p Provider) bool { return p.Address == r.Provider }) {
			t.Errorf("%s uses %q, which is no provider of the set", r.Address, r.Provider)
		}
		if r.Limits.MaxUploads < 1 || r.Mode != ModePlan && r.Mode != ModeApply {
			t.Errorf("%s: %+v, mode %q", r.Address, r.Limits, r.Mode)
		}
	}
	for _, p := range cfg.Protects {
		if len(p.Buckets) == 0 || len(p.Prefixes) == 0 && len(p.Keys) == 0 {
			t.Errorf("%s protects nothing: %+v", p.Address, p)
		}
	}
}

// FuzzFormat holds that Format never fails otherwise than by diagnostics, that
// formatting twice changes nothing more, and that a formatted file means what it
// meant before.
func FuzzFormat(f *testing.F) {
	addRuleTexts(f)
	f.Fuzz(func(t *testing.T, text string) {
		once, d := Format(File{Name: "main.hcl", Bytes: []byte(text)})
		if d.HasErrors() {
			if once != nil {
				t.Error("a text came with the error")
			}
			return
		}
		twice, d := Format(File{Name: "main.hcl", Bytes: once})
		if d.HasErrors() || !bytes.Equal(once, twice) {
			t.Errorf("formatting again gives\n%s\nafter\n%s", twice, once)
		}
		before, was := loadText(text)
		after, is := loadText(string(once))
		if was.HasErrors() != is.HasErrors() {
			t.Fatalf("before: %v, after: %v", headsOf(was), headsOf(is))
		}
		a, was := before.Resolve(listsFor(before))
		b, is := after.Resolve(listsFor(after))
		switch {
		case (a == nil) != (b == nil):
			t.Fatalf("before: %v, after: %v", headsOf(was), headsOf(is))
		case a != nil && meaningOf(a) != meaningOf(b):
			t.Errorf("the meaning changed from\n%s\nto\n%s", meaningOf(a), meaningOf(b))
		}
	})
}

// listsFor answers what the data blocks of a set ask for.
func listsFor(set *Set) Found {
	found := Found{}
	for _, q := range set.Queries() {
		found[q.Provider.Address] = []FoundBucket{
			{Name: "media-a", Region: "BEIJING", Type: "NORMAL", Owner: "1"}, {Name: "media-b", Region: "SHANGHAI", Type: "ARCHIVE"}, {Name: "logs"},
		}
	}
	return found
}

// meaningOf is a Config without the places that it was read from, as text.
func meaningOf(c *Config) string {
	v := viewOf(c)
	v.Providers = slices.Clone(v.Providers)
	for i := range v.Providers {
		v.Providers[i].Range = Range{}
	}
	for i := range v.Rules {
		v.Rules[i].Range = Range{}
	}
	for i := range v.Protects {
		v.Protects[i].Range = Range{}
	}
	v.Prices = slices.Clone(v.Prices)
	for i := range v.Prices {
		v.Prices[i].Range = Range{}
	}
	v.Checks = slices.Clone(v.Checks)
	for i := range v.Checks {
		v.Checks[i].Range = Range{}
	}
	return textOfView(v)
}

func textOfView(v configView) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// TestLoad_OrderOfFilesNeverMatters cuts rule sets into files, shuffles them, and
// wants the same Config and the same messages.
func TestLoad_OrderOfFilesNeverMatters(t *testing.T) {
	pieces := []string{
		"offcut {\n  minimum_age = \"2d\"\n}\n",
		"variable \"days\" {\n  default = \"9d\"\n}\n",
		"locals {\n  a = local.b\n}\n",
		"locals {\n  b = var.days\n}\n",
		"provider \"ks3\" {\n  region = \"BEIJING\"\n}\n",
		"provider \"s3\" {\n  alias = \"minio\"\n}\n",
		ruleText("one", "ks3", "local.a"), ruleText("two", "s3.minio", `"3d"`), ruleText("three", "ks3", "var.days"),
		"protect \"p\" {\n  buckets = [\"a\"]\n  whole_bucket = true\n}\n",
	}
	mistakes := []string{
		ruleText("one", "ks3", `"3d"`), ruleText("four", "s3.none", `"1d"`), "locals {\n  b = 1\n}\n",
		"variable \"days\" {\n}\n", "provider \"ks3\" {\n}\n", "offcut {\n}\n", "resource {\n}\n", "x = [\n",
	}
	rapid.Check(t, func(t *rapid.T) {
		var files []File
		chosen := slices.Concat(pieces, rapid.SliceOfDistinct(rapid.SampledFrom(mistakes), rapid.ID[string]).Draw(t, "mistakes"))
		for i, text := range chosen {
			files = append(files, File{Name: fmt.Sprintf("%02d.hcl", i), Bytes: []byte(text)})
		}
		shuffled := rapid.Permutation(files).Draw(t, "order")
		a, aDiags := Load(Source{Rules: files}, Values{})
		b, bDiags := Load(Source{Rules: shuffled}, Values{})
		var aText, bText bytes.Buffer
		if err := errors.Join(aDiags.WriteText(&aText, 0, false), bDiags.WriteText(&bText, 0, false)); err != nil {
			t.Fatal(err)
		}
		if aText.String() != bText.String() {
			t.Fatalf("other messages:\n%s\n%s", aText.String(), bText.String())
		}
		if aDiags.HasErrors() != (len(chosen) > len(pieces)) {
			t.Fatalf("unexpected: %q", headsOf(aDiags))
		}
		if !aDiags.HasErrors() && textOfView(viewOf(a.config)) != textOfView(viewOf(b.config)) {
			t.Fatalf("another meaning:\n%+v\n%+v", viewOf(a.config), viewOf(b.config))
		}
	})
}

func ruleText(name, provider, olderThan string) string {
	text := strings.Replace(smallRule, "{\n", "{\n  provider = "+provider+"\n", 1)
	text = strings.Replace(text, `"7d"`, olderThan, 1)
	return strings.Replace(text, `"r"`, fmt.Sprintf("%q", name), 1)
}

// TestLoad_ABlockMovesBetweenFiles holds that one file and many mean the same.
func TestLoad_ABlockMovesBetweenFiles(t *testing.T) {
	one, d1 := loadText(ruleText("a", "ks3", `"7d"`) + ruleText("b", "ks3", `"8d"`))
	two, d2 := Load(Source{Rules: []File{
		{"1.hcl", []byte(ruleText("b", "ks3", `"8d"`))}, {"2.hcl", []byte(ruleText("a", "ks3", `"7d"`))},
	}}, Values{})
	a, b := meaningOf(mustResolve(t, one, d1)), meaningOf(mustResolve(t, two, d2))
	if a != b {
		t.Errorf("%+v\n%+v", a, b)
	}
}

func TestFormat(t *testing.T) {
	const ugly = "rule   \"r\" {\n scan {\n  buckets=[ \"media\" ] # why\n  whole_bucket   = true\n }\n}\n"
	const neat = "rule \"r\" {\n  scan {\n    buckets      = [\"media\"] # why\n    whole_bucket = true\n  }\n}\n"
	got, d := Format(File{Name: "main.hcl", Bytes: []byte(ugly)})
	if d.HasErrors() || string(got) != neat {
		t.Errorf("got:\n%s", got)
	}
	got, d = Format(File{Name: "main.hcl", Bytes: []byte("rule \"r\" {\n")})
	if got != nil || !slices.Equal(headsOf(d), []string{"ERROR: main.hcl:1,10: Unclosed configuration block: "}) {
		t.Errorf("got %q, %q", got, headsOf(d))
	}
}

func readFuzzSeed(f *testing.F, path string) string {
	f.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	return string(b)
}

// FuzzValues holds that no value, from wherever, makes Load fail otherwise than by
// diagnostics.
func FuzzValues(f *testing.F) {
	for _, seed := range []string{``, `7`, `["a", "b"]`, `{ a = 1 }`, `null`, `"${1 + 1}"`, `[`, "x\x00", `1e999999999`, "a\nb = 1", strings.Repeat("[", 300)} {
		f.Add(seed)
	}
	src := rulesWith("variable \"s\" {\n  default = \"\"\n}\nvariable \"x\" {\n  type = list(object({ a = optional(number, 1) }))\n  default = []\n}", `var.s`)
	f.Fuzz(func(t *testing.T, text string) {
		for _, vals := range []Values{
			{Env: []string{"OFFCUT_VAR_s=" + text, "OFFCUT_VAR_x=" + text, text}},
			{Flags: []string{"s=" + text, "x=" + text, text}},
			{Files: []File{{"x.vars.hcl", []byte("x = " + text)}, {"y.vars.hcl", []byte(text)}}},
		} {
			_, d := Load(src, vals)
			var b bytes.Buffer
			if err := d.WriteText(&b, 0, false); err != nil {
				t.Fatal(err)
			}
			if i := bytes.IndexFunc(b.Bytes(), actedOn); i >= 0 {
				t.Errorf("the messages hold %q", b.Bytes()[i:])
			}
		}
		if _, err := satisfies(LanguageVersion, text); err != nil && err.Error() == "" {
			t.Error("an error without a word")
		}
	})
}

// oddExpressions are calls and operations with values that they hardly expect.
func oddExpressions() []string {
	return []string{
		`toset([1, "a", null])`, `tomap({ a = null })`, `tolist(null)`, `[for x in toset([null]) : x]`, `{ for k, v in { a = null } : k => v }`,
		`null`, `[null, [null]]`, `null == null`, `null.a`, `{} == []`, `join(",", [null])`, `join(null, ["a"])`, `join(",", null)`,
		`setproduct([null], ["a"])`, `setproduct(null, ["a"])`, `setproduct([], [])`, `distinct([null, null])`, `distinct(null)`,
		`format(null)`, `format("%s", null)`, `format("%v", [null])`, `formatlist("%s", null)`, `formatlist("%s", [])`, `formatlist("%s-%s", ["a"], [null])`,
		`regexall(null, "a")`, `regexall("(", "a")`, `regexall("()", "abc")`, `replace("a", "", "b")`, `replace("a", "//", "$0")`, `replace(null, "a", "b")`,
		`indent(1, null)`, `indent(1.5, "a")`, `log(0, 0)`, `log(-1, 2)`, `1 / 0`, `-1 / 0`, `0 / 0`, `1 % 0`, `(1 / 0) % 3`, `pow(0, -1)`, `pow(10, 1e9)`,
		`try()`, `try(1 / 0)`, `can(1 / 0)`, `try(null)`, `try([for x in [1, 2] : x / 0], 1)`, `jsondecode("[null, {\"a\": null}]")`, `jsonencode(null)`,
		`csvdecode("a,a\n1,2")`, `zipmap(["a"], [null])`, `keys({})`, `merge({}, null)`, `flatten([null, [null]])`, `coalesce(null, null)`, `length(null)`,
		`[1, 2][5]`, `[1, 2]["a"]`, `{ a = 1 }.b`, `[for x in null : x]`, `{ for k in ["a", "a"] : k => 1 }`, `{ (null) = 1 }`, `[[1], [2]][*][0]`,
		`"%{ if null }%{ endif }"`, `"${null}"`, `"${[]}"`, `true ? 1 : "a"`, `null ? 1 : 2`, `true ? null : null`, `range(0)`, `concat([null])...`, `max([1]...)`,
		`local.x`, `local["x"]`, `local.*`, `var`, `ks3.region`, `provider::a::b(1)`, `7d`, `<<E`, `element([], 0)`, `lookup({}, "a", null)`, `glob(null, "a")`,
	}
}
