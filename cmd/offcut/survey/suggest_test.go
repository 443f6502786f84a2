package survey

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"offcut/rules"
)

// A lot is many uploads of one kind.
type lot struct {
	n         int
	age, idle time.Duration // without parts where idle is the age
}

func surveyOf(t *testing.T, lots ...lot) *Survey {
	t.Helper()
	s := &testStore{}
	for _, l := range lots {
		for range l.n {
			p := parts(1, 10, l.idle)
			if l.idle == l.age {
				p = rules.Parts{}
			}
			s.add("raw/a", "alice", l.age, p)
		}
	}
	return take(t, s, Options{PartsLimit: 1000})
}

func TestSuggestion(t *testing.T) {
	const hour = time.Hour
	for name, c := range map[string]struct {
		lots    []lot
		want    Suggestion
		olderBy string
	}{
		"a clear gap": {
			lots: []lot{{30, 40 * day, 39 * day}, {12, 2 * day, hour}, {1, 9 * day, 30 * hour}},
			want: Suggestion{OlderThan: 14 * day, IdleFor: day, Uploads: 30, Bytes: 300, Receiving: 12, Before: 1, Until: 2 * day, Clear: true, WithParts: 43, Lasted: 9*day - 30*hour},
		},
		"slow uploads": {
			lots: []lot{{30, 40 * day, 39 * day}, {12, 5 * day, hour}, {9, 5 * day, 40 * hour}},
			want: Suggestion{OlderThan: 7 * day, IdleFor: 2 * day, Uploads: 30, Bytes: 300, Receiving: 21, Until: 3 * day, Clear: true, WithParts: 51, Lasted: 5 * day},
		},
		"every day some are left behind": {
			lots: []lot{{5, 1 * day, 12 * hour}, {5, 2 * day, 36 * hour}, {5, 3 * day, 60 * hour}, {20, 6 * day, 5 * day}, {35, 12 * day, 11 * day}, {35, 20 * day, 19 * day}},
			want: Suggestion{OlderThan: 7 * day, IdleFor: 7 * day, Uploads: 70, Bytes: 700, Receiving: 35, Before: 35, Until: 14 * day, WithParts: 105, Lasted: 6 * day},
		},
		"all dead, and they were short": {
			lots: []lot{{40, 40 * day, 40*day - hour}},
			want: Suggestion{OlderThan: 3 * day, IdleFor: day, Uploads: 40, Bytes: 400, Until: 2 * day, Clear: true, WithParts: 40, Lasted: hour},
		},
		"no parts at all": {
			lots: []lot{{40, 40 * day, 40 * day}, {3, 2 * hour, 2 * hour}},
			want: Suggestion{OlderThan: 7 * day, IdleFor: day, Uploads: 40, Until: 2 * day, Clear: true},
		},
		"one never ends": {
			lots: []lot{{40, 40 * day, 39 * day}, {1, 50 * day, hour}},
			want: Suggestion{OlderThan: 30 * day, IdleFor: day, Uploads: 40, Bytes: 400, Receiving: 1, Until: 2 * day, Clear: true, WithParts: 41, Lasted: 50 * day, OldStay: 1},
		},
		"exactly a threshold is beyond it": {
			lots: []lot{{20, 3 * day, 3*day - hour}, {5, 3*day - 1, 2 * day}},
			want: Suggestion{OlderThan: 3 * day, IdleFor: day, Uploads: 20, Bytes: 200, Until: 2 * day, Clear: true, WithParts: 25, Lasted: day - 1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := surveyOf(t, c.lots...).Suggestion
			for _, l := range c.lots {
				c.want.Known += int64(l.n)
			}
			c.want.LeastOf = leastUploads
			if got != c.want {
				t.Errorf("\n got %+v\nwant %+v", got, c.want)
			}
		})
	}
}

// Where something is not known, nothing is suggested.
func TestNoSuggestionFromWhatIsNotKnown(t *testing.T) {
	full := func() *testStore {
		s := &testStore{}
		for range 40 {
			s.add("raw/a", "alice", 40*day, parts(1, 10, 39*day))
		}
		return s
	}
	broken, skewed, unclear := full(), full(), full()
	broken.listErr = fmt.Errorf("503 SlowDown")
	skewed.date = now().Add(-6 * time.Minute)
	for id, p := range unclear.parts {
		p.TimeUnknown = true
		unclear.parts[id] = p
	}
	few := full()
	few.uploads = few.uploads[:19]
	for name, c := range map[string]struct {
		store *testStore
		limit int64
		want  Lack
	}{
		"nothing is lacking": {full(), 100, ""},
		"broken off":         {broken, 100, LackWhole},
		"clocks":             {skewed, 100, LackClock},
		"no parts":           {full(), 0, LackParts},
		"few parts":          {full(), 19, LackUploads},
		"few uploads":        {few, 100, LackUploads},
		"no times":           {unclear, 100, LackUploads},
		"nothing":            {&testStore{}, 100, LackUploads},
	} {
		got := take(t, c.store, Options{PartsLimit: c.limit}).Suggestion
		if got.Lack != c.want || (c.want != "") != (got.OlderThan == 0 && got.IdleFor == 0) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// Whatever lies there, no threshold is below its floor, and the uploads that are said
// to go are those that a rule with these thresholds finds stale.
func TestSuggestion_CountsWhatARuleWouldAbort(t *testing.T) {
	suggested := 0
	rapid.Check(t, func(rt *rapid.T) {
		s := &testStore{}
		longest := rapid.SampledFrom([]int{100, 300, 1000}).Draw(rt, "longest") // an upload that lasted for long leaves nothing to suggest
		hours := func(label string) time.Duration {
			return time.Duration(rapid.IntRange(-2, longest).Draw(rt, label)) * time.Hour
		}
		if rapid.Bool().Draw(rt, "many") {
			for n := range 30 {
				s.add("raw/many", "alice", 40*day+time.Duration(n)*time.Hour, parts(1, 7, 40*day))
			}
		}
		for range rapid.IntRange(0, 80).Draw(rt, "uploads") {
			p := parts(rapid.IntRange(0, 2).Draw(rt, "parts"), rapid.Int64Range(0, 99).Draw(rt, "bytes"), hours("idle"))
			p.Unreadable = rapid.IntRange(0, 9).Draw(rt, "unreadable") == 0
			p.TimeUnknown = rapid.IntRange(0, 9).Draw(rt, "no time") == 0
			s.add(rapid.SampledFrom([]string{"raw/a", "raw/../a", "raw/b"}).Draw(rt, "key"), "alice", hours("age"), p)
		}
		got := take(t, s, Options{PartsLimit: 1000}).Suggestion
		if got.Lack != "" {
			return
		}
		suggested++
		if got.OlderThan < 3*day || got.IdleFor < day || got.OlderThan < got.IdleFor {
			rt.Fatalf("below a floor: %+v", got)
		}
		cfg := &rules.Config{Rules: []rules.Rule{{
			Address: "rule.r", Provider: "ks3", Scan: rules.Scan{Buckets: []string{"media"}, Prefixes: []string{""}},
			Stale: rules.Stale{OlderThan: got.OlderThan, IdleFor: got.IdleFor},
		}}}
		var uploads, bytes int64
		for _, u := range s.uploads {
			u.Provider = "ks3"
			p := s.parts[u.ID]
			if cfg.Decide(&u, &p, now()).Action == rules.Abort {
				uploads++
				bytes += p.Bytes
			}
		}
		if got.Uploads != uploads || got.Bytes != bytes {
			rt.Fatalf("says %d uploads of %d bytes; a rule would abort %d of %d", got.Uploads, got.Bytes, uploads, bytes)
		}
	})
	if suggested == 0 {
		t.Error("no draw led to a suggestion")
	}
}
