package emulator

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"offcut/engine/ks3"
)

func TestSignaturesThatAreRefused(t *testing.T) {
	now := testNow()
	date := func(t time.Time) string { return "Date: " + ks3.FormatDate(t) }
	sign := func(secret, when string) string {
		return "Authorization: KSS " + vectorKey + ":" + ks3.SignV2(secret, "GET\n\n\n"+strings.TrimPrefix(when, "Date: ")+"\n/my-bucket/?uploads")
	}
	tests := []struct {
		name, code string
		header     []string
	}{
		{"none", "AccessDenied", nil},
		{"unknown key", "InvalidAccessKeyId", []string{date(now), "Authorization: KSS nobody:abc"}},
		{"wrong secret", "SignatureDoesNotMatch", []string{date(now), sign("other", date(now))}},
		{"another date", "SignatureDoesNotMatch", []string{date(now), sign(vectorSecret, date(now.Add(time.Second)))}},
		{"an added header", "SignatureDoesNotMatch", []string{date(now), sign(vectorSecret, date(now)), "x-kss-acl: private"}},
		{"no date", "MissingDateHeader", []string{sign(vectorSecret, "")}},
		{"unreadable date", "InvalidDateFormat", []string{"Date: yesterday", sign(vectorSecret, "Date: yesterday")}},
		{"a zone by name", "InvalidDateFormat", []string{"Date: Sun, 01 Mar 2026 20:00:00 CST", sign(vectorSecret, "Date: Sun, 01 Mar 2026 20:00:00 CST")}},
		{"too late in its zone", "RequestTimeTooSkewed", []string{"Date: Sun, 01 Mar 2026 12:00:00 +0800", sign(vectorSecret, "Date: Sun, 01 Mar 2026 12:00:00 +0800")}},
		{"too late", "RequestTimeTooSkewed", []string{date(now.Add(-16 * time.Minute)), sign(vectorSecret, date(now.Add(-16*time.Minute)))}},
		{"too early", "RequestTimeTooSkewed", []string{date(now.Add(16 * time.Minute)), sign(vectorSecret, date(now.Add(16*time.Minute)))}},
		{"no colon", "InvalidAuthorizationString", []string{date(now), "Authorization: KSS abc"}},
		{"another scheme", "InvalidAuthorizationString", []string{date(now), "Authorization: Basic abc"}},
		{"V4 without fields", "InvalidAuthorizationString", []string{date(now), "Authorization: KSS4-HMAC-SHA256"}},
		{"V4 of another service", "InvalidAuthorizationString", []string{date(now), "Authorization: KSS4-HMAC-SHA256 Credential=a/20260301/BEIJING/s3/kss4_request, SignedHeaders=host, Signature=x"}},
		{"V4 without host", "InvalidAuthorizationString", []string{date(now), "Authorization: KSS4-HMAC-SHA256 Credential=a/20260301/BEIJING/ks3/kss4_request, SignedHeaders=date, Signature=x"}},
	}
	s := openAt(t, now)
	for _, tt := range tests {
		w := send(t, s, "GET /?uploads", bucketHost, tt.header...)
		if w.Code != 403 || !strings.Contains(w.Body.String(), "<Code>"+tt.code+"</Code>") {
			t.Errorf("%s: %d, want 403 %s: %s", tt.name, w.Code, tt.code, w.Body)
		}
		if strings.Contains(w.Body.String(), vectorSecret) {
			t.Errorf("%s: the secret key is in the answer", tt.name)
		}
	}
	// The edge of the allowed skew, a one-digit day, and zones in digits.
	for _, when := range []string{
		date(now.Add(-15 * time.Minute)), date(now.Add(15 * time.Minute)), "Date: Sun, 1 Mar 2026 12:00:00 GMT",
		"Date: Sun, 01 Mar 2026 12:00:00 +0000", "Date: Sun, 01 Mar 2026 20:00:00 +0800",
	} {
		if w := send(t, s, "GET /?uploads", bucketHost, when, sign(vectorSecret, when)); w.Code != 200 {
			t.Errorf("%s: %d %s", when, w.Code, w.Body)
		}
	}
}

// Whether the date line is filled where x-kss-date is sent is on no page.
func TestOwnDateHeaderIsTakenInEveryReading(t *testing.T) {
	s := openAt(t, testNow())
	date := ks3.FormatDate(testNow())
	for _, line := range []string{"", date} {
		sum := ks3.SignV2(vectorSecret, "GET\n\n\n"+line+"\nx-kss-date:"+date+"\n/my-bucket/?uploads")
		w := send(t, s, "GET /?uploads", bucketHost, "x-kss-date: "+date, "Authorization: KSS "+vectorKey+":"+sum)
		if w.Code != 200 {
			t.Errorf("with the date line %q: %d %s", line, w.Code, w.Body)
		}
	}
}

func TestSessionTokens(t *testing.T) {
	s := openAt(t, testNow())
	temporary := s.byKey["AKTEMP"]
	for _, tt := range []struct {
		user   User
		header []string
		line   string
		status int
	}{
		{temporary, []string{"x-kss-security-token: TOKENEXAMPLE"}, "GET /", 200},
		{temporary, nil, "GET /?security-token=TOKENEXAMPLE", 200},
		{temporary, []string{"x-kss-security-token: OTHER"}, "GET /", 403},
		{temporary, nil, "GET /", 403},
		{s.byKey[vectorKey], []string{"x-kss-security-token: TOKENEXAMPLE"}, "GET /", 403},
	} {
		w := signedAs(t, s, tt.user, tt.line, "localhost", "", tt.header...)
		if w.Code != tt.status || w.Code == 403 && !strings.Contains(w.Body.String(), "<Code>InvalidToken</Code>") {
			t.Errorf("%s by %s with %v: %d %s", tt.line, tt.user.AccessKeyID, tt.header, w.Code, w.Body)
		}
	}
}

func TestAWSFormOfV2IsTaken(t *testing.T) {
	s := openAt(t, testNow())
	date := ks3.FormatDate(testNow())
	sum := ks3.SignV2(vectorSecret, "POST\n\n\n"+date+"\nx-amz-meta-a:b\nx-amz-storage-class:ARCHIVE\n/my-bucket/k?uploads")
	w := send(t, s, "POST /k?uploads", bucketHost, "Date: "+date, "x-amz-meta-a: b", "x-amz-storage-class: ARCHIVE",
		"Authorization: AWS "+vectorKey+":"+sum)
	if w.Code != 200 || w.Header().Get("X-Amz-Request-Id") != w.Header().Get("X-Kss-Request-Id") {
		t.Fatal(w.Code, w.Body, w.Header())
	}
	list := signed(t, s, "GET /?uploads&prefix=k", bucketHost, "").Body.String()
	if !strings.Contains(list, "<StorageClass>ARCHIVE<") {
		t.Error(list)
	}
}

// signedV4 sends a request with an AWS V4 signature and the headers that it covers.
func signedV4(t testing.TB, s *Server, line, host, body, payload string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	method, target, _ := strings.Cut(line, " ")
	r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	r.Host = host
	r.Header.Set("X-Amz-Date", s.now().Format(ks3.TimeV4))
	if payload != "" {
		r.Header.Set("X-Amz-Content-Sha256", payload)
	}
	for _, h := range header {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	names := []string{"host"}
	for name := range r.Header {
		if name = strings.ToLower(name); name != "x-amz-unsigned" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	sum, scope := ks3.SignV4(ks3.AWS, vectorSecret, ks3.RequestV4{
		Method: method, EscapedPath: r.URL.EscapedPath(), Query: r.URL.Query(), Header: r.Header, Host: host,
		SignedHeaders: names, PayloadHash: payload, Time: s.now(), Region: "anywhere-1",
	})
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+vectorKey+"/"+scope+", SignedHeaders="+strings.Join(names, ";")+", Signature="+sum)
	return answerTo(s, r)
}

func TestWhatTheClientSaysOfTheBody(t *testing.T) {
	const body = "hello"
	sum := sha256.Sum256([]byte(body))
	hash := hex.EncodeToString(sum[:])
	chunked := []string{"x-amz-decoded-content-length: 5", "x-amz-trailer: x-amz-checksum-crc32", "content-encoding: aws-chunked"}
	chunks := "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:%\r\n\r\n"
	tests := []struct {
		name, body, payload string
		header              []string
		status              int
		code                string
	}{
		{"hash", body, hash, nil, 200, ""},
		{"hash in capitals", body, strings.ToUpper(hash), nil, 200, ""},
		{"wrong hash", "hellO", hash, nil, 400, "XAmzContentSHA256Mismatch"},
		{"no hash", body, "", nil, 400, "InvalidArgument"},
		{"bad hash", body, "abc", nil, 400, "InvalidArgument"},
		{"unsigned", body, ks3.UnsignedPayload, nil, 200, ""},
		{"MD5", body, ks3.UnsignedPayload, []string{"Content-MD5: XUFAKrxLKna5cZ2REBfFkg=="}, 200, ""},
		{"wrong MD5", "hellO", ks3.UnsignedPayload, []string{"Content-MD5: XUFAKrxLKna5cZ2REBfFkg=="}, 400, "InvalidDigest"},
		{"MD5 in hex", body, ks3.UnsignedPayload, []string{"Content-MD5: 5d41402abc4b2a76b9719d911017c592"}, 400, "InvalidDigest"},
		{"CRC32", body, ks3.UnsignedPayload, []string{"x-amz-checksum-crc32: NhCmhg=="}, 200, ""},
		{"wrong CRC32", body, ks3.UnsignedPayload, []string{"x-amz-checksum-crc32: NhCmhh=="}, 400, "InvalidDigest"},
		{"CRC32C", body, ks3.UnsignedPayload, []string{"x-amz-checksum-crc32c: mnG7TA=="}, 200, ""},
		{"unknown checksum", body, ks3.UnsignedPayload, []string{"x-amz-checksum-xyz: 1"}, 501, "NotImplemented"},
		{"algorithm only", body, ks3.UnsignedPayload, []string{"x-amz-sdk-checksum-algorithm: CRC32"}, 200, ""},
		{"chunks", strings.ReplaceAll(chunks, "%", "NhCmhg=="), ks3.StreamingUnsignedTrailer, chunked, 200, ""},
		{"chunks, wrong trailer", strings.ReplaceAll(chunks, "%", "AAAAAA=="), ks3.StreamingUnsignedTrailer, chunked, 400, "InvalidDigest"},
		{"chunks, no trailer", "5\r\nhello\r\n0\r\n\r\n", ks3.StreamingUnsignedTrailer, chunked, 400, "InvalidDigest"},
		{"chunks, short", "4\r\nhell\r\n0\r\n\r\n", ks3.StreamingUnsignedTrailer, chunked, 400, "InvalidArgument"},
		{"chunks, long", "6\r\nhello!\r\n0\r\n\r\n", ks3.StreamingUnsignedTrailer, chunked, 400, "InvalidArgument"},
		{"chunks, none", body, ks3.StreamingUnsignedTrailer, chunked, 400, "InvalidArgument"},
		{"chunks, unannounced trailer", "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\nx-a:b\r\n\r\n", ks3.StreamingUnsignedTrailer, chunked, 400, "InvalidArgument"},
		{"chunks, a trailer twice", "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", ks3.StreamingUnsignedTrailer, chunked, 400, "InvalidArgument"},
		{"chunks, signed unasked", "5;chunk-signature=0\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", ks3.StreamingUnsignedTrailer, chunked, 400, "InvalidArgument"},
		{"chunks, a trailer that is no checksum", "0\r\n\r\n", ks3.StreamingUnsignedTrailer, []string{chunked[0], "x-amz-trailer: x-amz-meta-a"}, 400, "InvalidArgument"},
		{"a trailer without chunks", body, ks3.UnsignedPayload, []string{"x-amz-trailer: x-amz-checksum-crc32"}, 400, "InvalidArgument"},
		{"chunks, no length", "0\r\n\r\n", ks3.StreamingUnsignedTrailer, nil, 411, "MissingContentLength"},
		{"chunks, unsaid", "5\r\nhello\r\n0\r\n\r\n", ks3.UnsignedPayload, chunked, 400, "InvalidArgument"},
		{"chunks signed otherwise", body, "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", chunked, 501, "NotImplemented"},
		{"an unsigned header", body, ks3.UnsignedPayload, []string{"x-amz-unsigned: 1"}, 403, "AccessDenied"},
	}
	s := openAt(t, testNow())
	for _, tt := range tests {
		id := initiate(t, s, "/k")
		w := signedV4(t, s, "PUT /k?partNumber=1&uploadId="+id, bucketHost, tt.body, tt.payload, tt.header...)
		if w.Code != tt.status || tt.code != "" && !strings.Contains(w.Body.String(), "<Code>"+tt.code+"</Code>") {
			t.Errorf("%s: %d, want %d %s: %s", tt.name, w.Code, tt.status, tt.code, w.Body)
		}
		parts := signed(t, s, "GET /k?uploadId="+id, bucketHost, "").Body.String()
		if stored := strings.Contains(parts, "<Size>5</Size>"); stored != (tt.status == 200) {
			t.Errorf("%s: parts are %s", tt.name, parts)
		}
		if tt.status == 200 && !strings.Contains(parts, "5d41402abc4b2a76b9719d911017c592") {
			t.Errorf("%s: other bytes are stored: %s", tt.name, parts)
		}
	}
}
