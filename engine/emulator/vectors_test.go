package emulator

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"offcut/engine/ks3"
)

const (
	vectorKey    = "AKEXAMPLE"
	vectorSecret = "SKEXAMPLE"
	vectorID     = "1aa9cfad5e2e405c8f27965feb8b60cc"
	vectorDate   = "Wed, 01 Mar 2006 12:00:00 GMT"
)

// openAt starts a server whose clock stands still, with the user of the signature
// vectors, the bucket "my-bucket" and one upload of "dir/my video.mp4".
func openAt(t testing.TB, now time.Time) *Server {
	t.Helper()
	s, err := Open(Options{Users: []User{
		{ID: "1", Name: "vector", AccessKeyID: vectorKey, SecretAccessKey: vectorSecret},
		{ID: "2", AccessKeyID: "AKOTHER", SecretAccessKey: "SKOTHER"},
		{ID: "3", AccessKeyID: "AKTEMP", SecretAccessKey: "SKTEMP", SessionToken: "TOKENEXAMPLE"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	s.now = func() time.Time { return now }
	if err := s.CreateBucket("my-bucket", ""); err != nil {
		t.Fatal(err)
	}
	err = s.Seed(t.Context(), func(yield func(SeedUpload) bool) {
		yield(SeedUpload{Bucket: "my-bucket", Key: "dir/my video.mp4", ID: vectorID, Age: time.Hour})
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// send makes a request by hand. header is "Name: value" lines.
func send(t testing.TB, s *Server, line, host string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	return sendBody(t, s, line, host, "", header...)
}

func sendBody(t testing.TB, s *Server, line, host, body string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	method, target, _ := strings.Cut(line, " ")
	r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	r.Host = host
	for _, h := range header {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Add(name, value)
	}
	return answerTo(s, r)
}

// answerTo is the server's answer with its headers as a client finds them: in
// whatever case they were written.
func answerTo(s *Server, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	h := w.Header()
	for name, values := range maps.Clone(h) {
		delete(h, name)
		h[http.CanonicalHeaderKey(name)] = values
	}
	return w
}

// The signatures are those of the protocol's vectors: computed by hand, not by
// this module.
func TestVectorsAreTaken(t *testing.T) {
	const host = "my-bucket.ks3-cn-beijing.ksyuncs.com"
	v2 := func(signature string) []string {
		return []string{"Date: " + vectorDate, "Authorization: KSS " + vectorKey + ":" + signature}
	}
	tests := []struct {
		line, host string
		header     []string
		status     int
	}{
		{"GET /", "ks3-cn-beijing.ksyuncs.com", v2("TmFP/zm6rPwgvBb2aIqwV70A1Xk="), 200},
		{"GET /?uploads", host, v2("a9PXP/NhnrBTfQAjJm9Sv3GixOw="), 200},
		{"GET /?uploads=&prefix=dir&max-uploads=7", host, v2("a9PXP/NhnrBTfQAjJm9Sv3GixOw="), 200},
		{"GET /my-bucket/?uploads", "127.0.0.1:9000", v2("a9PXP/NhnrBTfQAjJm9Sv3GixOw="), 200},
		{"GET /my-bucket?uploads", "127.0.0.1:9000", v2("a9PXP/NhnrBTfQAjJm9Sv3GixOw="), 200},
		{"POST /dir/my%20video.mp4?uploads", host, append(v2("wnGF48qK3O7lfhoSQ2y4MOzgawM="), "Content-Type: video/mp4",
			"x-kss-acl: private", "x-kss-meta-owner: alice", "x-kss-storage-class: STANDARD_IA"), 200},
		{"PUT /dir/my%20video.mp4?partNumber=1&uploadId=" + vectorID, host, v2("XOaTMs9+MmKKyxM4H82xnDqSV3E="), 200},
		{"GET /dir/my%20video.mp4?uploadId=" + vectorID, host, v2("tfFay/ixvjOVo3zoFelrJWB0aQM="), 200},
		{"DELETE /dir/my%20video.mp4?uploadId=" + vectorID, host, v2("eD4SHgSRFOiNds2dhVcJUC4QEJU="), 204},
		{"DELETE /my-bucket/dir/my%20video.mp4?uploadId=" + vectorID, "127.0.0.1", v2("eD4SHgSRFOiNds2dhVcJUC4QEJU="), 204},
		// The token is signed, and the key is a permanent one.
		{"DELETE /dir/my%20video.mp4?uploadId=" + vectorID, host,
			append(v2("Lfge3Oc8uGM0SzaffpA3VW74400="), "x-kss-security-token: TOKENEXAMPLE"), 403},
	}
	now, _ := ks3.ParseDate(vectorDate)
	for _, tt := range tests {
		w := send(t, openAt(t, now), tt.line, tt.host, tt.header...)
		if w.Code != tt.status {
			t.Errorf("%s at %s: %d, want %d: %s", tt.line, tt.host, w.Code, tt.status, w.Body)
		}
		if tt.status == 403 && !strings.Contains(w.Body.String(), "<Code>InvalidToken</Code>") {
			t.Errorf("%s with a token: %s", tt.line, w.Body)
		}
	}
}

func TestVectorsOfV4AreTaken(t *testing.T) {
	const (
		host  = "my-bucket.ks3-cn-beijing.ksyuncs.com"
		empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	)
	tests := []struct {
		line   string
		d      ks3.Dialect
		sum    string
		status int
	}{
		{"GET /?uploads", ks3.Native, "74d3e4f31a5542d3902beb852b3a7b0c3729689fff9441c93b7d3257d71fb411", 200},
		{"GET /?uploads=", ks3.AWS, "0a345794f6eb35efd9004c599e39834d58ecafb70a5c3344b5e211a4d2b89e79", 200},
		{"DELETE /dir/my%20video.mp4?uploadId=" + vectorID, ks3.Native, "659e08f37f1f2ba96ee1114fdcca4f18f4ff389fb346e7172bbbb6a122b188a6", 204},
		{"DELETE /dir/my%20video.mp4?uploadId=" + vectorID, ks3.AWS, "7291dff3debd38b97f99f4858c09eb3a1e8286fbd7bc8dbb78c918b6f79647ab", 204},
		{"DELETE /dir/my%20video.mp4?uploadId=V", ks3.AWS, "7291dff3debd38b97f99f4858c09eb3a1e8286fbd7bc8dbb78c918b6f79647ab", 403},
	}
	for _, tt := range tests {
		s := openAt(t, time.Date(2024, 3, 1, 12, 10, 0, 0, time.UTC))
		p := tt.d.HeaderPrefix
		w := send(t, s, tt.line, host, p+"date: 20240301T120000Z", p+"content-sha256: "+empty,
			"Authorization: "+tt.d.AlgorithmV4+" Credential="+vectorKey+"/20240301/BEIJING/"+tt.d.ServiceV4+"/"+tt.d.TerminatorV4+
				", SignedHeaders=host;"+p+"content-sha256;"+p+"date, Signature="+tt.sum)
		if w.Code != tt.status {
			t.Errorf("%s, %s: %d, want %d: %s", tt.line, tt.d.AlgorithmV4, w.Code, tt.status, w.Body)
		}
		if w.Header().Get("X-Kss-Request-Id") == "" || (w.Header().Get("X-Amz-Request-Id") != "") != (tt.d == ks3.AWS) {
			t.Errorf("%s, %s: request ids %v", tt.line, tt.d.AlgorithmV4, w.Header())
		}
	}
}
