package emulator

import (
	"crypto/md5"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
)

func TestDeleteObjectsAnswersForEveryKey(t *testing.T) {
	long := strings.Repeat("k", maxKeyLength+1)
	many := strings.Repeat("<Object><Key>x</Key></Object>", maxDeletes)
	tests := []struct {
		name, body string
		status     int
		want       string // in the answer
		left       int    // objects
	}{
		{"one", "<Delete><Object><Key>a</Key></Object></Delete>", 200, "<Deleted><Key>a</Key></Deleted></DeleteResult>", 2},
		{"with a namespace", `<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Object><Key>a</Key></Object></Delete>`, 200, "<Deleted><Key>a</Key></Deleted></DeleteResult>", 2},
		{"one that never was", "<Delete><Object><Key>z</Key></Object></Delete>", 200, "<Deleted><Key>z</Key></Deleted></DeleteResult>", 3},
		{"the same twice", "<Delete><Object><Key>a</Key></Object><Object><Key>a</Key></Object></Delete>", 200, "<Deleted><Key>a</Key></Deleted><Deleted><Key>a</Key></Deleted></DeleteResult>", 2},
		{"quiet", "<Delete><Quiet>true</Quiet><Object><Key>a</Key></Object><Object><Key>b/&amp;&lt;</Key></Object></Delete>", 200, `/2006-03-01/"></DeleteResult>`, 1},
		{"too long a key", "<Delete><Quiet>true</Quiet><Object><Key>" + long + "</Key></Object><Object><Key>a</Key></Object></Delete>", 200, "<Code>KeyTooLong</Code>", 2},
		{"the null version", "<Delete><Object><Key>a</Key><VersionId>null</VersionId></Object></Delete>", 200, "<Deleted><Key>a</Key></Deleted>", 2},
		{"a version", "<Delete><Object><Key>a</Key><VersionId>1</VersionId></Object></Delete>", 501, "<Code>NotImplemented</Code>", 3},
		{"a condition", "<Delete><Object><Key>a</Key><ETag>x</ETag></Object></Delete>", 501, "<Code>NotImplemented</Code>", 3},
		{"what S3 does not know", "<Delete><Object><Key>a</Key><IfUnchanged/></Object></Delete>", 400, "<Code>MalformedXML</Code>", 3},
		{"what S3 does not know, of all", "<Delete><Bypass/><Object><Key>a</Key></Object></Delete>", 400, "<Code>MalformedXML</Code>", 3},
		{"two keys of one", "<Delete><Object><Key>a</Key><Key>c</Key></Object></Delete>", 400, "<Code>MalformedXML</Code>", 3},
		{"text", "<Delete><Object>a<Key>c</Key></Object></Delete>", 400, "<Code>MalformedXML</Code>", 3},
		{"1000", "<Delete>" + many + "</Delete>", 200, "<Deleted>", 3},
		{"1001", "<Delete>" + many + "<Object><Key>a</Key></Object></Delete>", 400, "<Code>MalformedXML</Code>", 3},
		{"none", "<Delete/>", 400, "<Code>MalformedXML</Code>", 3},
		{"nothing", "", 400, "<Code>MalformedXML</Code>", 3},
		{"no key", "<Delete><Object><Key>a</Key></Object><Object/></Delete>", 400, "<Code>MalformedXML</Code>", 3},
		{"another document", "<CompleteMultipartUpload/>", 400, "<Code>MalformedXML</Code>", 3},
		{"two documents", "<Delete><Object><Key>a</Key></Object></Delete><Delete/>", 400, "<Code>MalformedXML</Code>", 3},
		{"truncated", "<Delete><Object><Key>a</Key></Object>", 400, "<Code>MalformedXML</Code>", 3},
		{"too long", "<Delete>" + strings.Repeat(" ", maxDeleteBody), 400, "<Code>EntityTooLarge</Code>", 3},
	}
	for _, tt := range tests {
		s := openAt(t, testNow())
		for _, path := range []string{"/a", "/b/&%3C", "/c"} {
			putBody(t, s, path, "data")
		}
		sum := md5.Sum([]byte(tt.body))
		w := signed(t, s, "POST /?delete", bucketHost, tt.body, "Content-MD5: "+base64.StdEncoding.EncodeToString(sum[:]))
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) {
			t.Errorf("%s: %d, want %d with %q: %.500s", tt.name, w.Code, tt.status, tt.want, w.Body)
		}
		if n := countFiles(t, s); n != tt.left {
			t.Errorf("%s: %d files are left, want %d", tt.name, n, tt.left)
		}
	}
}

func TestDeleteObjectsChecksItsBody(t *testing.T) {
	s := openAt(t, testNow())
	putBody(t, s, "/a", "data")
	body := "<Delete><Object><Key>a</Key></Object></Delete>"
	for header, code := range map[string]string{"x-kss-meta-a: b": "MissingContentMD5", "Content-MD5: AAAAAAAAAAAAAAAAAAAAAA==": "InvalidDigest"} {
		if w := signed(t, s, "POST /?delete", bucketHost, body, header); w.Code != 400 || codeOf(w) != code {
			t.Errorf("%s: %d %s", header, w.Code, w.Body)
		}
	}
	if w := signed(t, s, "HEAD /a", bucketHost, ""); w.Code != 200 {
		t.Errorf("the object answers %d", w.Code)
	}
}

func FuzzDeleteBody(f *testing.F) {
	f.Add([]byte("<Delete><Quiet>true</Quiet><Object><Key>a</Key></Object></Delete>"))
	f.Add([]byte("<Delete xmlns='x'><Object><Key/></Object></Delete>"))
	f.Add([]byte(strings.Repeat("<Delete>", 1000)))
	f.Fuzz(func(t *testing.T, doc []byte) {
		req, err := parseDelete(doc)
		if err != nil {
			return
		}
		if n := len(req.Objects); n < 1 || n > maxDeletes || n > len(doc)/len("<Object></Object>") {
			t.Errorf("%d objects in %d bytes", n, len(doc))
		}
		var all []deletion
		for _, o := range req.Objects {
			if o.key() == "" {
				t.Error("a key is empty")
			}
			all = append(all, deletion{key: o.key()})
		}
		answer := string(deletionsDocument(&xmlDoc{}, all, false).end())
		if got := strings.Count(answer, "<Deleted>"); got != len(all) {
			t.Errorf("%d entries answer %d", got, len(all))
		}
	})
}

func BenchmarkDeleteObjects(b *testing.B) {
	s := openAt(b, testNow())
	var body strings.Builder
	body.WriteString("<Delete><Quiet>true</Quiet>")
	for i := range maxDeletes {
		fmt.Fprintf(&body, "<Object><Key>%d</Key></Object>", i)
	}
	body.WriteString("</Delete>")
	sum := md5.Sum([]byte(body.String()))
	for b.Loop() {
		w := signed(b, s, "POST /?delete", bucketHost, body.String(), "Content-MD5: "+base64.StdEncoding.EncodeToString(sum[:]))
		if w.Code != 200 {
			b.Fatal(w.Code, w.Body)
		}
	}
}
