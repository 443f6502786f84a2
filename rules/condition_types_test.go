package rules

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// Values of different types are never equal in HCL. A where that compares them would
// be true for every upload, and abort what it was written to keep.
func TestWhere_NoComparisonIsTrueBecauseOfTypesAlone(t *testing.T) {
	for _, expr := range []string{
		`!contains([73398334], upload.owner)`,
		`!contains(["7", 8], upload.owner)`,
		`[upload.size] != ["5"]`,
		`[upload.owner] != tolist(var.owners)`,
		`{ a = upload.parts } != { a = "1" }`,
		`upload.owner != ["7", "8"]`,
		`upload.owner != var.owners`,
		`alltrue([for o in [733, 734] : o != upload.owner])`,
		`!anytrue([for o in [733, 734] : upload.owner == o])`,
		`length([for o in var.owners : o if upload.size != o]) > 0`,
	} {
		_, d := loadText(whereRules(expr))
		if text := plainText(t, d); !d.HasErrors() || !strings.Contains(text, "never equal") {
			t.Errorf("%s is accepted:\n%s", expr, text)
		}
	}
}

func TestWhere_ComparisonsOfOneTypeStand(t *testing.T) {
	u := decideUpload(10 * decideDay)
	u.Owner = "7"
	parts := decideParts(2 * decideDay)
	for expr, want := range map[string]bool{
		`!contains(["8"], upload.owner)`:                             true,
		`contains(var.owners, upload.owner)`:                         true,
		`contains([], upload.owner)`:                                 false,
		`alltrue([for o in var.owners : o != upload.owner])`:         false,
		`upload.owner != null`:                                       true,
		`[upload.owner] == ["7"]`:                                    true,
		`tolist([upload.owner]) == tolist(["7"])`:                    true,
		`contains([upload.size, 1], upload.size)`:                    true,
		`alltrue([for k, v in { a = "7" } : v == upload.owner])`:     true,
		`contains(toset(["7"]), upload.owner) == (upload.size >= 0)`: true,
	} {
		got, err := whereCondition(t, expr).holds(subject{upload: &u, parts: parts, age: 10 * decideDay, idle: decideDay})
		if err != nil || got != want {
			t.Errorf("%s is %v, want %v (%v)", expr, got, want, err)
		}
	}
}

// Where a type is known only with the upload, a conversion is found then, whatever try
// makes of it: there is no answer, and the upload stays.
func TestWhere_ConvertsNothingThatComesWithTheUpload(t *testing.T) {
	u := decideUpload(10 * decideDay)
	u.Key = `{"n": 3, "s": "3", "b": "true", "list": [3, "3"]}`
	const d = `jsondecode(upload.key)`
	for _, expr := range []string{
		`coalesce(` + d + `.n, ` + d + `.s) == "3"`,
		`join("-", [` + d + `.n]) == "3"`,
		`join("-", ` + d + `.list) == "3-3"`,
		`tolist(` + d + `.list)[0] == "3"`,
		`length(toset(` + d + `.list)) == 1`,
		`tomap({ a = ` + d + `.n, b = ` + d + `.s }).a == "3"`,
		`lookup(tomap({ a = "3" }), upload.key, ` + d + `.n) == "3"`,
		`length(setunion([` + d + `.n], [` + d + `.s])) == 1`,
		`length(setproduct(` + d + `.list, [1])) == 2`,
		`matchkeys(["a"], [` + d + `.n], [` + d + `.s]) == tolist(["a"])`,
		`concat(tolist([` + d + `.n]), tolist([` + d + `.s]))[0] == "3"`,
		`distinct(` + d + `.list) == tolist(["3"])`,
		`sort([` + d + `.n])[0] == "3"`,
		`alltrue([` + d + `.b])`,
		`{ (` + d + `.n) = true }["3"]`,
		`{ "3" = true }[` + d + `.n]`,
		`split("/", "a/b/c/d")[` + d + `.s] == "d"`,
		`{ for x in [` + d + `.n] : x => true }["3"]`,
		`length([for x in [1] : x if ` + d + `.b]) == 1`,
		`(upload.size > 0 ? ` + d + `.n : ` + d + `.s) == "3"`,
		`alltrue([for x in [1] : (upload.size > 0 ? ` + d + `.n : ` + d + `.s) == "3"])`,
		`sum(` + d + `.list) == 6`,
	} {
		for _, where := range []string{expr, `try(` + expr + `, true)`, `!can(` + expr + `)`} {
			c := &Config{Rules: []Rule{whereRule(t, where, "r", "")}}
			if v := c.Decide(&u, decideParts(2*decideDay), decideNow()); v.Reason != KeepWhereFailed {
				t.Errorf("%s: %s (%s), want %s", where, v.Reason, v.Why, KeepWhereFailed)
			}
		}
	}
}

// A side that is evaluated twice doubles the time with each operator around it.
func TestWhere_ChainsOverWhatIsNotToldTakeOneLookEach(t *testing.T) {
	for _, op := range []string{" || ", " && "} {
		terms := make([]string, 60)
		for i := range terms {
			terms[i] = `upload.owner == "` + strings.Repeat("u", i+1) + `"`
		}
		c := whereCondition(t, strings.Join(terms, op))
		u := decideUpload(10 * decideDay)
		u.Owner = ""
		done := make(chan error, 1)
		go func() {
			_, err := c.holds(subject{upload: &u})
			done <- err
		}()
		select {
		case err := <-done:
			if err == nil {
				t.Errorf("%sgives a value without an owner", op)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("60 terms joined by %sare evaluated for ever", op)
		}
	}
}

// Loops in loops are checked for each type of their elements, which multiplies: what is
// counted as computed ends it.
func TestWhere_LoopsInLoopsAreCheckedInBoundedTime(t *testing.T) {
	body := `upload.size > 0`
	for i := range 40 {
		body = fmt.Sprintf(`[for v%d in [1, "x", true, [1], ["x"], { a = 1 }, { a = true }, { b = 1 }] : %s]`, i, body)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		loadText(whereRules(`length(` + body + `) > upload.parts`))
	}()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal("40 loops in one another are checked for ever")
	}
}

// !glob(upload.key, "raw/**") would be true for nearly every upload.
func TestWhere_GlobTakesTheGlobFirst(t *testing.T) {
	_, d := loadText(whereRules(`!glob(upload.key, "raw/**")`))
	if !d.HasErrors() || !strings.Contains(d.list[0].Detail, `glob("raw/**", upload.key)`) {
		t.Errorf("accepted: %v", d.list)
	}
	whereCondition(t, `!glob("raw/**", upload.key)`)
	whereCondition(t, `!glob(upload.key, upload.id)`)
}

// HCL takes what stands beside && and || for a bool as soon as it is known, and a panic
// of it would end the command.
func TestWhere_OperandsThatAreNoBools(t *testing.T) {
	u := decideUpload(10 * decideDay)
	u.Key = "a"
	for _, other := range []string{`var.owners || upload.key == "b"`, `"x" && upload.key == "b"`, `null || upload.key == "b"`, `var.owners && upload.key`} {
		set, d := loadText(whereRules(`"${upload.key == "a" && (` + other + `)}/" == "true/"`))
		if d.HasErrors() {
			continue
		}
		cfg, _ := set.Resolve(nil)
		if holds, err := cfg.Rules[0].Stale.Where.holds(subject{upload: &u, parts: decideParts(2 * decideDay)}); err == nil {
			t.Errorf("%s is %v", other, holds)
		}
	}
}

// TestLoad_AWhereThatEndsInAHeredocIsChecked holds that the text of a condition can be read
// again where its last line is the end of a heredoc.
func TestLoad_AWhereThatEndsInAHeredocIsChecked(t *testing.T) {
	_, d := loadText(whereRules("upload.idle > bytes(\"30GiB\") && upload.key != <<EOT\nx\nEOT\n"))
	if heads := headsOf(d); !strings.Contains(strings.Join(heads, "\n"), "WARNING: main.hcl:14,13: Different units") {
		t.Errorf("%q", heads)
	}
}
