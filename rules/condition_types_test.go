package rules

import (
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
		var text strings.Builder
		if err := d.WriteText(&text, 0, false); err != nil || !d.HasErrors() || !strings.Contains(text.String(), "never equal") {
			t.Errorf("%s is accepted: %v\n%s", expr, err, text.String())
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

// !glob(upload.key, "raw/**") would be true for nearly every upload.
func TestWhere_GlobTakesTheGlobFirst(t *testing.T) {
	_, d := loadText(whereRules(`!glob(upload.key, "raw/**")`))
	if !d.HasErrors() || !strings.Contains(d.list[0].Detail, `glob("raw/**", upload.key)`) {
		t.Errorf("accepted: %v", d.list)
	}
	whereCondition(t, `!glob("raw/**", upload.key)`)
	whereCondition(t, `!glob(upload.key, upload.id)`)
}
