package emulator

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"offcut/engine/ks3"
)

// rawSigned writes the head of a request to bucketHost byte for byte and signs it
// with all of its headers; a body may follow it.
func rawSigned(t testing.TB, s *Server, line string, header ...string) string {
	t.Helper()
	method, target, _ := strings.Cut(line, " ")
	path, query, _ := strings.Cut(target, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	date := ks3.FormatDate(s.now())
	h := map[string][]string{}
	lines := method + " " + target + " HTTP/1.1\r\nHost: " + bucketHost + "\r\nDate: " + date + "\r\n"
	for _, one := range header {
		name, value, _ := strings.Cut(one, ":")
		name = http.CanonicalHeaderKey(name)
		h[name] = append(h[name], strings.TrimSpace(value))
		lines += one + "\r\n"
	}
	label, _, _ := strings.Cut(bucketHost, ".")
	sum := ks3.SignV2(vectorSecret, ks3.StringToSignV2(ks3.Native, method, h, date, ks3.ResourceV2(label, true, path, values)))
	return lines + "Authorization: KSS " + vectorKey + ":" + sum + "\r\n\r\n"
}
