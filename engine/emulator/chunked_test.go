package emulator

import (
	"bytes"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"offcut/engine/ks3"
)

// A chunkedPut is an upload of a part in signed chunks, before it is sent.
type chunkedPut struct {
	head   http.Header
	chunks []string // each as it goes on the wire, the last without data included
	end    string   // trailers and the empty line
}

func (p chunkedPut) body() string { return strings.Join(p.chunks, "") + p.end }

const chunkedTarget = "/dir/my%20video.mp4?partNumber=1&uploadId=" + vectorID

// signChunks makes the request; where trailer is true a CRC-32 follows the body.
func signChunks(s *Server, d ks3.Dialect, data []byte, size int, trailer bool) chunkedPut {
	now, word := s.now(), ks3.StreamingPayload(d)
	p := chunkedPut{head: http.Header{}, end: "\r\n"}
	names := []string{"host"}
	set := func(name, value string) {
		p.head.Set(d.HeaderPrefix+name, value)
		names = append(names, d.HeaderPrefix+name)
	}
	if trailer {
		word = ks3.StreamingTrailer(d)
		set("trailer", "x-amz-checksum-crc32")
	}
	set("content-sha256", word)
	set("date", now.Format(ks3.TimeV4))
	set("decoded-content-length", strconv.Itoa(len(data)))
	slices.Sort(names)
	r := ks3.RequestV4{
		Method: "PUT", EscapedPath: "/dir/my%20video.mp4", Query: map[string][]string{"partNumber": {"1"}, "uploadId": {vectorID}},
		Header: p.head, Host: bucketHost, SignedHeaders: names, PayloadHash: word, Time: now,
	}
	key := ks3.NewKeyV4(d, vectorSecret, now.Format("20060102"), "BEIJING")
	seed := key.Sign(r)
	p.head.Set("Authorization", d.AlgorithmV4+" Credential="+vectorKey+"/"+key.Scope()+", SignedHeaders="+strings.Join(names, ";")+", Signature="+seed)
	signer := key.Chunks(now, seed)
	for piece := range slices.Chunk(data, size) {
		p.chunks = append(p.chunks, strconv.FormatInt(int64(len(piece)), 16)+";chunk-signature="+signer.Chunk(sha256.Sum256(piece))+"\r\n"+string(piece)+"\r\n")
	}
	p.chunks = append(p.chunks, "0;chunk-signature="+signer.Chunk(sha256.Sum256(nil))+"\r\n")
	if trailer {
		line := "x-amz-checksum-crc32:" + base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(data)))
		p.end = line + "\r\n" + d.HeaderPrefix + "trailer-signature:" + signer.Trailer(sha256.Sum256([]byte(line+"\n"))) + "\r\n\r\n"
	}
	return p
}

func sendChunks(t testing.TB, s *Server, head http.Header, body string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), "PUT", chunkedTarget, strings.NewReader(body))
	r.Host, r.Header = bucketHost, head.Clone()
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w
}

func letters(n int) []byte {
	data := make([]byte, n)
	for i := range data {
		data[i] = byte('a' + i/1000%26)
	}
	return data
}

func TestSignedChunksAreTakenAndTheirFramingIsNotKept(t *testing.T) {
	s := openAt(t, testNow())
	for _, d := range []ks3.Dialect{ks3.Native, ks3.AWS} {
		for _, trailer := range []bool{false, true} {
			for _, size := range []int{0, 1, 8 << 10, 20000, 64 << 10} {
				data := letters(size)
				put := signChunks(s, d, data, 8<<10, trailer)
				wantCode(t, d.AlgorithmV4, sendChunks(t, s, put.head, put.body()), "")
				parts := signed(t, s, "GET /dir/my%20video.mp4?uploadId="+vectorID, bucketHost, "").Body.String()
				sum := md5Text(data)
				if !strings.Contains(parts, "<Size>"+strconv.Itoa(size)+"</Size>") || !strings.Contains(parts, sum) {
					t.Errorf("%d bytes with trailer %t: %s", size, trailer, parts)
				}
			}
		}
	}
}

// Whatever is changed in a signed body on its way, nothing of it is kept.
func TestChangedChunksLeaveNothing(t *testing.T) {
	s := openAt(t, testNow())
	data := letters(30000)
	for _, trailer := range []bool{false, true} {
		put := signChunks(s, ks3.AWS, data, 8<<10, trailer)
		body, c := put.body(), put.chunks
		flip := func(at int) string {
			b := []byte(body)
			b[at] ^= 1
			return string(b)
		}
		firstData := strings.Index(body, "\r\n") + 2
		tests := []struct{ name, body, code string }{
			{"a byte of the first chunk", flip(firstData), "SignatureDoesNotMatch"},
			{"a byte of the last chunk", flip(len(c[0]) + len(c[1]) + len(c[2]) + 200), "SignatureDoesNotMatch"},
			{"a chunk's signature", flip(firstData - 3), "SignatureDoesNotMatch"},
			{"the last signature", flip(len(body) - len(put.end) - 3), "SignatureDoesNotMatch"},
			{"two chunks in another order", c[1] + c[0] + c[2] + c[3] + c[4] + put.end, "SignatureDoesNotMatch"},
			{"a chunk sent again", c[0] + c[0] + c[1] + c[2] + c[3] + c[4] + put.end, "SignatureDoesNotMatch"},
			{"a chunk left out", c[0] + c[2] + c[3] + c[4] + put.end, "SignatureDoesNotMatch"},
			{"the rest left out", c[0] + c[4] + put.end, "SignatureDoesNotMatch"},
			{"no last chunk", c[0] + c[1] + c[2] + c[3], "InvalidArgument"},
			{"cut in the middle", body[:len(body)/2], "InvalidArgument"},
			{"without the last line", body[:len(body)-2], "InvalidArgument"},
			{"more after the end", body + "x", "InvalidArgument"},
			{"a chunk without a signature", "5\r\nhello\r\n" + body, "SignatureDoesNotMatch"},
			{"another extension", strings.Replace(body, ";chunk-signature", ";x=y;chunk-signature", 1), "SignatureDoesNotMatch"},
			{"no framing", string(data), "InvalidArgument"},
			{"nothing", "", "InvalidArgument"},
		}
		if trailer {
			value := len(body) - len(put.end) + len("x-amz-checksum-crc32:")
			tests = append(tests, []struct{ name, body, code string }{
				{"a byte of the trailer", flip(value), "SignatureDoesNotMatch"},
				{"a byte of its signature", flip(len(body) - 6), "SignatureDoesNotMatch"},
				{"no trailers", strings.Join(c, "") + "\r\n", "InvalidArgument"},
				{"no trailers and two empty lines", strings.Join(c, "") + "\r\n\r\n", "SignatureDoesNotMatch"},
				{"no signature of the trailers", strings.Join(c, "") + put.end[:strings.Index(put.end, "\n")+1] + "\r\n\r\n", "SignatureDoesNotMatch"},
				{"an added trailer", strings.Join(c, "") + "x-amz-meta-a:b\r\n" + put.end, "SignatureDoesNotMatch"},
			}...)
		} else {
			tests = append(tests, struct{ name, body, code string }{
				"an unannounced trailer", strings.Join(c, "") + "x-amz-checksum-crc32:AAAAAA==\r\n\r\n", "InvalidArgument"})
		}
		for _, tt := range tests {
			wantCode(t, tt.name, sendChunks(t, s, put.head, tt.body), tt.code)
			if parts := signed(t, s, "GET /dir/my%20video.mp4?uploadId="+vectorID, bucketHost, "").Body.String(); strings.Contains(parts, "<Part>") {
				t.Fatalf("%s: something is stored: %s", tt.name, parts)
			}
		}
	}
}

func TestWhatHeadsSignedChunksIsChecked(t *testing.T) {
	s := openAt(t, testNow())
	put := signChunks(s, ks3.AWS, letters(100), 8<<10, false)
	for name, change := range map[string]func(http.Header){
		"length":        func(h http.Header) { h.Set("X-Amz-Decoded-Content-Length", "99") },
		"word":          func(h http.Header) { h.Set("X-Amz-Content-Sha256", ks3.StreamingUnsignedTrailer) },
		"plain body":    func(h http.Header) { h.Set("X-Amz-Content-Sha256", ks3.UnsignedPayload) },
		"the signature": func(h http.Header) { h.Set("Authorization", h.Get("Authorization")+"0") },
	} {
		head := put.head.Clone()
		change(head)
		wantCode(t, name, sendChunks(t, s, head, put.body()), "SignatureDoesNotMatch")
	}
	// The native word with AWS's algorithm is neither.
	w := signedV4(t, s, "PUT "+chunkedTarget, bucketHost, put.body(), ks3.StreamingPayload(ks3.Native), "x-amz-decoded-content-length: 100")
	if w.Code != 501 {
		t.Errorf("a word of the other dialect: %d %s", w.Code, w.Body)
	}
}

// Each chunk costs a signature, so they may not be tiny; the last one may.
func TestTinySignedChunksAreRefused(t *testing.T) {
	s := openAt(t, testNow())
	put := signChunks(s, ks3.AWS, letters(100), 10, false)
	wantCode(t, "chunks of 10 bytes", sendChunks(t, s, put.head, put.body()), "InvalidChunkSizeError")
}

// The framing is the request's; what the object was encoded with before is kept.
func TestContentEncodingLosesTheFraming(t *testing.T) {
	s := openAt(t, testNow())
	chunks := "5\r\nhello\r\n0\r\n\r\n"
	for _, tt := range []struct{ sent, kept string }{
		{"aws-chunked", ""}, {"aws-chunked,gzip", "gzip"}, {"gzip, aws-chunked", "gzip"}, {"AWS-Chunked, gzip, br", "gzip, br"}, {"gzip", "gzip"},
	} {
		w := signedV4(t, s, "PUT /k", bucketHost, chunks, ks3.StreamingUnsignedTrailer,
			"x-amz-decoded-content-length: 5", "content-encoding: "+tt.sent)
		wantCode(t, tt.sent, w, "")
		got := signed(t, s, "GET /k", bucketHost, "")
		if got.Header().Get("Content-Encoding") != tt.kept || got.Body.String() != "hello" {
			t.Errorf("%s: kept as %q with the bytes %q", tt.sent, got.Header().Get("Content-Encoding"), got.Body)
		}
	}
	// A body that has no framing keeps what it says, whatever that is.
	w := signedV4(t, s, "POST /k?uploads", bucketHost, "", ks3.UnsignedPayload, "content-encoding: aws-chunked")
	wantCode(t, "no body", w, "")
}

// V2 has no word for the framing; the Content-Encoding says it.
func TestFramingIsTakenOffWithV2(t *testing.T) {
	s := openAt(t, testNow())
	w := signed(t, s, "PUT /k", bucketHost, "5\r\nhello\r\n0\r\n\r\n", "Content-Encoding: aws-chunked", "x-kss-decoded-content-length: 5")
	wantCode(t, "V2", w, "")
	if got := signed(t, s, "GET /k", bucketHost, ""); got.Body.String() != "hello" {
		t.Errorf("%q", got.Body)
	}
}

// What comes out was signed, or the end is an error.
func FuzzSignedChunks(f *testing.F) {
	s := openAt(f, testNow())
	f.Add([]byte("hello"), 0, byte(1))
	f.Add(letters(20000), 8500, byte(8))
	f.Add([]byte{}, 90, byte(255))
	key := ks3.NewKeyV4(ks3.AWS, vectorSecret, "20260301", "BEIJING")
	f.Fuzz(func(t *testing.T, data []byte, at int, flip byte) {
		put := signChunks(s, ks3.AWS, data, 8<<10, true)
		seed := between(put.head.Get("Authorization")+"\n", "Signature=", "\n")
		read := func(body []byte) ([]byte, error) {
			p := payload{hash: ks3.StreamingTrailer(ks3.AWS), chunks: key.Chunks(s.now(), seed)}
			return io.ReadAll(newSignedChunkReader(bytes.NewReader(body), ks3.AWS, p))
		}
		body := []byte(put.body())
		if got, err := read(body); err != nil || !bytes.Equal(got, data) {
			t.Fatalf("%d bytes came back as %d, %v", len(data), len(got), err)
		}
		if at < 0 || at >= len(body) || flip == 0 {
			return
		}
		body[at] ^= flip
		if got, err := read(body); err == nil && !bytes.Equal(got, data) {
			t.Errorf("byte %d changed by %d: %q", at, flip, got)
		}
		if _, err := read(body[:at]); err == nil {
			t.Errorf("%d of %d bytes are taken for the whole", at, len(body))
		}
	})
}

func md5Text(data []byte) string {
	sum := md5.Sum(data)
	return hex.EncodeToString(sum[:])
}
