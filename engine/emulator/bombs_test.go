package emulator

import (
	"crypto/md5"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"
)

// What one request may cost at most, in time and in everything it allocates. The
// time is far more than is needed: it only tells a cost that grows with the
// square of the body.
const (
	costTime   = 5 * time.Second
	costMemory = 256 << 20
)

// cost runs do and checks what it took.
func cost(t *testing.T, name string, do func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	begun := time.Now()
	do()
	took := time.Since(begun)
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; took > costTime || used > costMemory {
		t.Errorf("%s took %s and %d MiB", name, took, used>>20)
	}
}

// Documents that are small or middling and would grow beyond measure where
// entities, nesting or attributes were taken as they come.
func xmlBombs(root, child string) map[string]string {
	laughs := "<!DOCTYPE " + root + " [<!ENTITY a0 \"ha\">"
	for i := 1; i < 40; i++ {
		laughs += fmt.Sprintf("<!ENTITY a%d \"&a%d;&a%d;\">", i, i-1, i-1)
	}
	within := func(content string) string { return "<" + root + ">" + content + "</" + root + ">" }
	const large, larger = 256 << 10, 2 << 20
	return map[string]string{
		"entities":             laughs + "]>" + within("<"+child+">&a39;</"+child+">"),
		"an outer file":        `<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>` + within("<"+child+">&f;</"+child+">"),
		"nesting":              strings.Repeat("<"+root+">", larger/(len(root)+2)),
		"nesting of others":    within(strings.Repeat("<a>", large/3)),
		"closed nesting":       within(strings.Repeat("<a>", 20_000) + strings.Repeat("</a>", 20_000)),
		"attributes":           "<" + root + " " + strings.Repeat(`a="" `, larger/5) + "/>",
		"names of attributes":  "<" + root + strings.Repeat(` xmlns:a="b"`, large/12) + "/>",
		"one long attribute":   "<" + root + ` a="` + strings.Repeat("x", large) + `"/>`,
		"one long name":        "<" + strings.Repeat("x", large) + "/>",
		"one long text":        within("<" + child + ">" + strings.Repeat("&amp;", large/5) + "</" + child + ">"),
		"many empty elements":  within(strings.Repeat("<"+child+"/>", large/(len(child)+3))),
		"comments":             strings.Repeat("<!---->", large/7),
		"instructions":         strings.Repeat("<?x?>", large/5),
		"an open CDATA":        "<" + root + "><![CDATA[" + strings.Repeat("]", large),
		"another encoding":     `<?xml version="1.0" encoding="UTF-16"?>` + within(""),
		"two documents":        within("") + within(""),
		"zero bytes":           strings.Repeat("\x00", large),
		"a longer body":        strings.Repeat(" ", 9<<20),
		"nothing but brackets": strings.Repeat("<", large),
	}
}

// Every operation that reads XML refuses what would blow up, at a bounded cost,
// and changes nothing.
func TestXMLThatWouldBlowUpIsRefused(t *testing.T) {
	s := openAt(t, testNow())
	id := initiate(t, s, "/k")
	putPart(t, s, "/k", id, 1, "data")
	if w := signed(t, s, "PUT /object", bucketHost, "data"); w.Code != http.StatusOK {
		t.Fatal(w.Code, w.Body)
	}
	for _, op := range []struct{ line, host, root, child string }{
		{"POST /k?uploadId=" + id, bucketHost, "CompleteMultipartUpload", "Part"},
		{"POST /?delete", bucketHost, "Delete", "Object"},
		{"PUT /?acl", bucketHost, "AccessControlPolicy", "Grant"},
		{"PUT /object?acl", bucketHost, "AccessControlPolicy", "Grant"},
		{"PUT /object?tagging", bucketHost, "Tagging", "TagSet"},
		{"PUT /?lifecycle", bucketHost, "LifecycleConfiguration", "Rule"},
		{"PUT /new-bucket", "localhost", "CreateBucketConfiguration", "LocationConstraint"},
	} {
		for name, doc := range xmlBombs(op.root, op.child) {
			sum := md5.Sum([]byte(doc))
			var w *httptest.ResponseRecorder
			cost(t, op.line+", "+name, func() {
				w = signed(t, s, op.line, op.host, doc, "Content-MD5: "+base64.StdEncoding.EncodeToString(sum[:]))
			})
			if w.Code != http.StatusBadRequest || len(w.Body.String()) > 64<<10 || strings.Contains(w.Body.String(), "root:") {
				t.Errorf("%s, %s: %d %.300s", op.line, name, w.Code, w.Body)
			}
		}
	}
	if w := signed(t, s, "GET /k?uploadId="+id, bucketHost, ""); w.Code != http.StatusOK || strings.Count(w.Body.String(), "<Part>") != 1 {
		t.Errorf("the upload: %d %s", w.Code, w.Body)
	}
	if w := signed(t, s, "GET /object?tagging", bucketHost, ""); strings.Contains(w.Body.String(), "<Tag>") {
		t.Errorf("%s", w.Body)
	}
	for _, setting := range []string{"lifecycle", "policy"} {
		if w := signed(t, s, "GET /?"+setting, bucketHost, ""); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d %s", setting, w.Code, w.Body)
		}
	}
}

// JSON likewise: policies, and the admin port.
func TestJSONThatWouldBlowUpIsRefused(t *testing.T) {
	s := openAt(t, testNow())
	admin := s.Admin()
	const large = 1 << 20
	statement := func(action, resource string) string {
		return `{"Statement":[{"Effect":"Allow","Principal":"*","Action":[` + action + `],"Resource":[` + resource + `]}]}`
	}
	for name, doc := range map[string]string{
		"lists":         strings.Repeat("[", large),
		"small lists":   strings.Repeat("[", 19<<10),
		"objects":       strings.Repeat(`{"a":`, large/5),
		"small objects": strings.Repeat(`{"a":`, 3<<10),
		"members":       "{" + strings.Repeat(`"a":1,`, 3<<10) + `"a":1}`,
		"other members": "{" + manyMembers(1500) + `"z":1}`,
		"a number":      strings.Repeat("9", 19<<10),
		"an exponent":   `{"Version":1e999999999}`,
		"a text":        `"` + strings.Repeat(`\u0041`, 3<<10) + `"`,
		"surrogates":    `"` + strings.Repeat(`\ud800`, 3<<10) + `"`,
		"spaces":        strings.Repeat(" ", large),
		"actions":       statement(strings.Repeat(`"ks3:*****a",`, 4<<10)+`"x"`, `"*"`),
	} {
		var w *httptest.ResponseRecorder
		cost(t, "policy of "+name, func() { w = signed(t, s, "PUT /?policy", bucketHost, doc) })
		if w.Code != http.StatusBadRequest || w.Body.Len() > 64<<10 {
			t.Errorf("policy of %s: %d %.300s", name, w.Code, w.Body)
		}
		for _, line := range []string{"POST /-/age", "PUT /-/switches", "PATCH /-/switches"} {
			method, path, _ := strings.Cut(line, " ")
			w := httptest.NewRecorder()
			r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(doc))
			r.Host = "localhost"
			cost(t, line+" of "+name, func() { admin.ServeHTTP(w, r) })
			if w.Code != http.StatusBadRequest || w.Body.Len() > 64<<10 {
				t.Errorf("%s of %s: %d, %d bytes %.300s", line, name, w.Code, w.Body.Len(), w.Body)
			}
		}
	}
	if w := signed(t, s, "GET /?policy", bucketHost, ""); w.Code != http.StatusNotFound {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func manyMembers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `"m%d":1,`, i)
	}
	return b.String()
}

// The worst pattern that a policy or a fault can have, against the worst key, is
// no more than slow.
func TestPatternsDoNotBlowUp(t *testing.T) {
	s := openAt(t, testNow())
	key := strings.Repeat("a", maxKeyLength)
	pattern := strings.Repeat("*a", 500)
	var resources []string
	for range 15 {
		resources = append(resources, `"krn:ksc:ks3:::my-bucket/`+pattern+`b"`)
	}
	doc := `{"Statement":[{"Effect":"Deny","Principal":"*","Action":["ks3:Get*****************e*******t"],"Resource":[` +
		strings.Join(resources, ",") + `]},{"Effect":"Deny","Principal":"*","Action":["ks3:*"],"Resource":[` + strings.Join(resources[:3], ",") + `]}]}`
	if w := signed(t, s, "PUT /?policy", bucketHost, doc); w.Code >= 300 {
		t.Fatal(w.Code, w.Body)
	}
	body := `{"faults":[{"action":"*","key":"` + strings.Repeat("*a", 511) + `b","status":503}]}`
	r := httptest.NewRequestWithContext(t.Context(), "PUT", "/-/switches", strings.NewReader(body))
	r.Host = "localhost"
	w := httptest.NewRecorder()
	if s.Admin().ServeHTTP(w, r); w.Code != http.StatusOK {
		t.Fatal(w.Code, w.Body)
	}
	cost(t, "a key that never matches", func() {
		if w := signed(t, s, "GET /"+key, bucketHost, ""); w.Code != http.StatusNotFound {
			t.Error(w.Code, w.Body)
		}
	})
}
