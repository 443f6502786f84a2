package emulator

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"offcut/engine/emulator/switches"
	"offcut/engine/ks3"
)

// A drill is a server on a socket, with its log, and a client that tries
// everything once.
type drill struct {
	*testing.T
	s       *Server
	address string
	log     chan Access
	client  http.Client
}

func newDrill(t *testing.T) *drill {
	d := &drill{T: t, s: openAt(t, testNow()), log: make(chan Access, 100)}
	d.address = overSocket(t, d.s)
	d.s.access = func(a Access) { d.log <- a }
	d.client.Transport = &http.Transport{DisableKeepAlives: true}
	d.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return d
}

// have makes the fixtures without faults, and forgets their log.
func (d *drill) have(make func()) {
	access := d.s.access
	d.s.access = nil
	make()
	d.s.access = access
}

func (d *drill) on(set switches.Set) {
	d.Helper()
	if err := d.s.board.Replace(set); err != nil {
		d.Fatal(err)
	}
}

func (d *drill) request(ctx context.Context, line string) *http.Request {
	method, target, _ := strings.Cut(line, " ")
	r, err := http.NewRequestWithContext(ctx, method, "http://"+d.address+target, nil)
	if err != nil {
		d.Fatal(err)
	}
	r.Host = bucketHost
	date := ks3.FormatDate(d.s.now())
	r.Header.Set("Date", date)
	path, _, _ := strings.Cut(target, "?")
	resource := ks3.ResourceV2("my-bucket", true, path, r.URL.Query())
	r.Header.Set("Authorization", "KSS "+vectorKey+":"+ks3.SignV2(vectorSecret, method+"\n\n\n"+date+"\n"+resource))
	return r
}

// outcome is what a client got of one request, and what the log says of it.
type outcome struct {
	*http.Response
	body string
	err  error // of the exchange or of reading the body
	log  Access
}

func (d *drill) try(line string) outcome {
	d.Helper()
	var o outcome
	if o.Response, o.err = d.client.Do(d.request(d.Context(), line)); o.err == nil {
		var body []byte
		body, o.err = io.ReadAll(o.Body)
		o.body = string(body)
		o.Body.Close() //nolint:errcheck // It was read to its end.
	}
	o.log = <-d.log
	return o
}

func fault(f switches.Fault) switches.Set {
	if f.Action == "" {
		f.Action = switches.AnyAction
	}
	return switches.Set{Faults: []switches.Fault{f}}
}

// errorCode is the code of an error's body.
func errorCode(t *testing.T, body string) string {
	t.Helper()
	var e struct{ Code, Message, Resource, RequestId string }
	if err := xml.Unmarshal([]byte(body), &e); err != nil || e.Message == "" || e.RequestId == "" {
		t.Errorf("no whole error: %q, %v", body, err)
	}
	return e.Code
}

func TestFaultsAnswerWithAStatus(t *testing.T) {
	d := newDrill(t)
	tests := []struct {
		fault switches.Fault
		line  string
		code  string
	}{
		{switches.Fault{Status: 503}, "GET /?uploads", "SlowDown"},
		{switches.Fault{Status: 500}, "GET /?uploads", "InternalError"},
		{switches.Fault{Status: 403}, "DELETE /k?uploadId=u", "AccessDenied"},
		{switches.Fault{Status: 404}, "DELETE /k?uploadId=u", "NoSuchUpload"},
		{switches.Fault{Status: 404}, "GET /k", "NoSuchKey"},
		{switches.Fault{Status: 404}, "GET /?uploads", "NoSuchBucket"},
		{switches.Fault{Status: 503, Code: "ServiceUnavailable", Message: "busy & <late>"}, "GET /k", "ServiceUnavailable"},
		{switches.Fault{Status: 429}, "GET /k", "SlowDown"},
		{switches.Fault{Status: 409}, "GET /k", "OperationAborted"},
		{switches.Fault{Status: 400}, "GET /k", "InvalidArgument"},
		{switches.Fault{Status: 418}, "GET /k", "InvalidRequest"},
		{switches.Fault{Status: 599}, "GET /k", "InternalError"},
	}
	for _, tt := range tests {
		d.on(fault(tt.fault))
		o := d.try(tt.line)
		if o.err != nil || o.StatusCode != tt.fault.Status || errorCode(t, o.body) != tt.code {
			t.Errorf("%s, %+v: %v %s", tt.line, tt.fault, o.err, o.body)
			continue
		}
		if o.log.Status != tt.fault.Status || o.log.Code != tt.code || o.log.Fault != fmt.Sprint(tt.fault.Status) || o.log.Err != nil {
			t.Errorf("%s: logged %+v", tt.line, o.log)
		}
	}
	d.on(fault(switches.Fault{Status: 503, RetryAfter: switches.Duration(90 * time.Second)}))
	if o := d.try("HEAD /k"); o.err != nil || o.StatusCode != http.StatusServiceUnavailable || o.body != "" || o.Header.Get("Retry-After") != "90" {
		t.Errorf("HEAD: %v %+v %q", o.err, o.Response, o.body)
	}
}

func TestFaultsRedirect(t *testing.T) {
	d := newDrill(t)
	for location, want := range map[string]string{
		"http://127.0.0.1:9":       "http://127.0.0.1:9/a%20b//c?uploadId=u",
		"http://127.0.0.1:9/other": "http://127.0.0.1:9/other",
		"":                         "",
	} {
		d.on(fault(switches.Fault{Status: 307, Location: location}))
		o := d.try("GET /a%20b//c?uploadId=u")
		if o.err != nil || o.StatusCode != http.StatusTemporaryRedirect || o.Header.Get("Location") != want || errorCode(t, o.body) != "TemporaryRedirect" {
			t.Errorf("%s: %v %+v", location, o.err, o.Response)
		}
	}
	d.on(fault(switches.Fault{Status: 301}))
	if o := d.try("GET /k"); o.err != nil || errorCode(t, o.body) != "PermanentRedirect" {
		t.Errorf("%v %s", o.err, o.body)
	}
}

func TestFaultsCutTheConnection(t *testing.T) {
	d := newDrill(t)
	for _, line := range []string{"GET /?uploads", "HEAD /k", "DELETE /k?uploadId=u"} {
		d.on(fault(switches.Fault{Cut: true}))
		if o := d.try(line); o.err == nil || o.log.Status != 0 || o.log.Fault != "cut" || o.log.Err != nil {
			t.Errorf("%s: %+v", line, o)
		}
	}
}

func TestFaultsSendGarbage(t *testing.T) {
	d := newDrill(t)
	for status, want := range map[int]int{0: 200, 502: 502} {
		d.on(fault(switches.Fault{Body: "garbage", Status: status}))
		o := d.try("GET /?uploads")
		var any struct{ XMLName xml.Name }
		if o.err != nil || o.StatusCode != want || o.log.Status != want || xml.Unmarshal([]byte(o.body), &any) == nil {
			t.Errorf("%v %+v %q", o.err, o.Response, o.body)
		}
		if o := d.try("HEAD /k"); o.err != nil || o.StatusCode != want || o.body != "" {
			t.Errorf("HEAD: %v %+v", o.err, o.Response)
		}
	}
}

func TestFaultsSendHalfOfTheAnswer(t *testing.T) {
	d := newDrill(t)
	data := strings.Repeat("0123456789", 60_000)
	d.have(func() {
		if w := signed(t, d.s, "PUT /big", bucketHost, data); w.Code != 200 {
			t.Fatal(w.Body)
		}
	})
	whole := map[string]string{"GET /big": data}
	for _, line := range []string{"GET /?uploads", "GET /none"} {
		whole[line] = d.try(line).body
	}
	d.on(fault(switches.Fault{Body: "truncated"}))
	for line, want := range whole {
		o := d.try(line)
		if o.Response == nil || !errors.Is(o.err, io.ErrUnexpectedEOF) || o.ContentLength != int64(len(want)) || len(o.body) != len(want)/2 {
			t.Errorf("%s: %v, %d bytes of %d", line, o.err, len(o.body), len(want))
			continue
		}
		if o.log.Status != o.StatusCode || o.log.Fault != "truncated, after it was done" {
			t.Errorf("%s: logged %+v", line, o.log)
		}
	}
	for _, line := range []string{"HEAD /big", "DELETE /big"} {
		if o := d.try(line); o.err == nil || o.log.Status != 0 {
			t.Errorf("%s has no body, and half of it came: %+v", line, o)
		}
	}
	d.on(switches.Set{})
	if o := d.try("GET /big"); o.StatusCode != http.StatusNotFound {
		t.Errorf("the delete whose answer was cut was not done: %d", o.StatusCode)
	}
}

func TestFaultsBeforeAndAfter(t *testing.T) {
	faults := map[string]switches.Fault{
		"status": {Status: 500}, "cut": {Cut: true}, "garbage": {Body: "garbage"},
	}
	for name, f := range faults {
		for when, left := range map[string]int{"before": 200, "after": 404} {
			d := newDrill(t)
			var id string
			d.have(func() { id = initiate(t, d.s, "/k") })
			f.When, f.Action = when, "AbortMultipartUpload"
			d.on(fault(f))
			o := d.try("DELETE /k?uploadId=" + id)
			if told := o.err == nil && o.StatusCode == http.StatusNoContent; told || o.log.Fault == "" || o.log.Status == 204 {
				t.Errorf("%s %s: %+v", name, when, o)
			}
			if o := d.try("GET /k?uploadId=" + id); o.StatusCode != left || o.log.Fault != "" {
				t.Errorf("%s %s: then %d, want %d", name, when, o.StatusCode, left)
			}
		}
	}
	// What the client is not told of is not in the log's code either.
	d := newDrill(t)
	d.on(fault(switches.Fault{Body: "garbage", When: "after"}))
	if o := d.try("GET /none"); o.StatusCode != http.StatusOK || o.log.Code != "" || o.log.Status != 200 {
		t.Errorf("%+v", o.log)
	}
}

func TestFaultsComeBeforeTheSignature(t *testing.T) {
	d := newDrill(t)
	d.on(fault(switches.Fault{Status: 503, Action: "ListParts", Bucket: "my-bucket", Key: "a*"}))
	for path, want := range map[string]int{"/a?uploadId=u": 503, "/b?uploadId=u": 403, "/a": 403} {
		resp, err := http.Get("http://" + d.address + "/my-bucket" + path)
		if err != nil || resp.StatusCode != want {
			t.Errorf("%s: %v %+v, want %d", path, err, resp, want)
		}
		resp.Body.Close() //nolint:errcheck // Nothing of it is needed.
	}
}

func TestFaultsAreLate(t *testing.T) {
	d := newDrill(t)
	const delay = 30 * time.Millisecond
	for _, f := range []switches.Fault{{}, {When: "after"}, {Status: 503}, {Status: 503, When: "after"}, {Body: "truncated"}} {
		f.Delay = switches.Duration(delay)
		d.on(fault(f))
		start := time.Now()
		o := d.try("GET /?uploads")
		if took := time.Since(start); took < delay || o.Response == nil || !strings.HasPrefix(o.log.Fault, "late by 30ms") {
			t.Errorf("%+v: %s, %v, %+v", f, took, o.err, o.log)
		}
		if late := f.Status == 0 && f.Body == ""; late && (o.StatusCode != http.StatusOK || !strings.Contains(o.body, "</ListMultipartUploadsResult>")) {
			t.Errorf("%+v: %d %s", f, o.StatusCode, o.body)
		}
	}
}

func TestADelayEndsWithTheClient(t *testing.T) {
	for _, f := range []switches.Fault{{}, {When: "after"}, {Cut: true}, {Body: "truncated"}} {
		d := newDrill(t)
		f.Delay = switches.Duration(time.Hour)
		d.on(fault(f))
		ctx, cancel := context.WithCancel(t.Context())
		d.client.Transport = &http.Transport{DisableKeepAlives: true}
		go func() {
			for d.s.board.State().Strikes[0] == 0 {
				time.Sleep(time.Millisecond)
			}
			cancel()
		}()
		if resp, err := d.client.Do(d.request(ctx, "GET /?uploads")); err == nil {
			t.Errorf("%+v: %d", f, resp.StatusCode)
		}
		if a := <-d.log; a.Status != 0 || !errors.Is(a.Err, context.Canceled) {
			t.Errorf("%+v: logged %+v", f, a)
		}
	}
}

func TestADelayEndsWithTheServer(t *testing.T) {
	d := newDrill(t)
	d.on(fault(switches.Fault{Delay: switches.Duration(time.Hour)}))
	closed := make(chan error)
	go func() {
		for d.s.board.State().Strikes[0] == 0 {
			time.Sleep(time.Millisecond)
		}
		closed <- d.s.Close()
	}()
	if o := d.try("GET /?uploads"); o.err == nil || o.log.Status != 0 || o.log.Err == nil {
		t.Errorf("%+v", o)
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
}

func TestTheDateIsOff(t *testing.T) {
	d := newDrill(t)
	d.on(switches.Set{Quirks: switches.Quirks{Date: "-7m"}})
	o := d.try("POST /k?uploads")
	if o.StatusCode != http.StatusOK || o.Header.Get("Date") != "Sun, 01 Mar 2026 11:53:00 GMT" || !o.log.Time.Equal(testNow()) {
		t.Errorf("%+v", o.Response)
	}
	if list := d.try("GET /?uploads"); !strings.Contains(list.body, "<Initiated>2026-03-01T12:00:00.000Z<") {
		t.Errorf("the stamps are off, too: %s", list.body)
	}
}

func TestTheRateLimitSlowsDown(t *testing.T) {
	for _, counted := range []bool{false, true} {
		d := newDrill(t)
		var mu sync.Mutex
		now := testNow()
		d.s.now = func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			return now
		}
		d.on(switches.Set{
			Rate:   switches.Rate{RequestsPerSecond: 1, Burst: 2, CountRefused: counted},
			Faults: []switches.Fault{{Action: "ListParts", Cut: true}},
		})
		var got []int
		for range 4 {
			got = append(got, d.try("GET /?uploads").StatusCode)
		}
		mu.Lock()
		now = now.Add(time.Second)
		mu.Unlock()
		o := d.try("GET /?uploads")
		want := 200
		if counted {
			want = 503
		}
		if fmt.Sprint(got) != "[200 200 503 503]" || o.StatusCode != want {
			t.Errorf("counted %v: %v, then %d, want %d", counted, got, o.StatusCode, want)
		}
		// The limit comes before everything else.
		refused := d.try("GET /k?uploadId=u")
		if refused.err != nil || errorCode(t, refused.body) != "SlowDown" || refused.log.Code != "SlowDown" || refused.log.Fault != "" {
			t.Errorf("%v %+v", refused.err, refused.log)
		}
	}
}

// Each request meets one set or another, whole, and every strike is counted.
func TestSwitchesTurnWhileRequestsRun(t *testing.T) {
	s := openAt(t, testNow())
	address := overSocket(t, s)
	done := make(chan struct{})
	var asking, turning sync.WaitGroup
	turning.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-done:
				return
			default:
			}
			patch := fmt.Sprintf(`{"seed":%d,"date":"%dm","faults":[{"action":"*","every":2,"status":%d}]}`, i, i%60, 500+i%50)
			if w := ask(t, s, "PATCH", "/-/switches", patch); w.Code != 200 {
				t.Errorf("%s: %s", patch, w.Body)
				return
			}
		}
	})
	for range 4 {
		asking.Go(func() {
			for range 50 {
				resp, err := http.Get("http://" + address + "/my-bucket?uploads")
				if err != nil {
					t.Error(err)
					return
				}
				if resp.StatusCode != http.StatusForbidden && resp.StatusCode/50 != 10 {
					t.Errorf("%d", resp.StatusCode)
				}
				resp.Body.Close() //nolint:errcheck // Nothing of it is needed.
			}
		})
	}
	asking.Wait()
	close(done)
	turning.Wait()
}

// A fault of an operation that has no name in the list could not be given.
func TestEveryOperationCanBeStruck(t *testing.T) {
	s := openAt(t, testNow())
	known := map[string]bool{}
	for _, name := range switches.Actions() {
		known[name] = true
	}
	met := map[string]bool{}
	queries := []string{"", "?uploads", "?uploadId=u", "?uploadId=u&partNumber=1", "?acl", "?policy", "?lifecycle", "?location", "?tagging", "?delete", "?list-type=2"}
	for _, method := range []string{"GET", "HEAD", "PUT", "POST", "DELETE"} {
		for _, path := range []string{"/", "/b", "/b/k"} {
			for _, query := range queries {
				for _, source := range []string{"", "/b/k"} {
					r, err := http.NewRequestWithContext(t.Context(), method, "http://localhost"+path+query, nil)
					if err != nil {
						t.Fatal(err)
					}
					r.Header.Set("X-Kss-Copy-Source", source)
					c := &call{Server: s, r: r, dialect: dialectOf(r)}
					if c.target, err = s.parseTarget(r); err != nil {
						t.Fatal(err)
					}
					op, err := c.route()
					if err == nil && !known[op.name] {
						t.Errorf("%s %s%s is %q, which is not in switches.Actions", method, path, query, op.name)
					}
					met[op.name] = true
				}
			}
		}
	}
	for name := range known {
		if !met[name] {
			t.Errorf("%q is no operation of this server", name)
		}
	}
}
