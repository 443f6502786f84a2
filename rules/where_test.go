package rules

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// whereCondition loads an expression as the where of a rule.
func whereCondition(tb testing.TB, expr string) *Condition {
	tb.Helper()
	set, d := loadText(whereRules(expr))
	return mustResolve(tb, set, d).Rules[0].Stale.Where
}

func whereRules(expr string) string {
	return fmt.Sprintf(`
variable "owners" {
  type    = list(string)
  default = ["7", "8"]
}
locals { big = bytes("1GiB") }
rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
    where = %s
  }
}
`, expr)
}

// whereRule is decideRule with a where.
func whereRule(t testing.TB, expr, name string, prefixes ...string) Rule {
	r := decideRule(name, prefixes...)
	r.Stale.Where = whereCondition(t, expr)
	return r
}

func TestWhere_Attributes(t *testing.T) {
	u := decideUpload(10 * decideDay)
	u.StorageClass, u.Owner, u.Initiator = "STANDARD_IA", "7", "u-9"
	parts := decideParts(2 * decideDay)
	tests := []struct {
		expr string
		want bool
	}{
		{`upload.bucket == "media"`, true},
		{`upload.key == "raw/a" && upload.id == "u1"`, true},
		{`upload.age == duration("10d")`, true},
		{`upload.age > duration("10d")`, false},
		{`upload.idle == duration("2d")`, true},
		{`upload.size == bytes("3MiB") && upload.parts == 3`, true},
		{`upload.size > local.big`, false},
		{`upload.storage_class == "STANDARD_IA"`, true},
		{`contains(var.owners, upload.owner)`, true},
		{`upload["initiator"] == "u-9"`, true},
		{`glob("raw/*", upload.key) && !endswith(upload.key, ".tmp")`, true},
		{`upload.size > 0 ? upload.parts == 3 : false`, true},
		{`length(regexall("^tmp/", upload.key)) > 0`, false},
		{`(
		    # comments and lines
		    upload.parts > 1 ||
		    upload.size > 5
		  )`, true},
		{`try(tonumber(upload.key) > 5, false)`, false},
		{`{ raw = true, tmp = upload.size > 0 }[split("/", upload.key)[0]]`, true},
	}
	for _, tt := range tests {
		holds, err := whereCondition(t, tt.expr).holds(subject{&u, parts, Age(&u, decideNow()), Idle(&u, parts, decideNow())})
		if err != nil || holds != tt.want {
			t.Errorf("%s is %v (%v), want %v", tt.expr, holds, err, tt.want)
		}
	}
}

// TestWhere_Verdicts: what where is false for is filtered, and what it has no value for
// is where-failed, before the parts are read wherever they are not needed.
func TestWhere_Verdicts(t *testing.T) {
	owned := func(u *Upload) { u.Owner = "7" }
	parts, moving := decideParts(2*decideDay), decideParts(time.Hour)
	want := func(reason Reason, why string, rules ...string) Verdict {
		v := Verdict{Reason: reason, Why: why, Rules: rules}
		if reason == AbortStale || reason == AbortOverLifetime {
			v.Action = Abort
		}
		return v
	}
	need := Verdict{Action: NeedParts, Rules: []string{"rule.a"}}
	one := func(expr string) []Rule { return []Rule{whereRule(t, expr, "a", "raw/")} }
	short := func(expr string) []Rule {
		rules := one(expr)
		rules[0].Stale.MaxLifetime = 8 * decideDay
		return rules
	}
	ownerWhy := "its value is not known: upload.owner is not told"
	runDecideCases(t, []decideCase{
		{"true", one(`upload.size > 0`), nil, nil, parts, want(AbortStale, "", "rule.a")},
		{"false", one(`upload.size > 5000000`), nil, nil, parts, want(KeepFiltered, "", "rule.a")},
		{"parts not read", one(`upload.size > 5000000`), nil, nil, nil, need},
		{"false without parts", one(`upload.bucket != "media"`), nil, nil, nil, want(KeepFiltered, "", "rule.a")},
		{"true without parts", one(`upload.bucket == "media"`), nil, nil, nil, need},
		{"owner not told", one(`upload.owner == "7"`), nil, nil, nil, want(KeepWhereFailed, ownerWhy, "rule.a")},
		{"owner told", one(`upload.owner == "7"`), nil, owned, parts, want(AbortStale, "", "rule.a")},
		{"owner not told is not null", one(`upload.owner == null`), nil, nil, parts, want(KeepWhereFailed, ownerWhy, "rule.a")},
		{"owner not told is not another", one(`upload.owner != "7"`), nil, nil, parts, want(KeepWhereFailed, ownerWhy, "rule.a")},
		{"the rest decides", one(`upload.owner == "7" || upload.size > 0`), nil, nil, parts, want(AbortStale, "", "rule.a")},
		{"the rest decides, the other way", one(`upload.size < 0 && upload.owner == "7"`), nil, nil, parts, want(KeepFiltered, "", "rule.a")},
		{"two not told", one(`upload.owner == "7" && upload.storage_class == "X"`), nil, nil, nil,
			want(KeepWhereFailed, "its value is not known: upload.storage_class, upload.owner are not told", "rule.a")},
		{"error", one(`regex("[0-9]+", upload.key) == "7"`), nil, nil, nil,
			want(KeepWhereFailed, `error in function call: call to function "regex" failed: pattern did not match any part of the given string`, "rule.a")},
		{"null", one(`upload.size > 0 ? null : true`), nil, nil, parts, want(KeepWhereFailed, "its value is null", "rule.a")},
		{"no bool", one(`jsondecode(upload.key == "raw/a" ? "7" : "true")`), nil, nil, nil, want(KeepWhereFailed, "its value is a number, not a bool", "rule.a")},
		{"too many bytes to count", one(`upload.size > 0`), nil, nil, &Parts{Count: 1, Bytes: -1, Newest: parts.Newest},
			want(KeepWhereFailed, "its value is not known: upload.size is not told", "rule.a")},
		{"too large", one(`length([for a in range(1000) : [for b in range(10) : format("%999s", upload.key)]]) > 0`), nil, nil, nil,
			want(KeepWhereFailed, "its values take more than 16 MiB", "rule.a")},
		{"young goes first", one(`upload.bucket != "media"`), nil, func(u *Upload) { u.Initiated = decideNow() }, nil, want(KeepYoung, "", "rule.a")},
		{"active comes after", one(`upload.size > 5000000`), nil, nil, moving, want(KeepFiltered, "", "rule.a")},
		{"true is not enough", one(`upload.size > 0`), nil, nil, moving, want(KeepActive, "", "rule.a")},
		{"beyond the lifetime", short(`upload.size > 5000000`), nil, nil, moving, want(KeepFiltered, "", "rule.a")},
		{"true beyond the lifetime", short(`upload.size > 0`), nil, nil, moving, want(AbortOverLifetime, "", "rule.a")},
		{"unreadable parts say nothing", one(`upload.size > 0`), nil, nil, &Parts{Unreadable: true}, want(KeepPartsUnreadable, "")},
		{"a byte that is no text", one(`upload.key != ""`), nil, func(u *Upload) { u.Key = "raw/\xff" }, nil, want(KeepKeyUnproven, "")},
	})
}

func TestWhere_EqualsKeepWins(t *testing.T) {
	parts := decideParts(2 * decideDay)
	rule := func(name, expr string) Rule { return whereRule(t, expr, name, "raw/") }
	tests := []struct {
		name  string
		rules []Rule
		parts *Parts
		want  Verdict
	}{
		{"one false", []Rule{rule("a", `upload.parts > 0`), rule("b", `upload.parts > 7`)}, parts,
			Verdict{Reason: KeepFiltered, Rules: []string{"rule.b"}}},
		{"one without where", []Rule{decideRule("a", "raw/"), rule("b", `upload.parts > 7`)}, parts,
			Verdict{Reason: KeepFiltered, Rules: []string{"rule.b"}}},
		{"false goes before failed", []Rule{rule("a", `upload.owner == "7"`), rule("b", `upload.key == ""`)}, nil,
			Verdict{Reason: KeepFiltered, Rules: []string{"rule.b"}}},
		{"before the parts goes before after", []Rule{rule("a", `upload.owner == "7"`), rule("b", `upload.size < 0`)}, parts,
			Verdict{Reason: KeepWhereFailed, Rules: []string{"rule.a"}, Why: "its value is not known: upload.owner is not told"}},
		{"a shorter prefix is not asked", []Rule{whereRule(t, `upload.size < 0`, "a", "r"), decideRule("b", "raw/")}, parts,
			Verdict{Action: Abort, Reason: AbortStale, Rules: []string{"rule.b"}}},
	}
	for _, tt := range tests {
		u := decideUpload(10 * decideDay)
		c := &Config{Rules: tt.rules}
		if got := c.Decide(&u, tt.parts, decideNow()); !sameVerdict(got, tt.want) {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

func sameVerdict(a, b Verdict) bool {
	return a.Action == b.Action && a.Reason == b.Reason && a.By == b.By && a.Why == b.Why && slices.Equal(a.Rules, b.Rules)
}

// TestWhere_KeyAsStored: the rules that would decide about the key's normal form see
// the key as it is stored.
func TestWhere_KeyAsStored(t *testing.T) {
	u := decideUpload(10 * decideDay)
	u.Key = "raw/cafe\u0301/a"
	parts := decideParts(2 * decideDay)
	c := &Config{Rules: []Rule{decideRule("a", "raw/"), whereRule(t, `upload.key == "raw/nowhere"`, "b", "raw/caf\u00e9/")}}
	if v := c.Decide(&u, parts, decideNow()); v.Reason != KeepFiltered || v.Rules[0] != "rule.b" {
		t.Errorf("the rule of the composed form does not keep: %+v", v)
	}
	c = &Config{Rules: []Rule{whereRule(t, `upload.key == "raw/caf`+"\u00e9"+`/a"`, "b", "raw/")}}
	if v := c.Decide(&u, parts, decideNow()); v.Action != Abort {
		t.Errorf("texts are not compared in normal form C: %+v", v)
	}
}

// TestWhere_Names: only what a condition names is built, and only one that names
// something of the parts waits for them.
func TestWhere_Names(t *testing.T) {
	tests := []struct{ expr, names string }{
		{`upload.owner == "7" && upload.bucket == "media"`, "bucket owner"},
		{`upload.size > 0 || upload["size"] < 10`, "size late"},
		{`upload.idle > 5 && upload.age > 5`, "age idle late"},
		{`upload[var.owners[0] == "7" ? "key" : "id"] == "x"`, "bucket key id age idle size parts storage_class owner initiator late"},
		{`length([for upload in [upload.key] : upload]) == 1`, "key"},
	}
	for _, tt := range tests {
		c := whereCondition(t, tt.expr)
		var names []string
		for _, a := range c.names {
			names = append(names, a.name)
		}
		if c.late {
			names = append(names, "late")
		}
		if got := strings.Join(names, " "); got != tt.names {
			t.Errorf("%s names %s, want %s", tt.expr, got, tt.names)
		}
	}
}

// TestPromise9_WhereIsInTheFingerprint: two conditions with one fingerprint mean the
// same, whatever the values are that they refer to.
func TestPromise9_WhereIsInTheFingerprint(t *testing.T) {
	fingerprint := func(expr string, flags ...string) string {
		src := Source{Rules: []File{{Name: "main.hcl", Bytes: []byte(whereRules(expr))}}}
		set, d := Load(src, Values{Flags: flags})
		cfg := mustResolve(t, set, d)
		cfg.Rules[0].Description = ""
		return cfg.Fingerprint()
	}
	const expr = `contains(var.owners, upload.owner)`
	base := fingerprint(expr)
	if fingerprint("contains( # a comment\n var.owners,\n upload.owner )") != base {
		t.Error("blanks, lines or a comment change the fingerprint")
	}
	seen := map[string]string{base: expr}
	for name, f := range map[string]string{
		"another value":       fingerprint(expr, `owners=["9"]`),
		"another list":        fingerprint(expr, `owners=["7,8"]`),
		"another attribute":   fingerprint(`contains(var.owners, upload.initiator)`),
		"another expression":  fingerprint(`!contains(var.owners, upload.owner)`),
		"a text with a blank": fingerprint(`upload.owner == "a b"`),
		"two blanks":          fingerprint(`upload.owner == "a  b"`),
		"no condition":        fingerprint(`null`),
	} {
		if other := seen[f]; other != "" {
			t.Errorf("%s has the fingerprint of %s", name, other)
		}
		seen[f] = name
	}
}

// TestPromise12_WhereShowsNoSensitiveValue: neither in what failed, nor in what a
// fingerprint is made of.
func TestPromise12_WhereShowsNoSensitiveValue(t *testing.T) {
	text := strings.Replace(whereRules(`tonumber("${upload.key}${var.secret}") > 5 || upload.owner == var.secret`), "variable",
		"variable \"secret\" {\n  default = \"hunter2\"\n  sensitive = true\n}\nvariable", 1)
	set, d := loadText(text)
	where := mustResolve(t, set, d).Rules[0].Stale.Where
	if strings.Contains(where.text, "hunter2") {
		t.Errorf("the text holds the secret: %s", where.text)
	}
	u := decideUpload(10 * decideDay)
	c := &Config{Rules: []Rule{decideRule("a", "raw/")}}
	c.Rules[0].Stale.Where = where
	if v := c.Decide(&u, decideParts(2*decideDay), decideNow()); v.Reason != KeepWhereFailed || v.Why != "invalid function argument (sensitive value)" {
		t.Errorf("%+v", v)
	}
	u.Owner = "hunter2"
	where = mustResolve(t, loaded(t, strings.Replace(text, `tonumber("${upload.key}${var.secret}") > 5 || `, "", 1)), Diagnostics{}).Rules[0].Stale.Where
	if holds, err := where.holds(subject{upload: &u}); !holds || err != nil {
		t.Errorf("a condition over a sensitive value is %v (%v)", holds, err)
	}
}

func loaded(t *testing.T, text string) *Set {
	t.Helper()
	set, d := loadText(text)
	if d.HasErrors() {
		t.Fatal(plainText(t, d))
	}
	return set
}

// TestWhere_ManyAtOnce: a condition is evaluated from any number of goroutines.
func TestWhere_ManyAtOnce(t *testing.T) {
	c := &Config{Rules: []Rule{whereRule(t, `endswith(upload.key, "7") && upload.parts == 3`, "a", "raw/")}}
	parts := decideParts(2 * decideDay)
	done := make(chan string)
	for g := range 8 {
		go func() {
			wrong := ""
			for i := range 300 {
				u := decideUpload(10 * decideDay)
				u.Key = fmt.Sprintf("raw/%d-%d", g, i)
				if v := c.Decide(&u, parts, decideNow()); (v.Action == Abort) != (i%10 == 7) {
					wrong = fmt.Sprintf("%s: %+v", u.Key, v)
				}
			}
			done <- wrong
		}()
	}
	for range 8 {
		if wrong := <-done; wrong != "" {
			t.Error(wrong)
		}
	}
}

// TestPromise2_WhereNeverAddsAnAbort: a where takes uploads out of a rule, and nothing
// else.
func TestPromise2_WhereNeverAddsAnAbort(t *testing.T) {
	var conditions []*Condition
	for _, expr := range []string{
		`upload.size > 0`, `upload.size < 0`, `upload.owner == "7"`, `upload.key == "raw/x"`, `upload.age > duration("5h")`,
		`upload.idle >= duration("3h")`, `upload.parts == 1 || upload.owner == "7"`, `regex("x$", upload.key) == "x"`,
		`upload.bucket == "a"`, `true`, `false`,
	} {
		conditions = append(conditions, whereCondition(t, expr))
	}
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		without := w.decide()
		for i := range w.rules {
			if rapid.Bool().Draw(t, "with where") {
				w.rules[i].Stale.Where = rapid.SampledFrom(conditions).Draw(t, "where")
			}
		}
		with := w.decide()
		if with.Action == Abort && without.Action != Abort {
			t.Fatalf("a where added an abort: %+v, without %+v", with, without)
		}
		if with.Action == NeedParts && without.Action == Keep {
			t.Fatalf("a where asked for parts that nobody needed: %+v, without %+v", with, without)
		}
		if again := w.decide(); !sameVerdict(with, again) {
			t.Fatalf("the same upload has two verdicts: %+v and %+v", with, again)
		}
	})
}

// BenchmarkWhere judges uploads whose parts were read, with conditions of two terms.
func BenchmarkWhere(b *testing.B) {
	u, parts, now := decideUpload(10*decideDay), decideParts(2*decideDay), decideNow()
	u.Key, u.StorageClass = "raw/2026/07/01/camera-1/clip-000123.mp4", "STANDARD"
	for name, expr := range map[string]string{
		"none":      ``,
		"size":      `upload.size > 0 || upload.storage_class == "ARCHIVE"`,
		"variables": `upload.size >= local.big || upload.storage_class == "STANDARD"`,
		"functions": `startswith(upload.key, "raw/") && !endswith(upload.key, ".keep")`,
		"list":      `contains(["7", "8"], upload.owner) || upload.age > duration("7d")`,
	} {
		r := decideRule("a", "raw/")
		if expr != "" {
			r.Stale.Where = whereCondition(b, expr)
		}
		c := &Config{Rules: []Rule{r}}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.Decide(&u, parts, now)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "uploads/s")
		})
	}
}

// TestWhere_TextHoldsEveryValue holds that of two values that a condition refers to by
// long keys neither is left out of the fingerprint.
func TestWhere_TextHoldsEveryValue(t *testing.T) {
	long := strings.Repeat("k", maxQuoted)
	texts := map[string]bool{}
	for _, values := range []string{"1, 1", "1, 2", "2, 1"} {
		a, b, _ := strings.Cut(values, ", ")
		set, d := loadText(fmt.Sprintf("locals {\n  m = { %[1]sa = %[2]s, %[1]sb = %[3]s }\n}\n", long, a, b) +
			changed(t, smallRule, "older_than", fmt.Sprintf("where = upload.size > local.m[\"%[1]sa\"] && upload.size > local.m[\"%[1]sb\"]\nolder_than", long)))
		texts[mustResolve(t, set, d).Rules[0].Stale.Where.text] = true
	}
	if len(texts) != 3 {
		t.Errorf("three conditions have %d texts", len(texts))
	}
}

// What try or can makes of a mistake in a type is the same for every upload, so that it
// must neither take uploads into a rule nor out of it: there is no answer then.
func TestWhere_TryHidesNoMistakeInATypeOfAnUpload(t *testing.T) {
	u := decideUpload(10 * decideDay)
	u.Key, u.StorageClass = "5", "STANDARD"
	for expr, want := range map[string]Reason{
		`!try(upload.size > jsondecode("{\"STANDARD\": \"1\"}")[upload.storage_class], false)`:                               KeepWhereFailed,
		`!can(length(upload.key) > 0 ? upload.size > jsondecode("{\"STANDARD\": \"1\"}")[upload.storage_class] : true)`:      KeepWhereFailed,
		`upload.storage_class == "ARCHIVE" ? upload.size > jsondecode("{\"STANDARD\": \"1\"}")[upload.storage_class] : true`: AbortStale, // not chosen
		`try(upload.size > tonumber("${upload.key}x"), true)`:                                                                AbortStale, // that it is no number is what try is for
	} {
		c := &Config{Rules: []Rule{whereRule(t, expr, "r", "")}}
		if v := c.Decide(&u, decideParts(2*decideDay), decideNow()); v.Reason != want {
			t.Errorf("%s: %s (%s), want %s", expr, v.Reason, v.Why, want)
		}
	}
}

// Nor does try hide a text that cannot be read, wherever it comes from.
func TestWhere_TryHidesNoTextThatCannotBeRead(t *testing.T) {
	u := decideUpload(10 * decideDay)
	u.Key, u.StorageClass = "*.gz", "STANDARD"
	for expr, want := range map[string]Reason{
		`!can(regex(upload.key, upload.id))`:                                                KeepWhereFailed,
		`!can(regexall(upload.key, upload.id)[0])`:                                          KeepWhereFailed,
		`!try(glob("${upload.storage_class}[a-z]", upload.key), false)`:                     KeepWhereFailed,
		`upload.age > try(duration(upload.key), 0)`:                                         KeepWhereFailed,
		`upload.size > try(bytes(upload.key), 0)`:                                           KeepWhereFailed,
		`try(replace("a", "/${upload.key}/", "") == "a", true)`:                             KeepWhereFailed,
		`!try(formatdate(upload.key, "2026-01-01T00:00:00Z") == "x", false)`:                KeepWhereFailed,
		`alltrue([for k in split(",", upload.key) : !can(regex(k, upload.id))])`:            KeepWhereFailed,
		`alltrue([for k in [upload.key] : k == "*.gz" ? true : can(regex(k, upload.id))])`:  AbortStale, // not chosen
		`alltrue([for k in [upload.key] : k == "*.gz" || can(regex(k, upload.id))])`:        AbortStale, // decided before
		`alltrue([for k in [upload.key] : k != "*.gz" || !can(regex(k, upload.id))])`:       KeepWhereFailed,
		`alltrue([for k in [upload.key] : k == "*.gz" ? !can(regex(k, upload.id)) : true])`: KeepWhereFailed,
		`!can(regex("^raw/", upload.key))`:                                                  AbortStale, // that nothing matches is what can is for
	} {
		c := &Config{Rules: []Rule{whereRule(t, expr, "r", "")}}
		if v := c.Decide(&u, decideParts(2*decideDay), decideNow()); v.Reason != want {
			t.Errorf("%s: %s (%s), want %s", expr, v.Reason, v.Why, want)
		}
	}
}

// What one instance has is no mistake of the others.
func TestWhere_InstancesMayHaveDifferentAttributes(t *testing.T) {
	_, d := loadText(`rule "each" {
  for_each = { a = { prefix = "raw/a/" }, b = { prefixes = ["raw/b/"] } }
  scan {
    buckets  = ["media"]
    prefixes = try([each.value.prefix], each.value.prefixes)
  }
  stale {
    older_than = "7d"
    where      = !startswith(upload.key, try(each.value.prefix, each.value.prefixes[0], "-"))
  }
}
`)
	if text := plainText(t, d); text != "" {
		t.Error(text)
	}
}

// A where may end in a heredoc, whose end counts only with the line break behind it.
func TestWhere_Heredoc(t *testing.T) {
	c := whereCondition(t, "\"${upload.key}\\n\" == <<EOT\na\nEOT")
	u := decideUpload(10 * decideDay)
	u.Key = "a"
	if holds, err := c.holds(subject{upload: &u, parts: decideParts(2 * decideDay)}); !holds || err != nil || strings.HasSuffix(c.String(), "\n") {
		t.Errorf("%v %v: %q", holds, err, c)
	}
}
