package emulator

import (
	"net/http/httptest"
	"strings"
	"testing"

	"offcut/engine/ks3"
)

// Whoever holds a signed request, such as a presigned URL, sends it with
// headers of the dialect that a V2 signature does not cover.
func TestHeadersOfTheOtherDialectDoNotChangeWhatV2Signed(t *testing.T) {
	s := openAt(t, testNow())
	wants(t, "the source", signed(t, s, "PUT /secret", bucketHost, "secret"), 200, "")
	date := ks3.FormatDate(testNow())
	const expires = "1772370000"
	for _, scheme := range []struct{ name, date, key, param, other string }{
		{"KSS", date, "KSS " + vectorKey + ":", "", "x-amz-"},
		{"AWS", date, "AWS " + vectorKey + ":", "", "x-kss-"},
		{"presigned KSS", expires, "", "KSSAccessKeyId", "x-amz-"},
		{"presigned AWS", expires, "", "AWSAccessKeyId", "x-kss-"},
	} {
		sum := ks3.SignV2(vectorSecret, "PUT\n\n\n"+scheme.date+"\n/my-bucket/k")
		put := func(header ...string) *httptest.ResponseRecorder {
			line := "PUT /k"
			if scheme.param == "" {
				header = append(header, "Date: "+date, "Authorization: "+scheme.key+sum)
			} else {
				line += "?" + scheme.param + "=" + vectorKey + "&Expires=" + expires + "&Signature=" + ks3.EscapeQuery(sum)
			}
			return send(t, s, line, bucketHost, header...)
		}
		wants(t, scheme.name, put(), 200, "")
		for _, header := range []string{
			"copy-source: /my-bucket/secret", "acl: public-read", "grant-read: uri=" + allUsers, "meta-a: b",
			"tagging: a=b", "storage-class: ARCHIVE", "website-redirect-location: http://else", "server-side-encryption: AES256",
		} {
			w := put(scheme.other + header)
			wants(t, scheme.name+" with "+scheme.other+header, w, 403, "AccessDenied")
			if !strings.Contains(w.Body.String(), "not signed") {
				t.Error(w.Body)
			}
		}
	}
	w := signed(t, s, "GET /k", bucketHost, "")
	if w.Body.Len() != 0 || w.Header().Get("X-Kss-Meta-A") != "" {
		t.Error(w.Header(), w.Body)
	}
}

// Signatures join the values of one header by commas, so that a value that has
// one may be cut in two on the way, and must still name what it named.
func TestAHeaderThatIsCutInTwoReadsAsItWasSigned(t *testing.T) {
	s := openAt(t, testNow())
	wants(t, "the source", signed(t, s, "PUT /secret", bucketHost, "secret"), 200, "")
	date := ks3.FormatDate(testNow())
	sum := ks3.SignV2(vectorSecret, "PUT\n\n\n"+date+"\nx-kss-copy-source:/my-bucket/secret,x\n/my-bucket/k")
	auth := []string{"Date: " + date, "Authorization: KSS " + vectorKey + ":" + sum}
	for _, source := range [][]string{
		{"x-kss-copy-source: /my-bucket/secret,x"},
		{"x-kss-copy-source: /my-bucket/secret", "x-kss-copy-source: x"},
	} {
		wants(t, strings.Join(source, " and "), send(t, s, "PUT /k", bucketHost, append(source, auth...)...), 404, "NoSuchKey")
	}
}
