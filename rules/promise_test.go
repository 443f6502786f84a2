package rules

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A world is one draw of everything that a verdict depends on. Times are few and
// close together, so that thresholds are met exactly and rules overlap.
type world struct {
	rules    []Rule
	protects []Protect
	upload   Upload
	parts    *Parts
	now      time.Time
}

func (w *world) config() *Config { return &Config{Rules: w.rules, Protects: w.protects} }

func (w *world) decide() Verdict { return w.config().Decide(&w.upload, w.parts, w.now) }

func worldHours(from, to int) *rapid.Generator[time.Duration] {
	return rapid.Map(rapid.IntRange(from, to), func(h int) time.Duration { return time.Duration(h) * time.Hour })
}

func worldSome(least int, from ...string) *rapid.Generator[[]string] {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(from), least, -1, rapid.ID)
}

func drawRule(t *rapid.T, name string) Rule {
	var exclude []Glob
	for _, text := range worldSome(0, "raw/keep/**", "**/*.tmp", "raw/*/x", "x").Draw(t, "exclude") {
		g, err := ParseGlob(text)
		if err != nil {
			t.Fatal(err)
		}
		exclude = append(exclude, g)
	}
	return Rule{
		Address: "rule." + name, Name: name, Provider: rapid.SampledFrom([]string{"ks3", "ks3", "ks3", "s3.m"}).Draw(t, "provider"),
		Scan: Scan{
			Buckets:  worldSome(1, "a", "b").Draw(t, "buckets"),
			Prefixes: worldSome(1, "", "raw/", "raw/keep/", "raw").Draw(t, "prefixes"),
			Exclude:  exclude,
		},
		Stale: Stale{
			OlderThan:   worldHours(1, 6).Draw(t, "older"),
			IdleFor:     worldHours(1, 6).Draw(t, "idle"),
			MaxLifetime: worldHours(0, 8).Draw(t, "lifetime"),
		},
	}
}

func drawProtect(t *rapid.T, name string, now time.Time) Protect {
	bucket, err := ParseGlob(rapid.SampledFrom([]string{"a", "b", "*", "x?"}).Draw(t, "protected bucket"))
	if err != nil {
		t.Fatal(err)
	}
	p := Protect{
		Address: "protect." + name, Buckets: []Glob{bucket},
		Prefixes: worldSome(0, "", "raw/keep/", "tmp/").Draw(t, "protected prefixes"),
		Owners:   worldSome(0, "7", "8", "Nw==").Draw(t, "protected owners"),
	}
	for _, text := range worldSome(0, "**/keep/*", "raw/*.tmp", "x").Draw(t, "protected keys") {
		g, err := ParseGlob(text)
		if err != nil {
			t.Fatal(err)
		}
		p.Keys = append(p.Keys, g)
	}
	if rapid.Bool().Draw(t, "ends") {
		p.Until = now.Add(worldHours(-2, 2).Draw(t, "until"))
	}
	return p
}

func drawParts(t *rapid.T, now time.Time) *Parts {
	often := rapid.SampledFrom([]bool{false, false, false, false, true})
	p := &Parts{
		Count:       rapid.IntRange(0, 2).Draw(t, "parts"),
		Unreadable:  often.Draw(t, "unreadable"),
		Foreign:     often.Draw(t, "foreign"),
		TimeUnknown: often.Draw(t, "time unknown"),
	}
	if !often.Draw(t, "newest unknown") {
		p.Newest = now.Add(-worldHours(-1, 10).Draw(t, "newest"))
	}
	return p
}

// drawWorld draws a world of any kind.
func drawWorld(t *rapid.T) *world {
	w := &world{now: decideNow()}
	for _, name := range []string{"a", "b", "c", "d"}[:rapid.IntRange(0, 4).Draw(t, "rules")] {
		w.rules = append(w.rules, drawRule(t, name))
	}
	for _, name := range []string{"a", "b"}[:rapid.SampledFrom([]int{0, 0, 1, 2}).Draw(t, "protects")] {
		w.protects = append(w.protects, drawProtect(t, name, w.now))
	}
	w.upload = Upload{
		Provider: "ks3", Bucket: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "bucket"),
		Key:       rapid.SampledFrom([]string{"raw/x", "raw/keep/x", "raw/x.tmp", "rawx", "tmp/x", "raw/../x"}).Draw(t, "key"),
		ID:        "u1",
		Owner:     rapid.SampledFrom([]string{"", "7", "Nw==", "OA=="}).Draw(t, "owner"),
		Initiated: w.now.Add(-worldHours(-1, 10).Draw(t, "age")),
	}
	if rapid.Bool().Draw(t, "parts read") {
		w.parts = drawParts(t, w.now)
	}
	return w
}

// drawAborted draws a world that aborts its upload: an old upload with parts that
// are all known, protects that are over, and one rule more that covers everything.
func drawAborted(t *rapid.T) *world {
	w := drawWorld(t)
	catchAll := drawRule(t, "z")
	catchAll.Provider, catchAll.Scan = "ks3", Scan{Buckets: []string{"a", "b"}, Prefixes: []string{""}}
	w.rules = append(w.rules, catchAll)
	for i := range w.protects {
		w.protects[i].Until = w.now
	}
	w.upload.Key = rapid.SampledFrom([]string{"raw/x", "raw/keep/x", "tmp/x"}).Draw(t, "good key")
	w.upload.Initiated = w.now.Add(-worldHours(6, 10).Draw(t, "great age"))
	w.parts = &Parts{Count: 1, Newest: w.now.Add(-worldHours(6, 10).Draw(t, "known newest"))}
	if w.decide().Action != Abort {
		t.Fatal("no threshold of these worlds is above six hours, and yet nothing is aborted")
	}
	return w
}

// worldDeciders says which rules decide, from the words of the promise and without
// the code under test.
func worldDeciders(w *world) (addresses []string, stale []Stale) {
	longest := -1
	for round := range 2 {
		for _, r := range w.rules {
			in := -1
			for _, p := range r.Scan.Prefixes {
				if strings.HasPrefix(w.upload.Key, p) {
					in = max(in, len(p))
				}
			}
			out := slices.ContainsFunc(r.Scan.Exclude, func(g Glob) bool { return globOracleMatch(g.String(), w.upload.Key) })
			if in < 0 || out || r.Provider != w.upload.Provider || !slices.Contains(r.Scan.Buckets, w.upload.Bucket) {
				continue
			}
			if round == 0 {
				longest = max(longest, in)
			} else if in == longest {
				addresses, stale = append(addresses, r.Address), append(stale, r.Stale)
			}
		}
	}
	return addresses, stale
}

func TestPromise1_AKeyThatCannotBeAddressedIsNeverAborted(t *testing.T) {
	segment := rapid.SampledFrom([]string{"", ".", "..", "a", "...", "\x00", "\ufffd", "\xff"})
	rapid.Check(t, func(t *rapid.T) {
		key := strings.Join(rapid.SliceOfN(segment, 0, 5).Draw(t, "segments"), "/")
		u := decideUpload(10 * decideDay)
		u.Key = key
		c := &Config{Rules: []Rule{decideRule("all", "")}}
		bad := key == "" || strings.ContainsAny(key, "\x00\ufffd") || strings.Contains(key, "\xff")
		for s := range strings.SplitSeq(key, "/") {
			bad = bad || s == "." || s == ".."
		}
		if got := c.Decide(&u, decideParts(2*decideDay), decideNow()); (got.Action == Abort) == bad {
			t.Fatalf("key %q: %+v", key, got)
		}
	})
}

// Each unknown alone keeps an upload that everything else would abort.
func TestPromise2_NoVerdictRestsOnAGuess(t *testing.T) {
	unknowns := []struct {
		name   string
		forget func(*world)
	}{
		{"start", func(w *world) { w.upload.Initiated = time.Time{} }},
		{"now", func(w *world) { w.now = time.Time{} }},
		{"bytes of the key", func(w *world) { w.upload.KeyUnproven = true }},
		{"key", func(w *world) { w.upload.Key += "\ufffd" }},
		{"bucket", func(w *world) { w.upload.Bucket = "" }},
		{"upload id", func(w *world) { w.upload.ID = "" }},
		{"parts", func(w *world) { w.parts = nil }},
		{"end of the parts", func(w *world) { w.parts.Unreadable = true }},
		{"whose parts", func(w *world) { w.parts.Foreign = true }},
		{"time of a part", func(w *world) { w.parts.TimeUnknown = true }},
		{"newest part", func(w *world) { w.parts.Count, w.parts.Newest = 1, time.Time{} }},
	}
	for _, tt := range unknowns {
		t.Run(tt.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				w := drawAborted(t)
				parts := *w.parts
				w.parts = &parts
				tt.forget(w)
				if got := w.decide(); got.Action == Abort {
					t.Fatalf("%+v", got)
				}
			})
		})
	}
}

func TestNothingYoungerThanItsLimitsIsAborted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawAborted(t)
		got := w.decide()
		addresses, stale := worldDeciders(w)
		if !slices.Equal(got.Rules, addresses) {
			t.Fatalf("decided by %v, want %v", got.Rules, addresses)
		}
		age := w.now.Sub(w.upload.Initiated)
		idle := min(age, w.now.Sub(w.parts.Newest))
		for i, s := range stale {
			over := s.MaxLifetime > 0 && age >= s.MaxLifetime
			if !over && (age < s.OlderThan || idle < s.IdleFor) {
				t.Fatalf("%s aborts at age %v and idle %v: %+v", addresses[i], age, idle, s)
			}
		}
	})
}

// The other direction: what all deciding rules find stale, and nothing vetoes, is
// aborted and not forgotten.
func TestWhatIsStaleIsAborted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		w.protects, w.upload.Key = nil, "raw/keep/x"
		w.parts = &Parts{Count: 1, Newest: w.now.Add(-worldHours(0, 10).Draw(t, "newest of the stale"))}
		age := max(0, w.now.Sub(w.upload.Initiated))
		idle := min(age, w.now.Sub(w.parts.Newest))
		addresses, stale := worldDeciders(w)
		want := len(addresses) > 0 && w.now.Sub(w.upload.Initiated) >= 0
		for _, s := range stale {
			over := s.MaxLifetime > 0 && age >= s.MaxLifetime
			want = want && (over || age >= s.OlderThan && idle >= s.IdleFor)
		}
		if got := w.decide(); (got.Action == Abort) != want {
			t.Fatalf("%+v, want an abort: %v", got, want)
		}
	})
}

func TestRaisingAThresholdNeverAddsAnAbort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raised := drawWorld(t)
		lower := *raised
		raised.rules = slices.Clone(raised.rules)
		for i := range raised.rules {
			s := &raised.rules[i].Stale
			s.OlderThan += worldHours(0, 3).Draw(t, "more older")
			s.IdleFor += worldHours(0, 3).Draw(t, "more idle")
			if rapid.Bool().Draw(t, "no lifetime") {
				s.MaxLifetime = 0
			} else if s.MaxLifetime > 0 {
				s.MaxLifetime += worldHours(0, 3).Draw(t, "more lifetime")
			}
		}
		if raised.decide().Action == Abort && lower.decide().Action != Abort {
			t.Fatalf("%+v only with higher thresholds, before: %+v", raised.decide(), lower.decide())
		}
	})
}

func TestAddingAProtectNeverAddsAnAbort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		before := w.decide()
		w.protects = append(slices.Clone(w.protects), drawProtect(t, "new", w.now))
		after := w.decide()
		if after.Reason != KeepProtected && !reflect.DeepEqual(before, after) {
			t.Fatalf("before %+v, after %+v", before, after)
		}
	})
}

// Naming owners narrows a protect, and naming fewer of them narrows it further; more
// prefixes, keys and buckets widen it.
func TestAProtectWithLessOfItNeverProtectsMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		wide := drawProtect(t, "new", w.now)
		narrow := wide
		switch rapid.SampledFrom([]string{"owners", "first owner", "keys", "prefixes"}).Draw(t, "less") {
		case "owners":
			wide.Owners = nil
		case "first owner":
			wide.Owners = append([]string{"9"}, narrow.Owners...)
			if len(narrow.Owners) == 0 {
				narrow.Owners = []string{"9"}
				wide.Owners = nil
			}
		case "keys":
			narrow.Keys = nil
		default:
			narrow.Prefixes = nil
		}
		before := w.protects
		w.protects = append(slices.Clone(before), narrow)
		kept := w.decide()
		w.protects = append(slices.Clone(before), wide)
		if got := w.decide(); kept.Reason == KeepProtected && got.Reason != KeepProtected {
			t.Fatalf("protected by %+v, not by the wider %+v", narrow, wide)
		}
	})
}

func TestAProtectThatCoversAlwaysKeeps(t *testing.T) {
	every, err := ParseGlob("**")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		w.protects = append(slices.Clone(w.protects), Protect{Address: "protect.all", Buckets: []Glob{every}, Prefixes: []string{""}})
		if got := w.decide(); got.Action != Keep || got.Reason != KeepProtected {
			t.Fatalf("%+v", got)
		}
	})
}

func TestOrderNeverMatters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		before := w.decide()
		covering := coveringAddresses(w)
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 0))
		w.rules, w.protects = shuffled(rng, w.rules), shuffled(rng, w.protects)
		for i := range w.rules {
			scan := &w.rules[i].Scan
			scan.Buckets, scan.Prefixes, scan.Exclude = shuffled(rng, scan.Buckets), shuffled(rng, scan.Prefixes), shuffled(rng, scan.Exclude)
		}
		if after := w.decide(); !reflect.DeepEqual(before, after) {
			t.Fatalf("before %+v, after %+v", before, after)
		}
		if after := coveringAddresses(w); !slices.Equal(covering, after) {
			t.Fatalf("covering before %v, after %v", covering, after)
		}
	})
}

func coveringAddresses(w *world) (out []string) {
	c := w.config()
	for _, i := range c.Covering(nil, &w.upload) {
		out = append(out, c.Rules[i].Address)
	}
	return out
}

func shuffled[T any](rng *rand.Rand, in []T) []T {
	out := slices.Clone(in)
	rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// Reading parts settles NeedParts and changes no other verdict, so an upload that
// was kept without its parts is kept with any parts.
func TestPartsOnlySettleWhatAskedForThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		w.parts = nil
		without := w.decide()
		w.parts = drawParts(t, w.now)
		with := w.decide()
		switch {
		case without.Action == Abort:
			t.Fatalf("an abort without parts: %+v", without)
		case with.Action == NeedParts:
			t.Fatalf("parts were read: %+v", with)
		case without.Action == Keep && !reflect.DeepEqual(without, with):
			t.Fatalf("without parts %+v, with %+v", without, with)
		}
	})
}

func TestTimeNeverTakesAnAbortBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawAborted(t)
		w.now = w.now.Add(worldHours(0, 20).Draw(t, "later"))
		if got := w.decide(); got.Action != Abort {
			t.Fatalf("later: %+v", got)
		}
	})
}

// A verdict names what a reader needs: a reason, the rules for a threshold, the
// protect for a veto, and nothing else.
func TestVerdictsAreComplete(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		got := drawWorld(t).decide()
		byRule := got.Action != Keep || got.Reason == KeepYoung || got.Reason == KeepActive
		if (got.Reason == "") != (got.Action == NeedParts) || (len(got.Rules) > 0) != byRule ||
			(got.By != "") != (got.Reason == KeepProtected) || !slices.IsSorted(got.Rules) {
			t.Fatalf("%+v", got)
		}
	})
}

// The worlds above must reach every verdict, or the properties would prove nothing.
func TestWorldsReachEveryVerdict(t *testing.T) {
	seen := map[string]int{}
	g := rapid.Custom(func(t *rapid.T) string {
		v := drawWorld(t).decide()
		return fmt.Sprint(v.Action, " ", v.Reason)
	})
	for seed := range 3000 {
		seen[g.Example(seed)]++
	}
	for _, reason := range []Reason{KeepProtected, KeepYoung, KeepActive, KeepFiltered, KeepStartInFuture, KeepActivityUnknown, KeepPartsUnreadable, KeepKeyUnproven} {
		if seen[fmt.Sprint(Keep, " ", reason)] == 0 {
			t.Errorf("no world is kept as %s", reason)
		}
	}
	if seen[fmt.Sprint(NeedParts, " ")] == 0 || seen[fmt.Sprint(Abort, " ", AbortStale)] == 0 || seen[fmt.Sprint(Abort, " ", AbortOverLifetime)] == 0 {
		t.Errorf("verdicts reached: %v", seen)
	}
	t.Log(seen)
}
