package emulator

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// One part of an object is read by its place in Complete's list.
func TestGetObjectReadsOnePart(t *testing.T) {
	s := openAt(t, testNow())
	first, second := strings.Repeat("a", minPartSize), "the second"
	id := initiate(t, s, "/k")
	var list strings.Builder
	for i, body := range []string{first, second} {
		number := []string{"7", "8"}[i]
		w := signed(t, s, "PUT /k?partNumber="+number+"&uploadId="+id, bucketHost, body)
		list.WriteString("<Part><PartNumber>" + number + "</PartNumber><ETag>" + w.Header().Get("ETag") + "</ETag></Part>")
	}
	w := signed(t, s, "POST /k?uploadId="+id, bucketHost, "<CompleteMultipartUpload>"+list.String()+"</CompleteMultipartUpload>")
	wants(t, "complete", w, http.StatusOK, "")
	putBody(t, s, "/simple", "one piece")
	putBody(t, s, "/empty", "")

	for _, tt := range []struct {
		path, number, body, contentRange, count string
		status                                  int
	}{
		{"/k", "1", first, "bytes 0-102399/102410", "2", 206},
		{"/k", "2", second, "bytes 102400-102409/102410", "2", 206},
		{"/simple", "1", "one piece", "bytes 0-8/9", "", 206},
		{"/empty", "1", "", "", "", 200},
		{"/k", "3", "InvalidPartNumber", "", "", 416},
		{"/simple", "2", "InvalidPartNumber", "", "", 416},
		{"/k", "0", "InvalidPartNum", "", "", 400},
		{"/k", "x", "InvalidPartNum", "", "", 400},
		{"/none", "1", "NoSuchKey", "", "", 404},
	} {
		for _, method := range []string{"GET", "HEAD"} {
			w := signed(t, s, method+" "+tt.path+"?partNumber="+tt.number, bucketHost, "")
			h := w.Header()
			if w.Code != tt.status || h.Get("Content-Range") != tt.contentRange || h.Get("x-kss-mp-parts-count") != tt.count {
				t.Errorf("%s part %s of %s: %d %v", method, tt.number, tt.path, w.Code, h)
			}
			if body := w.Body.String(); method == "GET" && tt.status < 300 && body != tt.body ||
				method == "GET" && !strings.Contains(body, tt.body) || method == "HEAD" && body != "" {
				t.Errorf("%s part %s of %s: the body has %d bytes", method, tt.number, tt.path, len(body))
			}
		}
	}
	w = signed(t, s, "GET /k?partNumber=1", bucketHost, "", "Range: bytes=0-1")
	wants(t, "part and range", w, http.StatusBadRequest, "InvalidRequest")
	wants(t, "delete of a part", signed(t, s, "DELETE /k?partNumber=1", bucketHost, ""), http.StatusNotImplemented, "NotImplemented")
	wants(t, "the object is there", signed(t, s, "HEAD /k", bucketHost, ""), http.StatusOK, "")
}

// Names of headers are on the wire as KS3's pages spell them.
func TestHeadersAreSpelledAsOnThePages(t *testing.T) {
	s := openAt(t, testNow())
	putBody(t, s, "/k", "data", "x-kss-meta-Owner: alice")
	conn, err := net.Dial("tcp", overSocket(t, s))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // It was only read.
	if _, err := io.WriteString(conn, rawRequest(s, "GET", "/k", "", bucketHost, "Connection: close\r\n")+"\r\n"); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ETag", "x-kss-request-id", "x-kss-meta-owner", "x-kss-storage-class", "Last-Modified", "Server"} {
		if !strings.Contains(string(answer), "\r\n"+name+": ") {
			t.Errorf("there is no %s in %q", name, answer)
		}
	}
}
