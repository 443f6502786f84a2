package emulator

import "testing"

// KS3's page of conditional requests: 409, and it goes before the conditions.
func TestAnObjectIsNotOverwrittenWhereTheRequestForbidsIt(t *testing.T) {
	const forbid = "x-kss-forbid-overwrite: true"
	s := openAt(t, testNow())
	id := initiate(t, s, "/k")
	etag := putPart(t, s, "/k", id, 1, "new")
	if w := signed(t, s, "PUT /k", bucketHost, "old", forbid); w.Code != 200 {
		t.Fatalf("put where there is nothing: %d %s", w.Code, w.Body)
	}
	putBody(t, s, "/other", "other")
	for _, tt := range []struct {
		line, body string
		header     []string
		status     int
		code       string
	}{
		{"PUT /k", "new", []string{forbid}, 409, codeObjectExists},
		{"PUT /k", "new", []string{forbid, "If-Match: *"}, 409, codeObjectExists},
		{"PUT /k", "new", []string{forbid, "If-None-Match: *"}, 409, codeObjectExists},
		{"PUT /k", "new", []string{"x-kss-forbid-overwrite: yes"}, 400, "InvalidArgument"},
		{"PUT /k", "", []string{forbid, "x-kss-copy-source: /my-bucket/other"}, 409, codeObjectExists},
		{"POST /k?uploads", "", []string{forbid}, 409, codeObjectExists},
		{"POST /k?uploadId=" + id, completeBody(1, etag), []string{forbid}, 409, codeObjectExists},
	} {
		w := signed(t, s, tt.line, bucketHost, tt.body, tt.header...)
		if w.Code != tt.status || codeOf(w) != tt.code {
			t.Errorf("%s %q: %d %s, want %d %s", tt.line, tt.header, w.Code, w.Body, tt.status, tt.code)
		}
		if w := signed(t, s, "GET /k", bucketHost, ""); w.Body.String() != "old" {
			t.Errorf("%s %q: the object is %q", tt.line, tt.header, w.Body)
		}
	}
	if w := signed(t, s, "POST /k?uploadId="+id, bucketHost, completeBody(1, etag), "x-kss-forbid-overwrite: false"); w.Code != 200 {
		t.Errorf("false is as if it were not sent: %d %s", w.Code, w.Body)
	}
	if w := signed(t, s, "DELETE /k", bucketHost, "", forbid); w.Code != 204 {
		t.Errorf("a delete overwrites nothing: %d %s", w.Code, w.Body)
	}
	if w := signed(t, s, "POST /k?uploads", bucketHost, "", forbid); w.Code != 200 {
		t.Errorf("initiate where there is nothing: %d %s", w.Code, w.Body)
	}
}
