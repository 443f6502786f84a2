package emulator

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"offcut/engine/emulator/switches"
)

func TestAgeMovesStamps(t *testing.T) {
	s := openAt(t, testNow())
	id := initiate(t, s, "/k")
	putPart(t, s, "/k", id, 1, "data")
	err := s.Seed(t.Context(), func(yield func(SeedUpload) bool) {
		_ = yield(SeedUpload{Bucket: "my-bucket", Key: "k", ID: "second", Parts: []SeedPart{{1, 1, 0}, {2, 1, time.Hour}}}) &&
			yield(SeedUpload{Bucket: "my-bucket", Key: "k2", ID: "other"}) &&
			yield(SeedUpload{Bucket: "my-bucket2", Key: "k", ID: "other"})
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		filter AgeFilter
		want   int
	}{
		{AgeFilter{Bucket: "my-bucket", Key: "k"}, 2},
		{AgeFilter{Bucket: "my-bucket", Key: "k", UploadID: "second"}, 1},
		{AgeFilter{Bucket: "my-bucket"}, 4},
		{AgeFilter{Key: "k"}, 3},
		{AgeFilter{UploadID: "other"}, 2},
		{AgeFilter{}, 5},
		{AgeFilter{Bucket: "no-bucket"}, 0},
		{AgeFilter{Bucket: "my-bucket", Key: "none"}, 0},
	} {
		if n, err := s.Age(tt.filter, 0); n != tt.want || err != nil {
			t.Errorf("%+v matches %d uploads (%v), want %d", tt.filter, n, err, tt.want)
		}
	}
	if _, err := s.Age(AgeFilter{}, -time.Second); err == nil {
		t.Error("stamps moved forward")
	}
	for _, f := range []AgeFilter{{Bucket: "my-bucket", Key: "k"}, {UploadID: "second"}} {
		if _, err := s.Age(f, 36*time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	list := signed(t, s, "GET /?uploads", bucketHost, "").Body.String()
	for _, want := range []string{
		"<Key>k</Key><UploadId>" + id + "</UploadId>%<Initiated>2026-02-28T00:00:00.000Z<",
		"<Key>k</Key><UploadId>second</UploadId>%<Initiated>2026-02-26T12:00:00.000Z<",
		"<Key>k2</Key><UploadId>other</UploadId>%<Initiated>2026-03-01T12:00:00.000Z<",
	} {
		before, after, _ := strings.Cut(want, "%")
		_, rest, _ := strings.Cut(list, before)
		entry, _, _ := strings.Cut(rest, "</Upload>")
		if !strings.Contains(entry, after) {
			t.Errorf("%s: %s", want, list)
		}
	}
	parts := signed(t, s, "GET /k?uploadId="+id, bucketHost, "").Body.String()
	if !strings.Contains(parts, "<LastModified>2026-02-28T00:00:00.000Z<") {
		t.Errorf("a part with bytes: %s", parts)
	}
	parts = signed(t, s, "GET /k?uploadId=second", bucketHost, "").Body.String()
	if !strings.Contains(parts, "<LastModified>2026-02-26T12:00:00.000Z<") || !strings.Contains(parts, "<LastModified>2026-02-26T11:00:00.000Z<") {
		t.Errorf("seeded parts: %s", parts)
	}
}

// More uploads than one transaction looks at.
func TestAgeGoesOnOverTransactions(t *testing.T) {
	s := openAt(t, testNow())
	const n = 2*ageBatch + 500
	err := s.Seed(t.Context(), func(yield func(SeedUpload) bool) {
		for i := range n {
			if !yield(SeedUpload{Bucket: "many", Key: fmt.Sprint(i)}) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := s.Age(AgeFilter{Bucket: "many"}, time.Hour); got != n || err != nil {
		t.Errorf("aged %d of %d, %v", got, n, err)
	}
	body := signed(t, s, "GET /many?uploads", "localhost", "").Body.String()
	if strings.Count(body, "<Initiated>2026-03-01T11:00:00.000Z<") != 1000 {
		t.Errorf("not every upload of a page was moved once")
	}
}

func TestAgeByHTTP(t *testing.T) {
	tests := []struct {
		method, body string
		status       int
		has          string
	}{
		{"POST", `{"bucket":"my-bucket","key":"dir/my video.mp4","upload_id":"` + vectorID + `","by":"36h"}`, 200, `{"uploads":1}`},
		{"POST", `{"by":"1w2d12h30m"}`, 200, `{"uploads":1}`},
		{"POST", `{"by":"1.5d"}`, 200, `{"uploads":1}`},
		{"POST", `{"key":"none","by":"7d"}`, 200, `{"uploads":0}`},
		{"POST", ``, 400, "error"},
		{"POST", `{}`, 400, "by"},
		{"POST", `{"by":"7d","keys":"x"}`, 400, "keys"},
		{"POST", `{"by":"7d"} {}`, 400, "follows"},
		{"POST", `{"by":7}`, 400, "error"},
		{"POST", `{"by":"-1h"}`, 400, "1d12h"},
		{"POST", `{"by":"7"}`, 400, "1d12h"},
		{"POST", `{"by":"d"}`, 400, "1d12h"},
		{"POST", `{"by":"7d "}`, 400, "1d12h"},
		{"POST", `{"by":"999999w"}`, 400, "290 years"},
		{"POST", `{"by":"200000d200000d"}`, 400, "290 years"},
		{"POST", strings.Repeat(" ", maxAdminBody+1), 400, "too large"},
		{"GET", ``, 405, ""},
	}
	for _, tt := range tests {
		s := openAt(t, testNow())
		w := httptest.NewRecorder()
		s.Admin().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), tt.method, "http://127.0.0.1:9001/-/age", strings.NewReader(tt.body)))
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.has) {
			t.Errorf("%s %.60s: %d %s, want %d with %q", tt.method, tt.body, w.Code, w.Body, tt.status, tt.has)
		}
		list := signed(t, s, "GET /?uploads", bucketHost, "").Body.String()
		if moved := !strings.Contains(list, "2026-03-01T11:00:00.000Z"); moved != strings.Contains(w.Body.String(), `"uploads":1`) {
			t.Errorf("%.60s: %s", tt.body, list)
		}
	}
}

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0s": 0, "90m": 90 * time.Minute, "36h": 36 * time.Hour, "7d": 168 * time.Hour, "2w": 336 * time.Hour,
		"1d12h": 36 * time.Hour, "1.5h": 90 * time.Minute, "0.5d": 12 * time.Hour, "1ms": time.Millisecond,
	} {
		if got, err := switches.ParseDuration(text); got != want || err != nil {
			t.Errorf("%s: %s, %v", text, got, err)
		}
	}
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "100": 100, "5B": 5, "1KB": 1000, "64MiB": 64 << 20, "1.5GiB": 3 << 29, "2 TB": 2e12, "5TiB": 5 << 40,
	} {
		if got, err := parseSize(text); got != want || err != nil {
			t.Errorf("%s: %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "MiB", "-1", "nan", "inf", "NaNMiB", "1XB", "1mib", "99999999TiB", "0x10", "1e3"} {
		if got, err := parseSize(text); err == nil {
			t.Errorf("%q is %d", text, got)
		}
	}
}

// ask calls the admin port as a client on this machine does.
func ask(t *testing.T, s *Server, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "http://127.0.0.1:9001"+path, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
			continue
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.Admin().ServeHTTP(w, r)
	return w
}

func TestTheAdminPortTurnsSwitches(t *testing.T) {
	s := openAt(t, testNow())
	steps := []struct {
		method, body string
		status       int
		want         string
	}{
		{"GET", ``, 200, `{"in_effect":{},"strikes":[],"switches":{}}`},
		{"PUT", `{"profile":"gofakes3","faults":[{"action":"ListParts","status":503}]}`, 200,
			`{"in_effect":{"next_markers":"first-of-next","no_uploads":"404"},"strikes":[0],"switches":{"profile":"gofakes3","faults":[{"action":"ListParts","status":503}]}}`},
		{"PATCH", `{"no_uploads":"ks3","seed":3}`, 200,
			`{"in_effect":{"next_markers":"first-of-next"},"strikes":[0],"switches":{"profile":"gofakes3","seed":3,"no_uploads":"ks3","faults":[{"action":"ListParts","status":503}]}}`},
		{"PATCH", `{"profile":null,"no_uploads":null,"seed":null}`, 200, `{"in_effect":{},"strikes":[0],"switches":{"faults":[{"action":"ListParts","status":503}]}}`},
		{"PATCH", `{"profile":"x","faults":[{"action":"y"}]}`, 400, `{"error":"profile: \"x\" is not known; there is`},
		{"PATCH", `{"profile":"x","faults":[{"action":"y","cut":true}]}`, 400, `faults[0].action: \"y\"`},
		{"PUT", ``, 400, `error`},
		{"PUT", `{} {}`, 400, `error`},
		{"PUT", strings.Repeat(" ", maxAdminBody+1), 400, "too large"},
		{"DELETE", `{}`, 400, "no body"},
		{"GET", ``, 200, `{"in_effect":{},"strikes":[0],"switches":{"faults":[{"action":"ListParts","status":503}]}}`},
		{"DELETE", ``, 200, `{"in_effect":{},"strikes":[],"switches":{}}`},
		{"POST", `{}`, 405, ``},
	}
	for _, step := range steps {
		w := ask(t, s, step.method, "/-/switches", step.body)
		if w.Code != step.status || !strings.Contains(w.Body.String(), step.want) {
			t.Errorf("%s %.80s: %d %s\nwant %d with %s", step.method, step.body, w.Code, w.Body, step.status, step.want)
		}
	}
}

func TestPagesFromElsewhereTurnNothing(t *testing.T) {
	tests := []struct {
		name    string
		headers []string
		status  int
	}{
		{"curl", []string{"Content-Type", "application/x-www-form-urlencoded"}, 200},
		{"by name", []string{"Host", "localhost:9001"}, 200},
		{"by an address of the other family", []string{"Host", "[::1]:9001"}, 200},
		{"a page of the port itself", []string{"Origin", "http://127.0.0.1:9001", "Sec-Fetch-Site", "same-origin"}, 200},
		{"a form on another site", []string{"Origin", "https://evil.example", "Content-Type", "text/plain"}, 403},
		{"a sandboxed page", []string{"Origin", "null"}, 403},
		{"another port of this machine", []string{"Origin", "http://127.0.0.1:8080"}, 403},
		{"an image on another site", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"another server of the site", []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"a name that points here", []string{"Host", "evil.example:9001", "Origin", "http://evil.example:9001"}, 403},
		{"a name that looks like an address", []string{"Host", "127.0.0.1.evil.example"}, 403},
	}
	for _, tt := range tests {
		s := openAt(t, testNow())
		for _, call := range [][3]string{{"PUT", "/-/switches", `{"profile":"moto"}`}, {"POST", "/-/age", `{"by":"1h"}`}} {
			if w := ask(t, s, call[0], call[1], call[2], tt.headers...); w.Code != tt.status {
				t.Errorf("%s, %s: %d %s, want %d", tt.name, call[1], w.Code, w.Body, tt.status)
			}
		}
		if on := s.board.Set().Profile != ""; on != (tt.status == 200) {
			t.Errorf("%s: switched: %v", tt.name, on)
		}
	}
}
