package switches

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func board(t *testing.T, s Set) *Board {
	t.Helper()
	b, err := NewBoard(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What was seen on servers when they were run, in the words of the switches.
func TestProfilesAreWhatWasSeen(t *testing.T) {
	want := map[string]string{
		"minio":     `{"order":"upload-id","paging":"one-page","prefix":"exact-key","after_restart":"forgets","storage_class":"empty","people":"empty","second_abort":"204","unknown_abort":"204"}`,
		"versitygw": `{"id_marker":"refused","url_encoding":"ignored","initiated":"moves","people":"empty"}`,
		"seaweedfs": `{"order":"upload-id","paging":"uncapped","next_markers":"id-only","full_last_page":"truncated","url_encoding":"echoed","initiated":"missing","list_parts_of_gone":"empty","second_abort":"204"}`,
		"moto":      `{"order":"created","paging":"one-page","control_characters":"raw","initiated":"2010","abort_by_id":"any-key"}`,
		"gofakes3":  `{"next_markers":"first-of-next","no_uploads":"404"}`,
	}
	if len(Profiles()) != len(want) || !slices.IsSorted(Profiles()) {
		t.Errorf("profiles: %q", Profiles())
	}
	for name, quirks := range want {
		got, err := json.Marshal(board(t, Set{Profile: name}).Set().Quirks)
		if err != nil || string(got) != quirks {
			t.Errorf("%s: %s, %v\nwant %s", name, got, err, quirks)
		}
		if err := Check(Set{Quirks: profiles()[name]}); err != nil {
			t.Errorf("%s has a quirk that can't be set: %v", name, err)
		}
	}
}

func TestWhatIsSetBesideAProfileWins(t *testing.T) {
	b := board(t, Set{Profile: "minio", Quirks: Quirks{Paging: "uncapped", UnknownAbort: AsKS3, Date: "-7m"}})
	q := b.Set().Quirks
	if q.Paging != "uncapped" || q.UnknownAbort != "" || q.SecondAbort != "204" || q.DateOffset() != -7*time.Minute {
		t.Errorf("in effect: %+v", q)
	}
	if a := b.State().Asked; a.UnknownAbort != AsKS3 || a.SecondAbort != "" || a.Profile != "minio" {
		t.Errorf("as it was given: %+v", a)
	}
}

// Every quirk but the date lists its values; one without would take any text.
func TestEveryQuirkListsItsValues(t *testing.T) {
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Quirks]()) {
		if f.Tag.Get("values") == "" && f.Name != "Date" {
			t.Errorf("%s lists no values", f.Name)
		}
		if nameOf(f) == "" || f.Type.Kind() != reflect.String {
			t.Errorf("%s: %s %s", f.Name, f.Type, f.Tag)
		}
	}
}

func TestMistakes(t *testing.T) {
	fault := func(f Fault) Set {
		if f.Action == "" {
			f.Action = "ListParts"
		}
		return Set{Faults: []Fault{{Action: "*", Cut: true}, f}}
	}
	tests := []struct {
		set  Set
		want string
	}{
		{Set{Profile: "ceph"}, `profile: "ceph" is not known; there is "gofakes3", "minio", "moto", "seaweedfs", "versitygw"`},
		{Set{Quirks: Quirks{SecondAbort: "200"}}, `second_abort: "200" is not known; there is "204", "ks3"`},
		{Set{Quirks: Quirks{Date: "soon"}}, `date: "soon"`},
		{Set{Quirks: Quirks{Date: "--7m"}}, `date: "--7m"`},
		{Set{Quirks: Quirks{Date: "4000d"}}, "ten years"},
		{Set{Faults: make([]Fault, maxFaults+1)}, "faults: 101"},
		{Set{Faults: []Fault{{Cut: true}}}, "faults[0].action: is missing"},
		{fault(Fault{Action: "AbortUpload", Cut: true}), `faults[1].action: "AbortUpload" is not known`},
		{fault(Fault{}), "faults[1].delay: the fault does nothing"},
		{fault(Fault{Cut: true, Key: strings.Repeat("k", 1025)}), "faults[1].key: has 1025 bytes"},
		{fault(Fault{Cut: true, Every: -1}), "faults[1].every: -1"},
		{fault(Fault{Cut: true, Skip: -1}), "faults[1].skip: -1"},
		{fault(Fault{Cut: true, Times: math.MaxInt}), "faults[1].times"},
		{fault(Fault{Cut: true, Probability: math.NaN()}), "faults[1].probability: NaN"},
		{fault(Fault{Cut: true, Probability: 1.1}), "faults[1].probability: 1.1"},
		{fault(Fault{Cut: true, Probability: 0.5, Every: 2}), "faults[1].probability: every"},
		{fault(Fault{Cut: true, When: "later"}), `faults[1].when: "later"`},
		{fault(Fault{Body: "empty"}), `faults[1].body: "empty" is not known; there is "garbage", "truncated"`},
		{fault(Fault{Delay: Duration(2 * time.Hour)}), "faults[1].delay: 2h"},
		{fault(Fault{Delay: -1}), "faults[1].delay: -1ns"},
		{fault(Fault{Cut: true, Status: 503}), "faults[1].cut"},
		{fault(Fault{Body: "truncated", Status: 503}), "faults[1].status: a truncated"},
		{fault(Fault{Body: "truncated", When: "before"}), "faults[1].when"},
		{fault(Fault{Status: 200}), "faults[1].status: 200: 300..599"},
		{fault(Fault{Status: 304}), "faults[1].status: 304"},
		{fault(Fault{Cut: true, Code: "SlowDown"}), "faults[1].code"},
		{fault(Fault{Status: 503, Code: "<Slow>"}), "faults[1].code"},
		{fault(Fault{Body: "garbage", Status: 502, Message: "m"}), "faults[1].message"},
		{fault(Fault{Status: 500, Message: "\xff"}), "faults[1].message: is no UTF-8"},
		{fault(Fault{Cut: true, RetryAfter: Duration(time.Second)}), "faults[1].retry_after"},
		{fault(Fault{Status: 503, RetryAfter: Duration(time.Millisecond)}), "faults[1].retry_after: 1ms"},
		{fault(Fault{Status: 503, Location: "http://h"}), "faults[1].location: is of a redirect"},
		{fault(Fault{Status: 307, Location: "h:1"}), "faults[1].location"},
		{Set{Rate: Rate{RequestsPerSecond: math.Inf(1)}}, "rate_limit.requests_per_second: +Inf"},
		{Set{Rate: Rate{RequestsPerSecond: 1, Burst: -1}}, "rate_limit.burst: -1"},
		{Set{Rate: Rate{Burst: 5}}, "rate_limit.requests_per_second: is missing"},
	}
	for _, tt := range tests {
		b := board(t, Set{Profile: "moto"})
		err := b.Replace(tt.set)
		var found Mistakes
		if !errors.As(err, &found) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v, want %q", err, tt.want)
		}
		if b.Set().Profile != "moto" {
			t.Errorf("%q was put on", tt.want)
		}
	}
	both := Check(Set{Profile: "a", Quirks: Quirks{Order: "b"}, Rate: Rate{Burst: -1}})
	if lines := strings.Split(both.Error(), "\n"); len(lines) != 4 {
		t.Errorf("not every mistake at once: %q", lines)
	}
}

// strikesOf asks n times and writes x for a strike.
func strikesOf(b *Board, n int) string {
	var out strings.Builder
	for range n {
		if _, ok := b.Strike("ListParts", "b", "k"); ok {
			out.WriteByte('x')
		} else {
			out.WriteByte('.')
		}
	}
	return out.String()
}

func TestFaultsCount(t *testing.T) {
	for want, f := range map[string]Fault{
		"xxxxxxxx":  {},
		"..x..x..":  {Every: 3},
		"...x.x.x":  {Every: 2, Skip: 2},
		"..xx....":  {Skip: 2, Times: 2},
		"..x..x...": {Every: 3, Times: 2},
		"xxxxxxxxx": {Probability: 1},
	} {
		f.Action, f.Cut = "ListParts", true
		b := board(t, Set{Faults: []Fault{f}})
		if got := strikesOf(b, len(want)); got != want || b.State().Strikes[0] != strings.Count(want, "x") {
			t.Errorf("%+v: %s (%v), want %s", f, got, b.State().Strikes, want)
		}
		if err := b.Replace(b.State().Asked); err != nil || b.State().Strikes[0] != 0 {
			t.Errorf("counts live on: %v, %v", b.State().Strikes, err)
		}
		if got := strikesOf(b, len(want)); got != want {
			t.Errorf("%+v, put on again: %s, want %s", f, got, want)
		}
	}
}

func TestADrillCanBeRepeated(t *testing.T) {
	set := Set{Seed: 7, Faults: []Fault{{Action: "ListParts", Probability: 0.3, Cut: true}}}
	first := strikesOf(board(t, set), 400)
	if again := strikesOf(board(t, set), 400); again != first {
		t.Errorf("the same seed struck differently:\n%s\n%s", first, again)
	}
	if n := strings.Count(first, "x"); n < 80 || n > 160 {
		t.Errorf("a probability of 0.3 struck %d of 400", n)
	}
	// Other requests, and faults that meet them, don't move the strikes.
	set.Faults = append(set.Faults, Fault{Action: "GetObject", Probability: 0.5, Cut: true})
	b := board(t, set)
	var got strings.Builder
	for range 400 {
		b.Strike("GetObject", "b", "k")
		got.WriteString(strikesOf(b, 1))
	}
	if got.String() != first {
		t.Error("requests of another action moved the strikes")
	}
	set.Seed++
	if other := strikesOf(board(t, set), 400); other == first {
		t.Error("another seed struck the same requests")
	}
}

func TestTheFirstFaultThatStrikesWins(t *testing.T) {
	b := board(t, Set{Faults: []Fault{
		{Action: "ListParts", Bucket: "other", Status: 500},
		{Action: "ListParts", Every: 2, Status: 501},
		{Action: "*", Key: "k*", Status: 503},
	}})
	var got []int
	for range 4 {
		f, _ := b.Strike("ListParts", "b", "key")
		got = append(got, f.Status)
	}
	if !slices.Equal(got, []int{503, 501, 503, 501}) || !slices.Equal(b.State().Strikes, []int{0, 2, 2}) {
		t.Errorf("struck %d, counts %d", got, b.State().Strikes)
	}
	if f, ok := b.Strike("ListObjects", "b", ""); ok {
		t.Errorf("a request without the key was struck by %+v", f)
	}
}

func TestKeyPatterns(t *testing.T) {
	for _, tt := range []struct {
		pattern, key string
		want         bool
	}{
		{"k", "k", true}, {"k", "kk", false}, {"*", "", true}, {"*", "a/b\x00\xff", true}, {"raw/*", "raw/", true},
		{"raw/*", "raw", false}, {"*.mp4", "a.mp4", true}, {"*.mp4", "a.mp4x", false}, {"a*a", "a", false}, {"a*a", "aa", true},
		{"a*b*c", "aXbXc", true}, {"a*b*c", "acb", false}, {"a**c", "abc", true}, {"*ab*ab", "ab", false}, {"*ab*ab", "abab", true},
		{"[a]?", "[a]?", true}, {"[a]?", "aa", false},
		{strings.Repeat("a*", 512), strings.Repeat("a", 511), false},
	} {
		if got := matchKey(tt.pattern, tt.key); got != tt.want {
			t.Errorf("%.20s matches %.20q: %v", tt.pattern, tt.key, got)
		}
	}
}

func TestRateLimit(t *testing.T) {
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		name  string
		rate  Rate
		after []time.Duration // of each request, since the start
		want  string
	}{
		{"no limit", Rate{}, make([]time.Duration, 5), "+++++"},
		{"one at once", Rate{RequestsPerSecond: 1}, []time.Duration{0, 0, 999 * time.Millisecond, time.Second, time.Second}, "+--+-"},
		{"a burst", Rate{RequestsPerSecond: 2, Burst: 3}, []time.Duration{0, 0, 0, 0, time.Second, time.Second, time.Second}, "+++-++-"},
		{"no more than a burst", Rate{RequestsPerSecond: 10, Burst: 2}, []time.Duration{0, time.Hour, time.Hour, time.Hour}, "+++-"},
		{"the refused don't count", Rate{RequestsPerSecond: 1}, []time.Duration{0, 0, 0, 0, time.Second}, "+---+"},
		{"the refused count", Rate{RequestsPerSecond: 1, CountRefused: true}, []time.Duration{0, 0, 0, 0, time.Second, 4 * time.Second}, "+----+"},
		{"a debt is paid by rest", Rate{RequestsPerSecond: 1, CountRefused: true}, append(make([]time.Duration, 1000), 2*time.Second), "+" + strings.Repeat("-", 999) + "+"},
		{"a clock that goes back", Rate{RequestsPerSecond: 1}, []time.Duration{time.Second, 0, time.Second, 2 * time.Second}, "+--+"},
	}
	for _, tt := range tests {
		b := board(t, Set{Rate: tt.rate})
		var got strings.Builder
		for _, at := range tt.after {
			if b.Admit(start.Add(at)) {
				got.WriteByte('+')
			} else {
				got.WriteByte('-')
			}
		}
		if got.String() != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got.String(), tt.want)
		}
	}
}

func TestJSONIsReadStrictly(t *testing.T) {
	tests := []struct{ src, want string }{
		{`[]`, "switches: []: an object"},
		{`null`, "switches: null: an object"},
		{`{"second_abrot":"204","Order":"x","faults":[{"action":"*","cut":true,"often":1}]}`, "Order: is not known"},
		{`{"second_abrot":"204","faults":[{"action":"*","cut":true,"often":1}]}`, "faults[0].often: is not known"},
		{`{"second_abort":204}`, "second_abort: 204: a text in quotes is needed"},
		{`{"seed":-1}`, "seed: -1: a whole number"},
		{`{"faults":{}}`, "faults: {}: a list"},
		{`{"faults":[1]}`, "faults[0]: 1: an object"},
		{`{"faults":[{"action":"*","delay":5}]}`, `faults[0].delay: 5: a duration in quotes`},
		{`{"faults":[{"action":"*","delay":"5"}]}`, `faults[0].delay: "5": a duration in quotes`},
		{`{"faults":[{"action":"*","cut":1}]}`, "faults[0].cut: 1: true or false"},
		{`{"faults":[{"action":"*","every":1.5,"cut":true}]}`, "faults[0].every: 1.5: a whole number"},
		{`{"rate_limit":{"requests_per_second":"1"}}`, `rate_limit.requests_per_second: "1": a number`},
		{`{"rate_limit":7}`, "rate_limit: 7: an object"},
		{`{"faults":[` + strings.Repeat("{},", 200) + `{}]}`, "faults: 201"},
		{`{"profile":"minio","order":null,"faults":[{"action":"*","status":503,"retry_after":"1d"}],"rate_limit":{"requests_per_second":0.5}}`, ""},
	}
	for _, tt := range tests {
		var s Set
		err := json.Unmarshal([]byte(tt.src), &s)
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%.80s: %v, want %q", tt.src, err, tt.want)
		}
	}
	var s Set
	err := json.Unmarshal([]byte(`{"profile":"x","faults":[{"action":1,"delay":"1s"}],"date":"x"}`), &s)
	if err == nil || strings.Count(err.Error(), "\n") != 2 || strings.Contains(err.Error(), "missing") {
		t.Errorf("not each mistake once: %v", err)
	}
}

func TestMergeChangesWhatItNames(t *testing.T) {
	set := Set{
		Profile: "moto", Quirks: Quirks{Order: "created"}, Seed: math.MaxUint64,
		Faults: []Fault{{Action: "*", Delay: Duration(36 * time.Hour / 100), Status: 500}},
		Rate:   Rate{RequestsPerSecond: 5, Burst: 2},
	}
	for patch, want := range map[string]string{
		`{}`:                                `{"profile":"moto","seed":18446744073709551615,"order":"created","faults":[{"action":"*","delay":"21m36s","status":500}],"rate_limit":{"requests_per_second":5,"burst":2}}`,
		`{"profile":null,"order":null}`:     `{"seed":18446744073709551615,"faults":[{"action":"*","delay":"21m36s","status":500}],"rate_limit":{"requests_per_second":5,"burst":2}}`,
		`{"faults":null,"rate_limit":null}`: `{"profile":"moto","seed":18446744073709551615,"order":"created"}`,
		`{"faults":[{"action":"*","cut":true}],"rate_limit":{"burst":null}}`: `{"profile":"moto","seed":18446744073709551615,"order":"created","faults":[{"action":"*","cut":true}],"rate_limit":{"requests_per_second":5}}`,
	} {
		got, err := Merge(set, []byte(patch))
		text, _ := json.Marshal(got)
		if err != nil || string(text) != want {
			t.Errorf("%s: %s, %v\nwant %s", patch, text, err, want)
		}
	}
	for _, patch := range []string{``, `null`, `[]`, `1`, `{"rate_limit":5}`, `{"colour":"red"}`, `{"rate_limit":{"requests_per_second":null}}`} {
		if got, err := Merge(set, []byte(patch)); err == nil {
			t.Errorf("%s: %+v", patch, got)
		}
	}
}

func FuzzSets(f *testing.F) {
	for _, src := range []string{
		`{}`, `null`, `{"profile":"minio","second_abort":"ks3"}`, `{"seed":7,"date":"-7m","order":"created"}`,
		`{"faults":[{"action":"AbortMultipartUpload","bucket":"b","key":"raw/*","every":3,"status":503,"retry_after":"1m"}]}`,
		`{"faults":[{"action":"*","probability":0.25,"skip":1,"times":2,"body":"garbage","when":"after","delay":"1d2h"}]}`,
		`{"rate_limit":{"requests_per_second":0.5,"burst":3,"count_refused":true}}`,
		`{"faults":[{"action":"ListParts","status":307,"location":"http://127.0.0.1:9002","code":"A","message":"<"}]}`,
		`{"faults":[[]],"rate_limit":null,"x":{"y":1}}`,
	} {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		var s Set
		if err := json.Unmarshal(src, &s); err != nil {
			return
		}
		b, err := NewBoard(s)
		if err != nil {
			t.Fatalf("%s was read and can't be put on: %v", src, err)
		}
		text, err := json.Marshal(b.State().Asked)
		if err != nil {
			t.Fatal(err)
		}
		var again Set
		if err := json.Unmarshal(text, &again); err != nil {
			t.Fatalf("%s is written as %s: %v", src, text, err)
		}
		if second, err := json.Marshal(again); err != nil || string(second) != string(text) {
			t.Fatalf("%s is written as %s, then as %s", src, text, second)
		}
		b.Strike("ListParts", "b", "raw/k")
		b.Admit(time.Unix(0, 0))
	})
}
