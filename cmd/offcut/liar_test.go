package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"offcut/engine"
	"offcut/engine/emulator"
	"offcut/engine/ks3"
	"offcut/rules"
)

// A liar stands between offcut and an honest server and does what real stores
// and networks were seen to do.
type liar struct {
	store *scriptStore
	next  http.Handler

	mu     sync.Mutex
	lies   []*lie
	counts map[string]int
	held   chan struct{} // one token per held request
	let    chan struct{} // closed by release
	once   sync.Once
}

// A lie is one line of a lies file: "VERB [action=A] [bucket=B] [key=K] [from=N]
// [times=N] ...". It applies to requests that match action, bucket and key, from
// the from-th match on (1), times times (always).
//
//	answer status=503 code=SlowDown     instead of doing what was asked; retry=2 asks for a wait of 2 s
//	answer status=200 body="<html>"
//	pretend                             204, nothing done
//	drop-query name=prefix              the server never sees that parameter
//	date by=8760h                       the Date header is off
//	header name=Server value=MinIO      in the answer
//	rewrite old="..." new="..."         in the answer's body
//	truncate                            the answer's body ends in the middle
//	cut                                 the connection is cut without an answer
//	meanwhile do=part|complete|abort    somebody else does that first, to the upload of the request's key or of=KEY;
//	                                    number=1 size=200KiB say which part and how large; age=30s moves the upload's stamps back afterwards
//	meanwhile do=object parts=2x100KiB  somebody else completes another upload of that key first
//	hold                                the request waits for "store release"
type lie struct {
	verb string
	words
	seen int
}

func newLiar(s *scriptStore) *liar {
	return &liar{
		store: s, next: s, counts: map[string]int{},
		held: make(chan struct{}, 1024), let: make(chan struct{}),
	}
}

func (l *liar) learn(text string) error {
	l.mu.Lock() // the server is up already
	defer l.mu.Unlock()
	for line := range strings.Lines(text) {
		line, err := splitWords(line)
		if err != nil {
			return fmt.Errorf("lie %q: %w", line, err)
		}
		if len(line) > 0 && !strings.HasPrefix(line[0], "#") {
			l.lies = append(l.lies, &lie{verb: line[0], words: line[1:]})
		}
	}
	return nil
}

func (l *liar) count(action string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.counts[action]
}

func (l *liar) await(n int) error {
	timeout := time.After(awaitTimeout)
	for range n {
		select {
		case <-l.held:
		case <-timeout:
			return fmt.Errorf("store await: %d requests were not held within %s", n, awaitTimeout)
		}
	}
	return nil
}

func (l *liar) release() { l.once.Do(func() { close(l.let) }) }

// ServeHTTP lets the lies that match have their say, then the server.
func (l *liar) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	action, bucket, key := actionOf(r)
	answer := httptest.NewRecorder()
	served := false
	edits := []func(){}
	for _, lie := range l.matching(r, action, bucket, key) {
		switch lie.verb {
		case "hold":
			l.held <- struct{}{}
			select {
			case <-l.let:
			case <-r.Context().Done():
			}
		case "meanwhile":
			if err := l.meanwhile(lie, l.store.ref(bucket, lie.get("of", key))); err != nil {
				http.Error(w, "the script's meanwhile failed: "+err.Error(), http.StatusTeapot)
				return
			}
		case "drop-query":
			q := r.URL.Query()
			q.Del(lie.get("name", ""))
			r.URL.RawQuery = strings.TrimSuffix(strings.ReplaceAll(q.Encode()+"&", "uploads=&", "uploads&"), "&")
			r.RequestURI = r.URL.RequestURI()
		case "answer":
			writeLie(answer, lie)
			served = true
		case "pretend":
			answer.WriteHeader(http.StatusNoContent)
			served = true
		case "cut":
			panic(http.ErrAbortHandler)
		default:
			edits = append(edits, func() { edit(answer, lie) })
		}
	}
	if !served {
		l.next.ServeHTTP(answer, r)
	}
	for _, e := range edits {
		e()
	}
	send(w, answer)
}

func (l *liar) matching(r *http.Request, action, bucket, key string) []*lie {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts[action]++
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		l.counts["writes"]++
	}
	var out []*lie
	for _, lie := range l.lies {
		if lie.get("action", action) != action || lie.get("bucket", bucket) != bucket || lie.get("key", key) != key {
			continue
		}
		lie.seen++
		from, _ := strconv.Atoi(lie.get("from", "1"))
		times, _ := strconv.Atoi(lie.get("times", "1000000"))
		if lie.seen >= from && lie.seen < from+times {
			out = append(out, lie)
		}
	}
	return out
}

// meanwhile does to the upload what another client would.
func (l *liar) meanwhile(lie *lie, ref engine.Ref) error {
	ctx := context.Background()
	c := l.store.client
	switch do := lie.get("do", ""); do {
	case "part":
		number, err := strconv.Atoi(lie.get("number", "7"))
		if err != nil {
			return err
		}
		size, err := rules.ParseSize(lie.get("size", "11B"))
		if err != nil {
			return err
		}
		if _, err := c.UploadPart(ctx, ref, number, make([]byte, size)); err != nil {
			return err
		}
	case "complete":
		etag, err := c.UploadPart(ctx, ref, 1, []byte("the only part"))
		if err != nil {
			return err
		}
		if err := c.Complete(ctx, ref, []string{etag}); err != nil {
			return err
		}
	case "object":
		if err := l.store.putObject(ref.Bucket, ref.Key, lie.get("parts", "1x1KiB")); err != nil {
			return err
		}
	case "abort":
		if _, err := c.Abort(ctx, ref, time.Now().Add(time.Minute)); err != nil {
			return err
		}
	default:
		return fmt.Errorf("do=%q is not known", do)
	}
	if !lie.has("age") {
		return nil
	}
	by, err := rules.ParseDuration(lie.get("age", ""))
	if err != nil {
		return err
	}
	_, err = l.store.current().Age(emulator.AgeFilter{Bucket: ref.Bucket, Key: ref.Key, UploadID: ref.ID}, by)
	return err
}

// actionOf names the action of a path-style request.
func actionOf(r *http.Request) (action, bucket, key string) {
	bucket, key, _ = strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	q := r.URL.Query()
	switch {
	case bucket == "":
		action = "ListBuckets"
	case q.Has("uploads") && r.Method == http.MethodGet:
		action = "ListUploads"
	case q.Has("uploadId") && r.Method == http.MethodGet:
		action = "ListParts"
	case q.Has("uploadId") && r.Method == http.MethodDelete:
		action = "Abort"
	default:
		action = r.Method
	}
	return action, bucket, key
}

func writeLie(w *httptest.ResponseRecorder, lie *lie) {
	status, _ := strconv.Atoi(lie.get("status", "500"))
	w.Header().Set("Content-Type", "application/xml")
	w.Header().Set("Date", ks3.FormatDate(time.Now()))
	w.Header().Set("X-Kss-Request-Id", "lie")
	if lie.has("retry") {
		w.Header().Set("Retry-After", lie.get("retry", ""))
	}
	w.WriteHeader(status)
	if lie.has("body") {
		w.Body.WriteString(lie.get("body", ""))
		return
	}
	fmt.Fprintf(w.Body, "<Error><Code>%s</Code><Message>scripted</Message><RequestId>lie</RequestId></Error>", lie.get("code", "InternalError"))
}

// edit changes an answer that the server gave.
func edit(answer *httptest.ResponseRecorder, lie *lie) {
	switch lie.verb {
	case "date":
		by, err := rules.ParseDuration(lie.get("by", "0s"))
		if err != nil {
			panic(err)
		}
		answer.Header().Set("Date", ks3.FormatDate(time.Now().Add(by)))
	case "header":
		answer.Header().Set(lie.get("name", ""), lie.get("value", ""))
	case "rewrite":
		answer.Body = bytes.NewBuffer(bytes.ReplaceAll(answer.Body.Bytes(), []byte(lie.get("old", "")), []byte(lie.get("new", ""))))
	case "truncate":
		answer.Body.Truncate(answer.Body.Len() / 2)
	default:
		panic("no such lie: " + lie.verb)
	}
}

func send(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.Header().Del("Content-Length")
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes()) // offcut may have gone: its affair
}

type mask struct {
	pattern *regexp.Regexp
	with    string
}

func masks() []mask {
	return []mask{
		{regexp.MustCompile(`127\.0\.0\.1:\d+`), "127.0.0.1:PORT"},
		{regexp.MustCompile(`\d{4}-\d{2}-\d{2} \d{2}:\d{2}`), "YYYY-MM-DD hh:mm"},
		{regexp.MustCompile(`hh:mm:\d{2}`), "hh:mm:ss"},
		{regexp.MustCompile(`\d+d ?\d+h ?\d+m(\d+s)?`), "AGE"},
		{regexp.MustCompile(`\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z`), "YYYY-MM-DDThh:mm:ssZ"},
		{regexp.MustCompile(`(request id |"request_id":")[0-9a-fA-F-]+`), "${1}REQUEST"},
		{regexp.MustCompile(`"(plan|run)":"[0-9a-f]{16}"`), `"$1":"RUN"`},
		{regexp.MustCompile(`-run [0-9a-f]{16}\b`), "-run RUN"},
	}
}
