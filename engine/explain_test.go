package engine

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"offcut/rules"
)

func explainTest(t testing.TB, s *memStore, cfg *rules.Config, key string) (*Explained, error) {
	t.Helper()
	return Explain(t.Context(), s, cfg, KeyQuestion{Provider: "ks3", Bucket: "media", Key: key}, testOptions(t))
}

func mustExplain(t testing.TB, s *memStore, cfg *rules.Config, key string) *Explained {
	t.Helper()
	x, err := explainTest(t, s, cfg, key)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// What is explained of every upload is what a plan of the same rules makes of it.
func TestExplainSaysWhatThePlanDoes(t *testing.T) {
	hours := func(from, to int) *rapid.Generator[time.Duration] {
		return rapid.Map(rapid.IntRange(from, to), func(h int) time.Duration { return time.Duration(h) * time.Hour })
	}
	keys := []string{"raw/a", "raw/ab", "raw/b", "raw/keep/a", "raw/a.tmp"}
	keepGlob, err := rules.ParseGlob("raw/keep/**")
	if err != nil {
		t.Fatal(err)
	}
	mediaGlob, err := rules.ParseGlob("med*")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		s := newMemStore("media")
		s.identity.CheckCompleted = rapid.Bool().Draw(rt, "check completed")
		s.pageSize = rapid.IntRange(1, 4).Draw(rt, "page size")
		var refs []Ref
		for i, key := range rapid.SliceOfN(rapid.SampledFrom(keys), 1, 8).Draw(rt, "keys") {
			age := hours(-1, 10).Draw(rt, "age")
			ref := s.put("media", key, string(rune('a'+i)), age, hours(0, 10).Draw(rt, "idle"))
			refs = append(refs, ref)
			if rapid.IntRange(0, 3).Draw(rt, "object") == 0 {
				s.hold("media", key, Object{Modified: epoch, ETag: "00000000000000000000000000000000-1"})
			}
			if rapid.IntRange(0, 5).Draw(rt, "time unknown") == 0 {
				s.edit(ref, func(u *memUpload) { u.parts[0].modified = time.Time{} })
			}
		}
		wide, narrow := testRule("wide", "media", "raw/"), testRule("narrow", "media", "raw/a")
		for _, r := range []*rules.Rule{&wide, &narrow} {
			r.Stale = rules.Stale{OlderThan: hours(1, 6).Draw(rt, "older"), IdleFor: hours(1, 6).Draw(rt, "idle for"), MaxLifetime: hours(0, 8).Draw(rt, "lifetime")}
		}
		wide.Scan.Exclude = []rules.Glob{keepGlob}
		cfg := testConfig(wide, narrow)
		if rapid.Bool().Draw(rt, "protected") {
			cfg.Protects = []rules.Protect{{Address: "protect.b", Buckets: []rules.Glob{mediaGlob}, Prefixes: []string{"raw/b"}}}
		}

		opts := testOptions(t)
		opts.RecordKept = true
		plan, err := Build(t.Context(), Stores{"ks3": s}, cfg, opts)
		if err != nil {
			rt.Fatal(err)
		}
		defer closeNow(t, plan)
		planned := map[Ref]rules.Reason{}
		for it, err := range plan.Items() {
			if err != nil {
				rt.Fatal(err)
			}
			planned[refOf(it)] = it.Reason
		}
		for k, err := range plan.KeptItems() {
			if err != nil {
				rt.Fatal(err)
			}
			planned[Ref{Bucket: k.Upload.Bucket, Key: k.Upload.Key, ID: k.Upload.ID}] = k.Reason
		}
		told := map[Ref]bool{}
		for _, key := range keys {
			x := mustExplain(t, s, cfg, key)
			for i := range x.Uploads {
				e := &x.Uploads[i]
				ref := Ref{Bucket: e.Upload.Bucket, Key: e.Upload.Key, ID: e.Upload.ID}
				told[ref] = true
				if e.Verdict.Reason != planned[ref] {
					rt.Fatalf("%v is explained as %+v, and planned as %s", ref, e.Verdict, planned[ref])
				}
				isAbort := e.Verdict.Reason == rules.AbortStale || e.Verdict.Reason == rules.AbortOverLifetime
				if (e.Verdict.Action == rules.Abort) != isAbort {
					rt.Fatalf("%+v", e.Verdict)
				}
			}
		}
		if len(told) != len(refs) {
			rt.Fatalf("%d uploads are told of %d", len(told), len(refs))
		}
	})
}

// Of a key's neighbours nothing is read, and nothing but reading is done.
func TestPromise13_ExplainReadsOneKey(t *testing.T) {
	s := newMemStore("media")
	mine := s.put("media", "raw/a", "u1", 30*day, 20*day)
	s.put("media", "raw/ab", "u2", 30*day, 20*day)
	second := s.put("media", "raw/a", "u3", 30*day, 20*day)
	x := mustExplain(t, s, testConfig(testRule("raw", "media", "raw/")), "raw/a")
	if len(x.Uploads) != 2 || x.Longer != 1 {
		t.Errorf("%+v", x)
	}
	for _, c := range s.log() {
		switch {
		case c.action == "ListBuckets", c.action == "ListUploads" && c.ref.Key == "raw/a":
		case c.action == "ListParts" && (c.ref == mine || c.ref == second):
		default:
			t.Errorf("unexpected request %+v", c)
		}
	}
	one, err := Explain(t.Context(), s, testConfig(testRule("raw", "media", "raw/")),
		KeyQuestion{Provider: "ks3", Bucket: "media", Key: "raw/a", ID: "u3"}, testOptions(t))
	if err != nil || len(one.Uploads) != 1 || one.Uploads[0].Upload.ID != "u3" || one.Others != 1 {
		t.Errorf("%+v %v", one, err)
	}
}

// The beginning of an id is enough where no other upload of the key has it, and an id is
// itself whatever begins with it.
func TestExplainTakesTheBeginningOfAnID(t *testing.T) {
	s := newMemStore("media")
	for _, id := range []string{"5a0c2b77", "5a0c2b77aa", "5a0cff00", "77"} {
		s.put("media", "raw/a", id, 30*day, 20*day)
	}
	s.put("media", "raw/ab", "5a0cff01", 30*day, 20*day) // of another key
	for _, c := range []struct {
		id, want string
		others   int64
	}{{"5a0cf", "5a0cff00", 3}, {"5a0c2b77", "5a0c2b77", 3}, {"7", "77", 3}, {"9", "", 4}} {
		x, err := Explain(t.Context(), s, testConfig(testRule("raw", "media", "raw/")),
			KeyQuestion{Provider: "ks3", Bucket: "media", Key: "raw/a", ID: c.id}, testOptions(t))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, e := range x.Uploads {
			got += e.Upload.ID
		}
		if got != c.want || x.Others != c.others {
			t.Errorf("%q: %q and %d others, want %q and %d", c.id, got, x.Others, c.want, c.others)
		}
	}
	_, err := Explain(t.Context(), s, testConfig(testRule("raw", "media", "raw/")),
		KeyQuestion{Provider: "ks3", Bucket: "media", Key: "raw/a", ID: "5a0c"}, testOptions(t))
	for _, part := range []string{`3 uploads of the key have an id that begins with "5a0c":`, `"5a0c2b77" of `, `"5a0c2b77aa" of `, `"5a0cff00" of `, "Give more of the id."} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%v does not say %q", err, part)
		}
	}
}

// What a plan does not trust, explain does not explain.
func TestExplainMistrustsAsAPlanDoes(t *testing.T) {
	owned := testConfig(testRule("raw", "media", "raw/"))
	owned.Providers[0].AllowedAccounts = []string{"7"}
	page := func(change func(*UploadPage)) func(*memStore) {
		return func(s *memStore) {
			s.onPage = func(_, _ string, _ int, p *UploadPage) error { change(p); return nil }
		}
	}
	for name, c := range map[string]struct {
		cfg  *rules.Config
		lie  func(*memStore)
		want string
	}{
		"another bucket's upload": {nil, page(func(p *UploadPage) { p.Uploads[0].Bucket = "other" }), `an upload of bucket "other"`},
		"another prefix":          {nil, page(func(p *UploadPage) { p.Uploads[0].Key = "x" }), "a key outside the prefix"},
		"no id":                   {nil, page(func(p *UploadPage) { p.Uploads[0].ID = "" }), "no key or no id"},
		"no Date":                 {nil, page(func(p *UploadPage) { p.Date = time.Time{} }), "no readable Date header"},
		"a clock that is wrong":   {nil, page(func(p *UploadPage) { p.Date = p.Date.Add(time.Hour) }), "they are 1h0m0s apart"},
		"a listing that breaks off": {nil, func(s *memStore) {
			s.pageSize = 1
			s.onPage = func(_, _ string, n int, _ *UploadPage) error {
				if n == 2 {
					return errors.New("broken off")
				}
				return nil
			}
		}, "broken off"},
		"no such bucket":                   {nil, func(s *memStore) { delete(s.buckets, "media") }, "bucket media is not on the account's bucket list (which has other)"},
		"another account's":                {owned, func(*memStore) {}, `allows only "7"`},
		"a list refused, accounts allowed": {owned, func(s *memStore) { s.onListBuckets = func() error { return ErrAccessDenied } }, "which account its buckets belong to is not known"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newMemStore("media", "other")
			s.put("media", "raw/a", "u1", 30*day, 20*day)
			s.put("media", "raw/a", "u2", 30*day, 20*day)
			c.lie(s)
			if c.cfg == nil {
				c.cfg = testConfig(testRule("raw", "media", "raw/"))
			}
			if _, err := explainTest(t, s, c.cfg, "raw/a"); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

// A key without an upload is no error: the rules' standing to it is told.
func TestExplainAKeyWithoutUploads(t *testing.T) {
	s := newMemStore("media")
	x := mustExplain(t, s, testConfig(testRule("raw", "media", "raw/"), testRule("tmp", "media", "tmp/")), "raw/none")
	if len(x.Uploads) != 0 || len(x.Coverage.Rules) != 2 {
		t.Fatalf("%+v", x)
	}
	if got := x.Coverage.Rules[0].Standing; got != rules.Decides {
		t.Errorf("rule.raw: %s", got)
	}
	if got := x.Coverage.Rules[1].Standing; got != rules.NoPrefix {
		t.Errorf("rule.tmp: %s", got)
	}
}

// An upload that is gone when its parts are asked for is kept, and it is said why.
func TestExplainPartsThatCannotBeRead(t *testing.T) {
	s := newMemStore("media")
	s.put("media", "raw/a", "u1", 30*day, 20*day)
	s.onListParts = func(Ref) error { return ErrNoSuchUpload }
	x := mustExplain(t, s, testConfig(testRule("raw", "media", "raw/")), "raw/a")
	e := x.Uploads[0]
	if e.Verdict.Reason != rules.KeepPartsUnreadable || !errors.Is(e.Trouble, ErrNoSuchUpload) {
		t.Errorf("%+v", e)
	}
}
