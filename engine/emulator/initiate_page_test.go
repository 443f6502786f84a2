package emulator

import (
	"bufio"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

	"offcut/engine/ks3"
)

// TestInitiatePage goes through KS3's Initiate page row by row. Each subtest has
// the words of its row.
func TestInitiatePage(t *testing.T) {
	rows := map[string]func(curl){
		"No request parameter is used":                          pageParameters,
		"No request body is used":                               pageBody,
		"Host Date Authorization are enough":                    pageRequired,
		"all common request headers":                            pageCommonHeaders,
		"Cache-Control Content-Disposition etc Constraint None": pageFreeHeaders,
		"Content-Type Default binary octet-stream":              pageContentType,
		"x-kss-meta- is user-defined metadata":                  pageMetadata,
		"x-kss-storage-class":                                   pageStorageClass,
		"x-kss-tagging":                                         pageTagging,
		"x-kss-acl private and public-read":                     pageACL,
		"x-kss-grant-read and x-kss-grant-full-control":         pageGrants,
		"x-kss-server-side-encryption in the answer":            pageEncryption,
		"x-kss-server-side-encryption-customer":                 pageCustomerKey,
		"Sample request":                                        pageSampleRequest,
		"Sample response":                                       pageSampleResponse,
		"Key":                                                   pageKey,
		"does not process duplicate files":                      pageDuplicates,
		"ks3 PutObjectTagging":                                  pageTaggingPermission,
		"does not return operation-specific errors":             pageErrors,
	}
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		t.Run(name, func(t *testing.T) { rows[name](newCurl(t, openAt(t, testNow()))) })
	}
}

func pageParameters(w curl) {
	for _, query := range [...]string{
		"uploads", "uploads=", "uploads&encoding-type=url", "uploads&max-uploads=0&prefix=x&unknown", "x=1&uploads",
	} {
		resp, body := w.ask("POST /a%20b?"+query, "")
		if resp.StatusCode != http.StatusOK || between(body, "<Key>", "<") != "a b" {
			w.Errorf("?%s: %d %s", query, resp.StatusCode, body)
		}
	}
}

func pageBody(w curl) {
	conn, err := net.Dial("tcp", w.address)
	if err != nil {
		w.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // The answers have been read.
	answers := bufio.NewReader(conn)
	u := w.s.byKey[vectorKey]
	// The second request is behind the first one's body: it must have been read.
	for _, body := range [...]string{strings.Repeat("x", 1<<20), "<not XML", ""} {
		if _, err := io.WriteString(conn, w.text(u, "POST /k?uploads", "/k?uploads", body, nil)); err != nil {
			w.Fatal(err)
		}
		resp, err := http.ReadResponse(answers, &http.Request{Method: http.MethodPost})
		if err != nil {
			w.Fatalf("after %d bytes: %v", len(body), err)
		}
		if doc, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != http.StatusOK {
			w.Errorf("with %d bytes: %d %s (%v)", len(body), resp.StatusCode, doc, err)
		}
		resp.Body.Close() //nolint:errcheck,gosec // It was read to its end.
	}
	resp, _ := w.ask("POST /k?uploads", "3\r\nabc\r\n0\r\n\r\n", "Transfer-Encoding: chunked")
	if resp.StatusCode != http.StatusOK {
		w.Errorf("with chunks: %d", resp.StatusCode)
	}
}

func pageRequired(w curl) {
	w.initiates("/k")
	w.initiates("/k", "Date: Sun, 01 Mar 2026 12:00:00 GMT")
	w.initiates("/k", "Date: Sun, 1 Mar 2026 12:00:00 GMT")
	w.refuses(403, "RequestTimeTooSkewed", "Date: Mon, 1 Nov 2010 20:34:56 GMT")
	w.refuses(403, "InvalidDateFormat", "Date: tomorrow")
	resp, body := w.askAs(User{}, "POST /k?uploads", "")
	if resp.StatusCode != http.StatusForbidden || between(body, "<Code>", "<") != "AccessDenied" {
		w.Errorf("without Authorization: %d %s", resp.StatusCode, body)
	}
	resp, body = exchange(w.T, w.address, "POST", "POST /k?uploads HTTP/1.1\r\nHost: "+bucketHost+"\r\nAuthorization: KSS "+vectorKey+":x\r\n\r\n")
	if resp.StatusCode != http.StatusForbidden {
		w.Errorf("without Date: %d %s", resp.StatusCode, body)
	}
	resp, _ = exchange(w.T, w.address, "POST", "POST /k?uploads HTTP/1.1\r\nAuthorization: KSS "+vectorKey+":x\r\n\r\n")
	if resp.StatusCode != http.StatusBadRequest {
		w.Errorf("without Host: %d", resp.StatusCode)
	}
}

func pageCommonHeaders(w curl) {
	w.initiates("/k", "Content-Length: 0", "Content-Type: video/mp4", "Content-MD5: 1B2M2Y8AsgTpgAmY7PhCfg==")
	w.initiates("/k", "x-kss-date: Sun, 01 Mar 2026 12:00:00 GMT")
	w.refuses(400, "InvalidDigest", "Content-MD5: AAAAAAAAAAAAAAAAAAAAAA==")
	temporary := w.s.byID["3"]
	b := BucketSpec{Name: "temporary", Owner: "3"}
	if err := w.s.CreateBucketFrom(b); err != nil {
		w.Fatal(err)
	}
	for token, code := range map[string]string{"TOKENEXAMPLE": "AccessDenied", "wrong": "InvalidToken"} {
		_, body := w.askAs(temporary, "POST /k?uploads", "", "x-kss-security-token: "+token)
		if got := between(body, "<Code>", "<"); got != code {
			w.Errorf("token %s: %s, want %s", token, got, code)
		}
	}
}

func pageFreeHeaders(w curl) {
	for _, value := range [...]string{
		"no-cache", "x", "a  b\tc", `attachment; filename="夜.mp4"; filename*=UTF-8''%E5%A4%9C`, "\xe9\xff", "not a date", "=?=;,,", "-1",
	} {
		var headers []string
		for _, name := range [...]string{"Cache-Control", "Content-Disposition", "Content-Encoding", "Expires"} {
			headers = append(headers, name+": "+value)
		}
		w.uploads("/k", headers, headers...)
	}
	w.uploads("/k", nil, "Cache-Control", "Content-Disposition", "Content-Encoding", "Expires")
	// A value can't bring another header with it.
	for _, trick := range [...]string{"a\r\n folded", "a\nX-Evil: 1"} {
		resp, body := w.ask("POST /k?uploads", "", "Cache-Control: "+trick)
		if resp.StatusCode != http.StatusOK {
			continue
		}
		w.completes("/k", between(body, "<UploadId>", "<"))
		w.shows("/k", "X-Evil")
	}
	resp, _ := w.ask("GET /k?response-cache-control=a%0D%0AX-Evil:%201", "")
	if resp.Header.Get("X-Evil") != "" {
		w.Error("the query brought a header of its own")
	}
}

func pageContentType(w curl) {
	w.uploads("/k", nil, "Content-Type: binary/octet-stream")
	w.uploads("/k", []string{"Content-Type: "}, "Content-Type: binary/octet-stream")
	w.uploads("/k", []string{"Content-Type: video/mp4"}, "Content-Type: video/mp4")
	w.uploads("/k", []string{"Content-Type: nonsense"}, "Content-Type: nonsense")
	// The default never enters what is signed: with it the signature is wrong.
	date := ks3.FormatDate(w.s.now())
	sum := ks3.SignV2(vectorSecret, "POST\n\nbinary/octet-stream\n"+date+"\n/my-bucket/k?uploads")
	resp, _ := exchange(w.T, w.address, "POST",
		"POST /k?uploads HTTP/1.1\r\nHost: "+bucketHost+"\r\nDate: "+date+"\r\nAuthorization: KSS "+vectorKey+":"+sum+"\r\n\r\n")
	if resp.StatusCode != http.StatusForbidden {
		w.Errorf("the default type was signed: %d", resp.StatusCode)
	}
}

func pageMetadata(w curl) {
	meta := []string{
		"x-kss-meta-owner: alice", "X-KSS-META-Loud: A  b", "x-kss-meta-utf8: 夜", "x-kss-meta-latin1: \xe9", "x-kss-meta-a_b.c: =&;,\"'",
		"x-kss-meta-: no name", "x-kss-meta-long: " + strings.Repeat("v", 4000),
	}
	w.uploads("/k", meta, meta...)
	w.uploads("/k", nil, "x-kss-meta-owner")
	w.uploads("/k", []string{"x-kss-meta-two: a", "x-kss-meta-two: b"}, "x-kss-meta-two: a,b")
	w.refuses(400, "MetadataTooLarge", "x-kss-meta-a: "+strings.Repeat("a", 4096), "x-kss-meta-b: "+strings.Repeat("a", 4095))
	w.initiates("/k", "x-kss-meta-a: "+strings.Repeat("a", 4095), "x-kss-meta-b: "+strings.Repeat("a", 4095))
}

func pageStorageClass(w curl) {
	if err := w.s.CreateBucketFrom(BucketSpec{Name: "archive", Type: "ARCHIVE"}); err != nil {
		w.Fatal(err)
	}
	for _, tt := range [...]struct{ headers, class, warning string }{
		{"", "STANDARD", ""},
		{"x-kss-storage-class: STANDARD", "STANDARD", ""},
		{"x-kss-storage-class: STANDARD_IA", "STANDARD_IA", ""},
		{"x-kss-storage-class: ARCHIVE", "ARCHIVE", ""},
		{"x-kss-storageClass: STANDARD_IA", "STANDARD_IA", "x-kss-storageClass was taken for x-kss-storage-class"},
		{"x-kss-storageClass: ARCHIVE|x-kss-storage-class: STANDARD_IA", "STANDARD_IA", ""},
	} {
		headers := strings.FieldsFunc(tt.headers, func(r rune) bool { return r == '|' })
		id := w.initiates("/k", headers...)
		if got := (*w.log)[len(*w.log)-1].Warning; got != tt.warning {
			w.Errorf("%s: the log warns %q", tt.headers, got)
		}
		for _, line := range [...]string{"GET /k?uploadId=" + id, "GET /?uploads&prefix=k"} {
			if _, body := w.ask(line, ""); between(body, "<StorageClass>", "<") != tt.class {
				w.Errorf("%s: %s answers %s", tt.headers, line, body)
			}
		}
		w.completes("/k", id)
		w.shows("/k", "x-kss-storage-class: "+tt.class)
	}
	w.refuses(400, "InvalidStorageClass", "x-kss-storage-class: standard")
	r := signed(w.T, w.s, "POST /archive/k?uploads", "localhost", "")
	r = signed(w.T, w.s, "GET /archive/k?uploadId="+between(r.Body.String(), "<UploadId>", "<"), "localhost", "")
	if got := between(r.Body.String(), "<StorageClass>", "<"); got != "ARCHIVE" {
		w.Errorf("the class of an archive bucket is %q", got)
	}
}

func pageACL(w curl) {
	for acl, status := range map[string]int{"": 403, "x-kss-acl: private": 403, "x-kss-acl: public-read": 200} {
		w.uploads("/k", strings.FieldsFunc(acl, func(r rune) bool { return r == '|' }))
		if resp, body := w.askAs(User{}, "GET /k", ""); resp.StatusCode != status {
			w.Errorf("%q: everybody gets %d %s, want %d", acl, resp.StatusCode, body, status)
		}
	}
	for _, acl := range [...]string{"public-read-write", "Private", "", "authenticated-read"} {
		w.refuses(400, "InvalidArgument", "x-kss-acl: "+acl)
	}
}

func pageGrants(w curl) {
	other := w.s.byID["2"]
	for _, tt := range [...]struct {
		header          string
		other, everyone int
	}{
		{`x-kss-grant-read: id="2",id="3344211"`, 200, 403},
		{`x-kss-grant-read: id=4, id=2`, 200, 403},
		{`x-kss-grant-full-control: id="2"`, 200, 403},
		{`x-kss-grant-read: uri="` + allUsers + `"`, 200, 200},
		{`x-kss-grant-read: id="1234578",id="3344211"`, 403, 403},
		{`x-kss-grant-write: id="2"`, 403, 403},
	} {
		w.uploads("/k", []string{tt.header})
		if resp, body := w.askAs(other, "GET /k", ""); resp.StatusCode != tt.other {
			w.Errorf("%s: the other account gets %d %s", tt.header, resp.StatusCode, body)
		}
		if resp, body := w.askAs(User{}, "GET /k", ""); resp.StatusCode != tt.everyone {
			w.Errorf("%s: everybody gets %d %s", tt.header, resp.StatusCode, body)
		}
	}
	w.refuses(400, "InvalidRequest", "x-kss-acl: private", `x-kss-grant-read: id="2"`)
	w.refuses(400, "InvalidArgument", `x-kss-grant-read: id="2`)
}

func pageSampleRequest(w curl) {
	w.initiates("/my-video.rm")
	// The blank of the sample is a misprint: this is no HTTP.
	resp, _ := exchange(w.T, w.address, "POST", "POST /my-video.rm ?uploads HTTP/1.1\r\nHost: "+bucketHost+"\r\n\r\n")
	if resp.StatusCode != http.StatusBadRequest {
		w.Errorf("with the blank: %d", resp.StatusCode)
	}
}

func pageSampleResponse(w curl) {
	resp, body := w.ask("POST /my-video.rm?uploads", "")
	id := between(body, "<UploadId>", "<")
	want := `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<InitiateMultipartUploadResult xmlns=""><Bucket>my-bucket</Bucket>` +
		`<Key>my-video.rm</Key><UploadId>` + id + `</UploadId></InitiateMultipartUploadResult>`
	if resp.Status != "200 OK" || body != want || len(id) != 32 {
		w.Errorf("%s\n got %s\nwant %s", resp.Status, body, want)
	}
	if resp.ContentLength != int64(len(want)) || len(resp.TransferEncoding) > 0 || resp.Header.Get("Server") != "Tengine" ||
		resp.Header.Get("Date") != "Sun, 01 Mar 2026 12:00:00 GMT" || resp.Header.Get("Content-Type") != "application/xml" || resp.Close {
		w.Errorf("%v %v", resp.TransferEncoding, resp.Header)
	}
}

func pageKey(w curl) {
	for path, shown := range map[string]string{
		"/a%00b": "a\uFFFDb", "/%01": "\uFFFD", "/%FF": "\uFFFD", "/%EF%BF%BF": "\uFFFD",
		"/%3C&%3E": "&lt;&amp;&gt;", "/%E5%A4%9C": "夜", "/a%2Fb": "a/b",
	} {
		resp, body := w.ask("POST "+path+"?uploads", "")
		if resp.StatusCode != http.StatusOK || between(body, "<Key>", "</Key>") != shown {
			w.Errorf("%s: %d %s", path, resp.StatusCode, body)
		}
		// The upload is found under the key that was sent.
		w.completes(path, between(body, "<UploadId>", "<"))
		w.shows(path)
	}
}

func pageDuplicates(w curl) {
	w.uploads("/k", []string{"x-kss-meta-n: 1"}, "x-kss-meta-n: 1")
	aborted, kept := w.initiates("/k", "x-kss-meta-n: 2"), w.initiates("/k", "x-kss-meta-n: 3")
	w.shows("/k", "x-kss-meta-n: 1")
	if resp, _ := w.ask("DELETE /k?uploadId="+aborted, ""); resp.StatusCode != http.StatusNoContent {
		w.Errorf("abort: %d", resp.StatusCode)
	}
	w.shows("/k", "x-kss-meta-n: 1")
	w.completes("/k", kept)
	w.shows("/k", "x-kss-meta-n: 3")
}

func pageErrors(w curl) {
	nobody := User{AccessKeyID: "nobody", SecretAccessKey: "x"}
	if resp, body := w.askAs(nobody, "POST /k?uploads", ""); resp.StatusCode != http.StatusForbidden || between(body, "<Code>", "<") != "InvalidAccessKeyId" {
		w.Errorf("an unknown key: %d %s", resp.StatusCode, body)
	}
	r := signed(w.T, w.s, "POST /no-bucket/k?uploads", "localhost", "")
	if r.Code != 404 || codeOf(r) != "NoSuchBucket" {
		w.Errorf("missing bucket: %d %s", r.Code, r.Body)
	}
	if resp, body := w.ask("POST /?uploads", ""); resp.StatusCode != http.StatusNotFound || between(body, "<Code>", "<") != "NotFoundApi" {
		w.Errorf("without a key: %d %s", resp.StatusCode, body)
	}
	if resp, body := w.askAs(w.s.byID["2"], "POST /k?uploads", ""); resp.StatusCode != http.StatusForbidden || between(body, "<Code>", "<") != "AccessDenied" {
		w.Errorf("another account: %d %s", resp.StatusCode, body)
	}
}
