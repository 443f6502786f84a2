package emulator

import (
	"hash/crc64"
	"net/http"
	"strconv"
	"testing"
)

// What a Complete says of the whole object is compared with it, and refused
// where it can't be; the upload stays as it was.
func TestCompleteChecksWhatItIsToldOfTheWholeObject(t *testing.T) {
	sum := strconv.FormatUint(crc64.Checksum([]byte("data"), crc64.MakeTable(crc64.ECMA)), 10)
	for _, tt := range []struct {
		header string
		status int
		code   string
	}{
		{"x-amz-mp-object-size: 4", http.StatusOK, ""},
		{"x-kss-mp-object-size: 4", http.StatusOK, ""},
		{"x-amz-mp-object-size: 5", http.StatusBadRequest, "InvalidRequest"},
		{"x-amz-mp-object-size: four", http.StatusBadRequest, "InvalidRequest"},
		{"x-kss-checksum-crc64ecma: " + sum, http.StatusOK, ""},
		{"x-kss-checksum-crc64ecma: 1", http.StatusBadRequest, "InvalidDigest"},
		{"x-amz-checksum-crc32: AAAAAA==", http.StatusNotImplemented, "NotImplemented"},
		{"x-amz-checksum-type: FULL_OBJECT", http.StatusOK, ""},
	} {
		w := newCurl(t, openAt(t, testNow()))
		id := w.initiates("/k")
		resp, _ := w.ask("PUT /k?partNumber=1&uploadId="+id, "data")
		resp, body := w.ask("POST /k?uploadId="+id, completeBody(1, resp.Header.Get("ETag")), tt.header)
		if resp.StatusCode != tt.status || between(body, "<Code>", "<") != tt.code {
			t.Errorf("%s: %d %s, want %d %s", tt.header, resp.StatusCode, body, tt.status, tt.code)
		}
		resp, _ = w.ask("GET /k?uploadId="+id, "")
		if open := resp.StatusCode == http.StatusOK; open != (tt.code != "") {
			t.Errorf("%s: the upload is there: %t", tt.header, open)
		}
	}
}
