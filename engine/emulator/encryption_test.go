package emulator

import (
	"crypto/md5"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
)

func pageEncryption(w curl) {
	for _, algorithm := range [...]string{"AES256", "SM4"} {
		said := "x-kss-server-side-encryption: " + algorithm
		resp, body := w.ask("POST /k?uploads", "", said)
		if got := resp.Header.Get("x-kss-server-side-encryption"); got != algorithm {
			w.Errorf("initiate answers %q", got)
		}
		w.completes("/k", between(body, "<UploadId>", "<"))
		w.shows("/k", said)
	}
	resp, _ := w.ask("POST /k?uploads", "")
	for name := range resp.Header {
		if strings.Contains(name, "Encryption") {
			w.Errorf("without encryption the answer has %s", name)
		}
	}
	w.refuses(400, codeBadEncryption, "x-kss-server-side-encryption: ")
}

// customerKey are the headers of a key of n bytes.
func customerKey(fill string, n int) []string {
	key := []byte(strings.Repeat(fill, n))
	sum := md5.Sum(key)
	return []string{
		"x-kss-server-side-encryption-customer-algorithm: AES256",
		"x-kss-server-side-encryption-customer-key: " + base64.StdEncoding.EncodeToString(key),
		"x-kss-server-side-encryption-customer-key-MD5: " + base64.StdEncoding.EncodeToString(sum[:]),
	}
}

func pageCustomerKey(w curl) {
	key, other := customerKey("k", 32), customerKey("o", 32)
	checkHeaders := func(what string, h map[string][]string) {
		for name, values := range h {
			for _, v := range values {
				if strings.Contains(v, strings.Repeat("a2tr", 5)) {
					w.Errorf("%s answers the key itself in %s", what, name)
				}
			}
		}
		for _, line := range [...]string{key[0], key[2]} {
			name, value, _ := strings.Cut(line, ": ")
			for got, values := range h {
				if strings.EqualFold(got, name) && values[0] == value {
					value = ""
				}
			}
			if value != "" {
				w.Errorf("%s does not answer %s: %v", what, line, h)
			}
		}
	}
	resp, body := w.ask("POST /k?uploads", "", key...)
	checkHeaders("Initiate", resp.Header)
	id := between(body, "<UploadId>", "<")
	for _, tt := range [...]struct {
		what    string
		headers []string
		code    string
	}{
		{"no key", nil, codeMissingKey},
		{"another key", other, codeInvalidRequest},
		{"no algorithm", key[1:], codeBadKeyAlgorithm},
		{"no MD5", key[:2], codeBadKeyMD5},
		{"another MD5", []string{key[0], key[1], other[2]}, codeBadKeyMD5},
		{"an MD5 that is none", []string{key[0], key[1], "x-kss-server-side-encryption-customer-key-MD5: x"}, codeBadKeyMD5},
		{"no key beside its MD5", []string{key[0], key[2]}, codeMissingKey},
		{"another algorithm", []string{"x-kss-server-side-encryption-customer-algorithm: DES", key[1], key[2]}, codeBadKeyAlgorithm},
		{"a short key", customerKey("k", 16), "InvalidArgument"},
		{"encryption by the service", []string{"x-kss-server-side-encryption: AES256"}, "InvalidArgument"},
	} {
		resp, body := w.ask("PUT /k?partNumber=1&uploadId="+id, "data", tt.headers...)
		if resp.StatusCode != http.StatusBadRequest || between(body, "<Code>", "<") != tt.code {
			w.Errorf("a part with %s: %d %s", tt.what, resp.StatusCode, body)
		}
	}
	resp, _ = w.ask("PUT /k?partNumber=1&uploadId="+id, "data", key...)
	checkHeaders("Upload Part", resp.Header)
	list := completeBody(1, resp.Header.Get("ETag"))
	if resp, body = w.ask("POST /k?uploadId="+id, list, other...); resp.StatusCode != http.StatusBadRequest {
		w.Errorf("complete with another key: %d %s", resp.StatusCode, body)
	}
	resp, _ = w.ask("POST /k?uploadId="+id, list)
	checkHeaders("Complete", resp.Header)
	for _, method := range [...]string{"GET", "HEAD"} {
		for want, headers := range map[int][]string{200: key, 400: nil} {
			if resp, body = w.ask(method+" /k", "", headers...); resp.StatusCode != want {
				w.Errorf("%s with %q: %d %s", method, headers, resp.StatusCode, body)
			}
		}
		if resp, _ = w.ask(method+" /k", "", other...); resp.StatusCode != http.StatusBadRequest {
			w.Errorf("%s with another key: %d", method, resp.StatusCode)
		}
		resp, _ = w.ask(method+" /k", "", key...)
		checkHeaders(method, resp.Header)
	}
	w.refuses(400, "InvalidArgument", append(key, "x-kss-server-side-encryption: AES256")...)
	w.refuses(400, "InvalidArgument", customerKey("k", 33)...)
}

func TestAKeyForWhatHasNoneIsRefused(t *testing.T) {
	w := newCurl(t, openAt(t, testNow()))
	w.uploads("/k", nil)
	if resp, body := w.ask("GET /k", "", customerKey("k", 32)...); resp.StatusCode != http.StatusBadRequest || between(body, "<Code>", "<") != codeInvalidRequest {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
}

// Neither the state nor an error's text ever has the key.
func TestACustomersKeyIsNotKept(t *testing.T) {
	s := openAt(t, testNow())
	key := customerKey("k", 32)
	etag := putBody(t, s, "/k", "data", key...)
	row := objectRowOf(t, s, "k")
	_, text, _ := strings.Cut(key[1], ": ")
	if strings.Contains(string(row), text) || strings.Contains(string(row), strings.Repeat("k", 32)) {
		t.Errorf("the object %s is stored with its key", etag)
	}
	for _, headers := range [...][]string{key[:2], key[1:], {key[0], key[1] + "x", key[2]}} {
		w := signed(t, s, "POST /k?uploads", bucketHost, "", headers...)
		if w.Code != 400 || strings.Contains(w.Body.String(), text) {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
}
