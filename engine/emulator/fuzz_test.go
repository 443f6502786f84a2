package emulator

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"offcut/engine/emulator/switches"
	"offcut/engine/ks3"
)

// Whatever the request line, host and headers: one answer with a request id, and
// an error that names a code.
func FuzzRequests(f *testing.F) {
	f.Add("GET", "/?uploads", bucketHost, "", "")
	f.Add("DELETE", "//a/%2e%2e/%00?uploadId=&x=%", "127.0.0.1:9000", "KSS AKEXAMPLE:x", "")
	f.Add("PUT", "/my-bucket/k?partNumber=1&uploadId=x", "ks3-cn-beijing.ksyuncs.com", "KSS4-HMAC-SHA256 Credential=AKEXAMPLE/20260301/x/ks3/kss4_request, SignedHeaders=host, Signature=x", "data")
	f.Add("POST", "/k?uploadId=x", "a.b.localhost.", "AWS4-HMAC-SHA256 Credential=//////", "<CompleteMultipartUpload/>")
	f.Add("GET", "http://host/my-bucket/k", "[::1]:9000", "AWS AKEXAMPLE:", "")
	s := openAt(f, testNow())
	f.Fuzz(func(t *testing.T, method, target, host, authorization, body string) {
		r, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
		if err != nil {
			t.Skip("no HTTP server would let this through")
		}
		r.RequestURI, r.Host = target, host
		r.Header.Set("Authorization", authorization)
		r.Header.Set("Date", ks3.FormatDate(s.now()))
		r.Header.Set("X-Kss-Date", ks3.FormatDate(s.now()))
		w := answerTo(s, r)
		if w.Code < 300 || len(w.Header().Get("X-Kss-Request-Id")) != 32 {
			t.Errorf("%s %q with the signature %q: %d", method, target, authorization, w.Code)
		}
		if w.Code >= 500 && w.Code != 501 || method != "HEAD" && !strings.Contains(w.Body.String(), "<Code>") {
			t.Errorf("%s %q: %d %s", method, target, w.Code, w.Body)
		}
	})
}

// Requests whose signature is right reach the operations with any target.
func FuzzSignedTargets(f *testing.F) {
	f.Add("GET", "k\x00/../x", "uploadId", "x", "body")
	f.Add("POST", "k", "uploads", "", "")
	f.Add("", "0", "0", "0", "0")
	f.Add("PUT", "k", "partNumber", "1", "")
	f.Add("GET", "", "max-uploads", "-1", "")
	f.Add("POST", "k", "uploadId", vectorID, completeBody(1, `"x"`))
	s := openAt(f, testNow())
	f.Fuzz(func(t *testing.T, method, key, name, value, body string) {
		path := ks3.EscapePath("", key)
		query := "uploads&" + ks3.EscapeQuery(name) + "=" + ks3.EscapeQuery(value)
		if _, err := http.NewRequestWithContext(t.Context(), method, path+"?"+query, nil); err != nil || method == "" {
			t.Skip("no HTTP server would let this through")
		}
		for _, q := range []string{query, strings.TrimPrefix(query, "uploads&")} {
			w := signed(t, s, method+" "+path+"?"+q, bucketHost, body)
			if w.Code == 403 || w.Code >= 500 && w.Code != 501 {
				t.Errorf("%s %s?%s: %d %s", method, path, q, w.Code, w.Body)
			}
		}
	})
}

func FuzzCompleteBody(f *testing.F) {
	f.Add([]byte(completeBody(1, `"a"`, "b")))
	f.Add([]byte("<CompleteMultipartUpload xmlns='x'><Part><ETag/></Part></CompleteMultipartUpload>"))
	f.Add([]byte(strings.Repeat("<CompleteMultipartUpload>", 1000)))
	f.Fuzz(func(t *testing.T, doc []byte) {
		parts, err := parseComplete(doc)
		if err == nil && len(parts) > len(doc)/len("<Part/>") {
			t.Errorf("%d parts in %d bytes", len(parts), len(doc))
		}
	})
}

// What was framed comes out whole; what is no framing is an error and no data
// beyond what was in it.
func FuzzChunks(f *testing.F) {
	f.Add([]byte("hello, world"), 5, []byte("5\r\nhello\r\n0\r\n\r\n"))
	f.Add([]byte(""), 1, []byte("0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"))
	f.Add([]byte("x"), 1, []byte("5;chunk-signature=00\r\nhello\r\n0;\r\n\r\nmore"))
	f.Add([]byte("x"), 1, []byte("ffffffffffffffff\r\nhello"))
	f.Fuzz(func(t *testing.T, data []byte, size int, raw []byte) {
		framed := frame(data, min(max(size, 1), 1<<16))
		r := newChunkReader(bytes.NewReader(framed))
		got, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(got, data) || r.trailer.Get("X-Sum") != "1" {
			t.Errorf("%q came back as %q, trailer %v, %v", data, got, r.trailer, err)
		}
		cut := framed[:len(framed)-1]
		if _, err := io.ReadAll(newChunkReader(bytes.NewReader(cut))); err == nil {
			t.Errorf("%q is not a whole body", cut)
		}
		got, err = io.ReadAll(newChunkReader(bytes.NewReader(raw)))
		var refusal *apiError
		if len(got) > len(raw) || err != nil && !errors.Is(err, errChunks) && !errors.As(err, &refusal) {
			t.Errorf("%q: %q, %v", raw, got, err)
		}
	})
}

func frame(data []byte, size int) []byte {
	var b bytes.Buffer
	for len(data) > 0 {
		n := min(size, len(data))
		b.WriteString(hexText(n) + ";an=extension\r\n")
		b.Write(data[:n])
		b.WriteString("\r\n")
		data = data[n:]
	}
	b.WriteString("0\r\nx-sum: 1\r\n\r\n")
	return b.Bytes()
}

func hexText(n int) string {
	const digits = "0123456789abcdef"
	text := ""
	for ; n > 0; n /= 16 {
		text = string(digits[n%16]) + text
	}
	return text
}

// A config is fuzzed block by block: go test spends up to a minute on making each
// new input smaller, and a whole config is never done by then.
func FuzzConfig(f *testing.F) {
	for block := range strings.SplitAfterSeq(wholeConfig+documentedConfig(f), "\n}\n") {
		f.Add([]byte(block))
	}
	f.Add([]byte("switches { seed = 1e99 }\nfault \"x\" { times = -0.5 }\nrate_limit { burst = null }"))
	f.Add([]byte(`seed "b" { key = "%{if true}${"x"}%{endif}" }`))
	f.Fuzz(func(t *testing.T, src []byte) {
		c, err := LoadConfig("x", src)
		if err == nil && len(c.Seeds)+len(c.Users)+len(c.Buckets) > len(src) {
			t.Errorf("%+v", c)
		}
		if err == nil && switches.Check(c.Switches) != nil {
			t.Errorf("switches that can't be on: %+v", c.Switches)
		}
	})
}

// No row makes a decoder panic or take more than there is.
func FuzzRecords(f *testing.F) {
	u := upload{serial: 7, initiated: 1, attributes: attributes{
		class: "STANDARD", headers: []header{{"Expires", "x"}}, tags: []tag{{"a", ""}},
		grants: []grant{{"42", "READ"}}, sse: encryption{"AES256", "abc"},
	}, seeded: appendSeeded(nil, part{number: 1})}
	o := object{size: 4, etag: "x-1", attributes: u.attributes, pieces: []piece{{newFileID(), 4}}}
	f.Add(u.encode())
	f.Add(o.encode())
	f.Add(part{size: 1}.encode())
	f.Add(bucket{region: "BEIJING"}.encode())
	f.Fuzz(func(t *testing.T, row []byte) {
		if u, err := decodeUpload(row); err == nil {
			again, err := decodeUpload(u.encode())
			if err != nil || again.initiated != u.initiated || !reflect.DeepEqual(again.attributes, u.attributes) {
				t.Errorf("%+v came back as %+v, %v", u, again, err)
			}
			_, _ = decodeSeeded(u.seeded)
		}
		_, _ = decodeObject(row)
		_, _ = decodePart(1, row)
		_, _ = decodeBucket("b", row)
		_, _, _ = splitRow(row, nil)
		_, _, _, _ = uploadHead(row)
	})
}
