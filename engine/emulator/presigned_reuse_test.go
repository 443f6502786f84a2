package emulator

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"offcut/engine/ks3"
)

// A link that was given away does what it was made for and nothing else: no other
// method, no other operation, and no header of the protocol beside.
func TestALinkIsForOneOperation(t *testing.T) {
	s := openAt(t, testNow())
	putBody(t, s, "/secret", "secret")
	for _, d := range []ks3.Dialect{ks3.Native, ks3.AWS} {
		for _, made := range []string{"GET", "PUT", "DELETE"} {
			l := link{d: d, user: s.byKey[vectorKey], method: made, path: "/k", query: url.Values{}}
			l.life = seconds(testNow().Add(time.Hour))
			v2 := l.v2()
			l.life = "3600"
			for name, whole := range map[string]string{d.HeaderPrefix + " V2 ": v2, d.HeaderPrefix + " V4 ": l.v4(testNow())} {
				_, target, _ := strings.Cut(whole, " ")
				for _, method := range []string{"GET", "PUT", "POST", "DELETE"} {
					if method == made {
						continue
					}
					if w := send(t, s, method+" "+target, bucketHost); w.Code != http.StatusForbidden && w.Code != http.StatusNotImplemented {
						t.Errorf("%s%s by %s: %d %s", name, made, method, w.Code, w.Body)
					}
				}
				for _, more := range []string{
					"acl", "tagging", "policy", "lifecycle", "location", "delete", "uploads", "uploadId=" + vectorID,
					"uploadId=" + vectorID + "&partNumber=1", "response-content-type=text/html",
				} {
					if w := send(t, s, made+" "+target+"&"+more, bucketHost); w.Code < 400 {
						t.Errorf("%s%s with %s: %d %s", name, made, more, w.Code, w.Body)
					}
				}
				if made != "PUT" {
					continue
				}
				for _, header := range []string{"copy-source: /my-bucket/secret", "acl: public-read", "grant-read: id=\"2\"", "meta-a: b", "tagging: a=b",
					"storage-class: ARCHIVE", "website-redirect-location: /x", "security-token: x"} {
					for _, prefix := range []string{"x-kss-", "x-amz-"} {
						if w := sendBody(t, s, made+" "+target, bucketHost, "", prefix+header); w.Code < 400 {
							t.Errorf("%s%s with the header %s%s: %d %s", name, made, prefix, header, w.Code, w.Body)
						}
					}
				}
			}
		}
	}
}
