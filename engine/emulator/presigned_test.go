package emulator

import (
	"cmp"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"offcut/engine/ks3"
)

// The signatures are those of the protocol's vectors.
func TestVectorsOfPresignedURLsAreTaken(t *testing.T) {
	const (
		host = "my-bucket.ks3-cn-beijing.ksyuncs.com"
		v2   = "GET /?uploads&KSSAccessKeyId=" + vectorKey + "&Expires=1141214400&Signature=vUt%2FKuY3jSTcsHsGhf0GpaD14Bg%3D"
		v4   = "GET /?uploads&X-Kss-Algorithm=KSS4-HMAC-SHA256&X-Kss-Credential=" + vectorKey + "%2F20240301%2FBEIJING%2Fks3%2Fkss4_request" +
			"&X-Kss-Date=20240301T120000Z&X-Kss-Expires=900&X-Kss-SignedHeaders=host" +
			"&X-Kss-Signature=c54cdd64e3cf1b8d2a227ba02be6d05dd2ac88347d40496741f4fdfa90642740"
	)
	begin := time.Date(2024, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name, line, host string
		now              time.Time
		code             string
	}{
		{"V2 at its last second", v2, host, time.Unix(1141214400, 999), ""},
		{"V2 in path style", strings.Replace(v2, "/?", "/my-bucket/?", 1), "localhost", time.Unix(1, 0), ""},
		{"V2 a second later", v2, host, time.Unix(1141214401, 0), "URLExpired"},
		{"V2 with what is not signed", v2 + "&prefix=a", host, time.Unix(1, 0), ""},
		{"V2 with another sub-resource", v2 + "&acl", host, time.Unix(1, 0), "SignatureDoesNotMatch"},
		{"V2 of another bucket", v2, "other.localhost", time.Unix(1, 0), "SignatureDoesNotMatch"},
		{"V2 by another method", strings.Replace(v2, "GET", "HEAD", 1), host, time.Unix(1, 0), "403"},
		{"V4", v4, host, begin, ""},
		{"V4 at its last second", v4, host, begin.Add(900 * time.Second), ""},
		{"V4 a second later", v4, host, begin.Add(901 * time.Second), "URLExpired"},
		{"V4 of a client 15 minutes ahead", v4, host, begin.Add(-15 * time.Minute), ""},
		{"V4 of a client further ahead", v4, host, begin.Add(-15*time.Minute - time.Second), "RequestTimeTooSkewed"},
		{"V4 with an added parameter", v4 + "&prefix=a", host, begin, "SignatureDoesNotMatch"},
		{"V4 at another host", v4, "my-bucket.localhost", begin, "SignatureDoesNotMatch"},
		{"V4 of another life", strings.Replace(v4, "=900", "=901", 1), host, begin, "SignatureDoesNotMatch"},
	} {
		w := send(t, openAt(t, tt.now), tt.line, tt.host)
		wantCode(t, tt.name, w, tt.code)
		if w.Header().Get("X-Amz-Request-Id") != "" {
			t.Errorf("%s is answered in AWS's spelling", tt.name)
		}
	}
}

// wantCode compares an answer with 200, for an empty code, or with 403 or 400
// and a code in the body. A code that is a number is a status.
func wantCode(t *testing.T, name string, w *httptest.ResponseRecorder, code string) {
	t.Helper()
	status := 403
	switch code {
	case "":
		status = 200
	case "InvalidArgument":
		status = 400
	case "403":
		code = ""
	}
	if w.Code != status || code != "" && !strings.Contains(w.Body.String(), "<Code>"+code+"</Code>") {
		t.Errorf("%s: %d, want %d %s: %s", name, w.Code, status, code, w.Body)
	}
}

// A link is a presigned request that is still being made.
type link struct {
	d            ks3.Dialect
	user         User
	method, path string // the path has no bucket
	query        url.Values
	header       []string // "Name: value", signed by V2
	life         string
	signed       []string // headers that V4 signs beside host
	region, host string   // BEIJING and bucketHost when empty
}

func (l link) v2() string {
	h := map[string][]string{}
	for _, line := range l.header {
		name, value, _ := strings.Cut(line, ": ")
		h[name] = []string{value}
	}
	expires := l.life
	sum := ks3.SignV2(l.user.SecretAccessKey, ks3.StringToSignV2(l.d, l.method, h, expires, ks3.ResourceV2("my-bucket", true, l.path, l.query)))
	return l.method + " " + l.path + "?" + l.query.Encode() + "&" + url.Values{
		l.d.KeyParamV2: {l.user.AccessKeyID}, "Expires": {expires}, "Signature": {sum},
	}.Encode()
}

func (l link) v4(at time.Time) string {
	h := map[string][]string{}
	for _, line := range l.header {
		name, value, _ := strings.Cut(line, ": ")
		h[name] = []string{value}
	}
	region, host := cmp.Or(l.region, "BEIJING"), cmp.Or(l.host, bucketHost)
	names := append([]string{"host"}, l.signed...)
	query, p := url.Values{}, l.d.QueryPrefix
	for name, values := range l.query {
		query[name] = values
	}
	query.Set(p+"Algorithm", l.d.AlgorithmV4)
	query.Set(p+"Credential", strings.Join([]string{l.user.AccessKeyID, at.Format("20060102"), region, l.d.ServiceV4, l.d.TerminatorV4}, "/"))
	query.Set(p+"Date", at.Format(ks3.TimeV4))
	query.Set(p+"Expires", l.life)
	query.Set(p+"SignedHeaders", strings.Join(names, ";"))
	hash := ks3.UnsignedPayload
	if v := h[canonicalName(l.d, "Content-Sha256")]; v != nil {
		hash = v[0]
	}
	sum, _ := ks3.SignV4(l.d, l.user.SecretAccessKey, ks3.RequestV4{
		Method: l.method, EscapedPath: l.path, Query: query, Header: h, Host: host,
		SignedHeaders: names, PayloadHash: hash, Time: at, Region: region,
	})
	return l.method + " " + l.path + "?" + query.Encode() + "&" + p + "Signature=" + sum
}

func canonicalName(d ks3.Dialect, rest string) string { return d.QueryPrefix + rest }

func seconds(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

func TestPresignedV2(t *testing.T) {
	s := openAt(t, testNow())
	user, temporary := s.byKey[vectorKey], s.byKey["AKTEMP"]
	soon := seconds(testNow().Add(time.Hour))
	for _, d := range []ks3.Dialect{ks3.Native, ks3.AWS} {
		list := link{d: d, user: user, method: "GET", path: "/", query: url.Values{"uploads": {""}}, life: soon}
		good := list.v2()
		_, sum, _ := strings.Cut(good, "&Signature=")
		signature := "&Signature=" + sum
		changed := func(old, with string) string { return strings.Replace(good, old, with, 1) }
		for _, tt := range []struct{ name, line, code string }{
			{"good", good, ""},
			{"no key", changed(d.KeyParamV2+"=", "x="), "InvalidAuthorizationString"},
			{"no end", changed("Expires=", "x="), "InvalidAuthorizationString"},
			{"no signature", strings.Replace(good, signature, "", 1), "InvalidAuthorizationString"},
			{"key in the wrong case", changed(d.KeyParamV2, strings.ToLower(d.KeyParamV2)), "InvalidAuthorizationString"},
			{"two signatures", good + signature, "InvalidAuthorizationString"},
			{"two ends", good + "&Expires=" + soon, "InvalidAuthorizationString"},
			{"end in words", changed(soon, "tomorrow"), "InvalidAuthorizationString"},
			{"end with a sign", changed("Expires="+soon, "Expires=%2B"+soon), "InvalidAuthorizationString"},
			{"negative end", changed("Expires=", "Expires=-"), "InvalidAuthorizationString"},
			{"later end", changed("Expires="+soon, "Expires="+soon+"0"), "SignatureDoesNotMatch"},
			{"unknown key", changed("="+vectorKey, "=nobody"), "InvalidAccessKeyId"},
			{"both dialects", good + "&KSSAccessKeyId=a&AWSAccessKeyId=a", "InvalidArgument"},
			{"V4 beside it", good + "&X-Kss-Signature=a", "InvalidArgument"},
			{"a token that is not the key's", good + "&security-token=x", "SignatureDoesNotMatch"},
		} {
			wantCode(t, d.SchemeV2+", "+tt.name, send(t, s, tt.line, bucketHost), tt.code)
		}
		wantCode(t, "a header beside it", send(t, s, good, bucketHost, "Authorization: KSS a:b"), "InvalidArgument")
		wantCode(t, "an empty header beside it", send(t, s, good, bucketHost, "Authorization: "), "InvalidArgument")
		wantCode(t, "an unsigned header", send(t, s, good, bucketHost, d.HeaderPrefix+"acl: private"), "SignatureDoesNotMatch")
		if got := send(t, s, good, bucketHost).Header().Get("X-Amz-Request-Id") != ""; got != (d == ks3.AWS) {
			t.Errorf("%s: in AWS's spelling: %t", d.SchemeV2, got)
		}

		list.user = temporary
		list.query = url.Values{"uploads": {""}, "security-token": {"TOKENEXAMPLE"}}
		// The key is right and the bucket another account's.
		wantCode(t, "a token", send(t, s, list.v2(), bucketHost), "AccessDenied")
		list.query.Set("security-token", "OTHER")
		wantCode(t, "another token", send(t, s, list.v2(), bucketHost), "InvalidToken")
		list.query.Del("security-token")
		wantCode(t, "no token", send(t, s, list.v2(), bucketHost), "InvalidToken")
		wantCode(t, "an added token", send(t, s, list.v2()+"&security-token=TOKENEXAMPLE", bucketHost), "SignatureDoesNotMatch")
	}
}

func TestPresignedV2SignsWhatOverridesTheAnswer(t *testing.T) {
	s := openAt(t, testNow())
	if w := signed(t, s, "PUT /k", bucketHost, "hello"); w.Code != 200 {
		t.Fatal(w.Code, w.Body)
	}
	l := link{d: ks3.Native, user: s.byKey[vectorKey], method: "GET", path: "/k", life: seconds(testNow().Add(time.Second)), query: url.Values{
		"response-content-type": {"text/x y&z"}, "response-content-disposition": {"attachment; filename=\"a b\""},
		"response-cache-control": {"no-cache"}, "response-content-language": {"zh"}, "response-expires": {"0"}, "response-content-encoding": {"x"},
	}}
	w := send(t, s, l.v2(), bucketHost)
	wantCode(t, "overrides", w, "")
	if h := w.Header(); h.Get("Content-Type") != "text/x y&z" || h.Get("Content-Disposition") != `attachment; filename="a b"` {
		t.Errorf("%v", h)
	}
	wantCode(t, "another type", send(t, s, strings.Replace(l.v2(), "=no-cache", "=cache", 1), bucketHost), "SignatureDoesNotMatch")
}

func TestPresignedV4(t *testing.T) {
	now := testNow()
	s := openAt(t, now)
	for _, d := range []ks3.Dialect{ks3.Native, ks3.AWS} {
		p := d.QueryPrefix
		list := link{d: d, user: s.byKey[vectorKey], method: "GET", path: "/", query: url.Values{"uploads": {""}, "prefix": {"a b+c/*"}}, life: "60"}
		good := list.v4(now)
		lasting := func(life string) string { l := list; l.life = life; return l.v4(now) }
		changed := func(old, with string) string { return strings.Replace(good, old, with, 1) }
		for _, tt := range []struct{ name, line, code string }{
			{"good", good, ""},
			{"a week", lasting("604800"), ""},
			{"more than a week", lasting("604801"), "InvalidAuthorizationString"},
			{"no time", lasting("0"), "InvalidAuthorizationString"},
			{"negative", lasting("-1"), "InvalidAuthorizationString"},
			{"in words", lasting("1h"), "InvalidAuthorizationString"},
			{"too large", lasting("99999999999999999999"), "InvalidAuthorizationString"},
			{"other algorithm", changed("4-HMAC-SHA256", "4-HMAC-SHA512"), "InvalidAuthorizationString"},
			{"other date", changed(now.Format(ks3.TimeV4), now.Add(time.Second).Format(ks3.TimeV4)), "SignatureDoesNotMatch"},
			{"date of another day", changed(now.Format(ks3.TimeV4), now.Add(-24*time.Hour).Format(ks3.TimeV4)), "URLExpired"},
			{"date in words", changed(now.Format(ks3.TimeV4), "now"), "InvalidDateFormat"},
			{"host not signed", changed("SignedHeaders=host", "SignedHeaders=date"), "InvalidAuthorizationString"},
			{"headers out of order", changed("SignedHeaders=host", "SignedHeaders=host%3Bdate"), "InvalidAuthorizationString"},
			{"no headers", changed("SignedHeaders=host", "SignedHeaders="), "InvalidAuthorizationString"},
			{"twice the end", good + "&" + p + "Expires=60", "InvalidAuthorizationString"},
			{"both dialects", good + "&X-Kss-Date=1&X-Amz-Date=1", "InvalidArgument"},
			{"V2 beside it", good + "&Signature=a", "InvalidArgument"},
			{"other method", changed("GET", "DELETE"), "SignatureDoesNotMatch"},
			{"other key", changed(" /?", " /k?"), "SignatureDoesNotMatch"},
			{"other prefix", changed("prefix=a", "prefix=b"), "SignatureDoesNotMatch"},
			{"an added header's parameter", good + "&" + p + "Acl=private", "SignatureDoesNotMatch"},
			{"an added token", good + "&" + p + "Security-Token=TOKENEXAMPLE", "SignatureDoesNotMatch"},
		} {
			wantCode(t, d.AlgorithmV4+", "+tt.name, send(t, s, tt.line, bucketHost), tt.code)
		}
		wantCode(t, "an unsigned header", send(t, s, good, bucketHost, d.HeaderPrefix+"acl: private"), "AccessDenied")
		for _, name := range []string{"Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature"} {
			wantCode(t, "without "+name, send(t, s, changed(p+name+"=", "x="), bucketHost), "InvalidAuthorizationString")
			wantCode(t, "small "+name, send(t, s, changed(p+name+"=", strings.ToLower(p+name)+"="), bucketHost), "InvalidAuthorizationString")
		}
		list.user = s.byKey["AKTEMP"]
		wantCode(t, "no token", send(t, s, list.v4(now), bucketHost), "InvalidToken")
		list.query.Set(p+"Security-Token", "TOKENEXAMPLE")
		wantCode(t, "a token", send(t, s, list.v4(now), bucketHost), "AccessDenied")
	}
}

func TestPresignedV4BindsTheBodyWhereItSaysSo(t *testing.T) {
	now := testNow()
	s := openAt(t, now)
	const hash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824" // of "hello"
	put := link{d: ks3.Native, user: s.byKey[vectorKey], method: "PUT", path: "/dir/my%20video.mp4", life: "60",
		query: url.Values{"partNumber": {"1"}, "uploadId": {vectorID}}}
	wantCode(t, "any body", sendBody(t, s, put.v4(now), bucketHost, "anything"), "")

	put.header, put.signed = []string{"X-Kss-Content-Sha256: " + hash}, []string{"x-kss-content-sha256"}
	wantCode(t, "the signed body", sendBody(t, s, put.v4(now), bucketHost, "hello", put.header...), "")
	w := sendBody(t, s, put.v4(now), bucketHost, "hellO", put.header...)
	if w.Code != 400 || !strings.Contains(w.Body.String(), "XAmzContentSHA256Mismatch") {
		t.Errorf("another body: %d %s", w.Code, w.Body)
	}
	wantCode(t, "without the header", sendBody(t, s, put.v4(now), bucketHost, "hello"), "SignatureDoesNotMatch")
}

// What SDKs move from the headers to the query is a header here too.
func TestParametersOfAPresignedURLActAsHeaders(t *testing.T) {
	now := testNow()
	s := openAt(t, now)
	post := link{d: ks3.AWS, user: s.byKey[vectorKey], method: "POST", path: "/hoisted", life: "60",
		query: url.Values{"uploads": {""}, "X-Amz-Storage-Class": {"ARCHIVE"}}}
	wantCode(t, "in the query", send(t, s, post.v4(now), bucketHost), "")
	if list := signed(t, s, "GET /?uploads&prefix=hoisted", bucketHost, "").Body.String(); !strings.Contains(list, "<StorageClass>ARCHIVE<") {
		t.Error(list)
	}
	post.query.Add("X-Amz-Storage-Class", "STANDARD")
	wantCode(t, "twice", send(t, s, post.v4(now), bucketHost), "InvalidArgument")
	post.query.Set("X-Amz-Storage-Class", "ARCHIVE")
	post.header, post.signed = []string{"X-Amz-Storage-Class: STANDARD"}, []string{"x-amz-storage-class"}
	wantCode(t, "otherwise in the header", send(t, s, post.v4(now), bucketHost, post.header...), "InvalidArgument")

	put := link{d: ks3.AWS, user: s.byKey[vectorKey], method: "PUT", path: "/copy", life: "60",
		query: url.Values{"x-amz-copy-source": {"/my-bucket/k"}}}
	wantCode(t, "a copy's source", send(t, s, put.v4(now), bucketHost), "InvalidArgument")
}

func FuzzPresignedQuery(f *testing.F) {
	f.Add("KSSAccessKeyId=AKEXAMPLE&Expires=99999999999&Signature=x")
	f.Add("AWSAccessKeyId=AKEXAMPLE&Expires=9223372036854775807&Signature=")
	f.Add("X-Kss-Algorithm=KSS4-HMAC-SHA256&X-Kss-Credential=AKEXAMPLE/20260301/BEIJING/ks3/kss4_request&X-Kss-Date=20260301T120000Z&X-Kss-Expires=1&X-Kss-SignedHeaders=host&X-Kss-Signature=x")
	f.Add("X-Amz-Credential=////&x-amz-signature&Signature&signature=&X-Kss-Security-Token=a")
	s := openAt(f, testNow())
	f.Fuzz(func(t *testing.T, query string) {
		values, err := url.ParseQuery(query)
		if err != nil || strings.ContainsAny(query, " \x7f") || strings.ContainsFunc(query, func(r rune) bool { return r < ' ' }) {
			t.Skip("no HTTP server would let this through")
		}
		w := send(t, s, "GET /my-bucket/k?"+query, "localhost")
		if w.Code != 403 && w.Code != 400 && w.Code != 404 && w.Code != 501 {
			t.Errorf("%q: %d %s", query, w.Code, w.Body)
		}
		if marksOf(values) != 0 && strings.Contains(w.Body.String(), "is not signed") {
			t.Errorf("%q is taken for anonymous: %s", query, w.Body)
		}
	})
}
