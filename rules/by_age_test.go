package rules

import (
	"testing"

	"pgregory.net/rapid"
)

// What ages alone abort is what the rules abort, and besides nothing but uploads that
// they keep as active. Whatever else keeps an upload keeps it here too.
func TestByAge_DiffersOnlyInWhatIsActive(t *testing.T) {
	differed := 0
	check := func(t *rapid.T) {
		w := drawWorld(t)
		cfg := w.config()
		is, byAge := cfg.Decide(&w.upload, w.parts, w.now), cfg.ByAge().Decide(&w.upload, w.parts, w.now)
		switch {
		case is.Action == byAge.Action:
			if is.Reason != byAge.Reason {
				t.Fatalf("%+v, by age %+v", is, byAge)
			}
		case is.Reason == KeepActive && byAge.Action == Abort:
			differed++
		default:
			t.Fatalf("%+v, by age %+v", is, byAge)
		}
	}
	for range 50 { // a hundred draws alone seldom hold none that differs
		if rapid.Check(t, check); differed > 0 {
			return
		}
	}
	if differed == 0 {
		t.Error("no draw was kept as active only")
	}
}

func TestByAge_LeavesTheRulesAsTheyAre(t *testing.T) {
	u := decideUpload(10 * decideDay)
	cfg := &Config{Rules: []Rule{decideRule("raw", "raw/")}}
	_ = cfg.ByAge()
	if v := cfg.Decide(&u, decideParts(decideDay-1), decideNow()); v.Reason != KeepActive {
		t.Errorf("%+v", v)
	}
}
