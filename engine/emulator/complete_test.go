package emulator

import (
	"crypto/md5"
	"fmt"
	"hash/crc64"
	"net/http"
	"strings"
	"sync"
	"testing"

	"offcut/engine/emulator/switches"
)

func TestSmallestPartIsSwitched(t *testing.T) {
	const kb, mb = 1 << 10, 1 << 20
	tests := []struct {
		rule   string
		sizes  []int
		status int
	}{
		{"", []int{100 * kb, 1}, 200},
		{"", []int{100 * kb, 6 * mb}, 200},
		{"", []int{100*kb - 1, 1}, 413},
		{"", []int{1, 100*kb - 1, 1}, 413},
		{"400", []int{100 * kb, 6 * mb}, 200},
		{"400", []int{100*kb - 1, 1}, 400},
		// As the Java SDK's tests met it: 5 MiB in all have the small limit, more have 5 MiB.
		{"2021", []int{100 * kb, 5*mb - 100*kb}, 200},
		{"2021", []int{100 * kb, 5*mb - 100*kb + 1}, 413},
		{"2021", []int{5 * mb, 1}, 200},
		{"2021", []int{50 * kb, 50 * kb}, 413},
		{"2021", []int{6 * mb}, 200},
	}
	for _, tt := range tests {
		s := openAt(t, testNow())
		if err := s.board.Replace(switches.Set{Quirks: switches.Quirks{SmallParts: tt.rule}}); err != nil {
			t.Fatal(err)
		}
		id := initiate(t, s, "/k")
		var etags []string
		for i, size := range tt.sizes {
			etags = append(etags, putPart(t, s, "/k", id, i+1, strings.Repeat("x", size)))
		}
		w := completeParts(t, s, "/k", id, 1, etags...)
		if w.Code != tt.status || w.Code != 200 && codeOf(w) != "EntityTooSmall" {
			t.Errorf("rule %q, parts of %v: %d, want %d: %s", tt.rule, tt.sizes, w.Code, tt.status, w.Body)
		}
	}
}

func TestMissingPartIsSwitched(t *testing.T) {
	for rule, code := range map[string]string{"": "InvalidPart", "order": "InvalidPartOrder"} {
		s := openAt(t, testNow())
		if err := s.board.Replace(switches.Set{Quirks: switches.Quirks{MissingPart: rule}}); err != nil {
			t.Fatal(err)
		}
		id := initiate(t, s, "/k")
		etag := putPart(t, s, "/k", id, 1, strings.Repeat("x", minPartSize))
		if w := completeParts(t, s, "/k", id, 1, etag, etag); w.Code != 400 || codeOf(w) != code {
			t.Errorf("rule %q: %d %s", rule, w.Code, w.Body)
		}
		// Another ETag is InvalidPart under either reading.
		if w := completeParts(t, s, "/k", id, 1, `"00"`); w.Code != 400 || codeOf(w) != "InvalidPart" {
			t.Errorf("rule %q: %d %s", rule, w.Code, w.Body)
		}
	}
}

func TestCRC64OfPartsAndObject(t *testing.T) {
	s := openAt(t, testNow())
	table := crc64.MakeTable(crc64.ECMA)
	bodies := []string{strings.Repeat("a", minPartSize), strings.Repeat("b", minPartSize+1), "c"}
	id := initiate(t, s, "/k")
	var list strings.Builder
	for i, body := range bodies {
		w := signed(t, s, fmt.Sprintf("PUT /k?partNumber=%d&uploadId=%s", i+1, id), bucketHost, body)
		sum := fmt.Sprint(crc64.Checksum([]byte(body), table))
		if got := w.Header().Get("X-Kss-Checksum-Crc64ecma"); got != sum {
			t.Errorf("part %d: CRC-64 %q, want %s", i+1, got, sum)
		}
		fmt.Fprintf(&list, "<Part><PartNumber>%d</PartNumber><ETag>%s</ETag><ChecksumCRC64ECMA>%s</ChecksumCRC64ECMA></Part>",
			i+1, w.Header().Get("ETag"), sum)
	}
	complete := func(parts string) (int, string) {
		w := signed(t, s, "POST /k?uploadId="+id, bucketHost, "<CompleteMultipartUpload>"+parts+"</CompleteMultipartUpload>")
		return w.Code, w.Body.String()
	}
	wrong := strings.Replace(list.String(), "<ChecksumCRC64ECMA>", "<ChecksumCRC64ECMA>1", 1)
	if code, body := complete(wrong); code != 400 || between(body, "<Code>", "<") != "InvalidPart" {
		t.Errorf("with another CRC-64: %d %s", code, body)
	}
	sum := fmt.Sprint(crc64.Checksum([]byte(strings.Join(bodies, "")), table))
	if code, body := complete(list.String()); code != 200 || between(body, "<ChecksumCRC64ECMA>", "<") != sum {
		t.Errorf("%d %s, want the sum %s", code, body, sum)
	}
	if got := signed(t, s, "HEAD /k", bucketHost, "").Header().Get("X-Kss-Checksum-Crc64ecma"); got != sum {
		t.Errorf("the object has the CRC-64 %q, want %s", got, sum)
	}
	id = initiate(t, s, "/k")
	w := signed(t, s, "PUT /k?partNumber=1&uploadId="+id, bucketHost, "c", "x-kss-checksum-crc64ecma: 1")
	if w.Code != 400 || codeOf(w) != "InvalidDigest" {
		t.Errorf("a part that is not what its CRC-64 says: %d %s", w.Code, w.Body)
	}
}

func TestCompleteHasALargestList(t *testing.T) {
	s := openAt(t, testNow())
	id := initiate(t, s, "/k")
	etags := make([]string, maxPartNumber+1)
	for i := range etags {
		etags[i] = `&quot;` + strings.Repeat("0", 32) + `&quot;`
	}
	if w := completeParts(t, s, "/k", id, 1, etags...); w.Code != 400 || codeOf(w) != "MalformedXML" {
		t.Errorf("%d parts: %d %.300s", len(etags), w.Code, w.Body)
	}
	// A list of the limit is read whole.
	if w := completeParts(t, s, "/k", id, 1, etags[1:]...); w.Code != 400 || codeOf(w) != "InvalidPart" {
		t.Errorf("%d parts: %d %.300s", maxPartNumber, w.Code, w.Body)
	}
}

func TestCompleteUnderConditions(t *testing.T) {
	for _, tt := range []struct {
		header string
		exists bool
		status int
	}{
		{"If-None-Match: *", false, 200},
		{"If-None-Match: *", true, 412},
		{`If-None-Match: "x"`, true, 200},
		{"If-Match: *", false, 412},
		{"If-Match: *", true, 200},
		{`If-Match: "x"`, true, 412},
		{fmt.Sprintf(`If-Match: "%x"`, md5.Sum([]byte("old"))), true, 200},
		{fmt.Sprintf(`If-None-Match: "%x"`, md5.Sum([]byte("old"))), true, 412},
		{"x-kss-callbackurl: http://example.com", true, 501},
		{"x-kss-callbackbody: a", false, 501},
		{"x-kss-server-side-encryption: AES256", false, 400},
	} {
		s := openAt(t, testNow())
		if tt.exists {
			putBody(t, s, "/k", "old")
		}
		id := initiate(t, s, "/k")
		etag := putPart(t, s, "/k", id, 1, "new")
		w := signed(t, s, "POST /k?uploadId="+id, bucketHost, completeBody(1, etag), tt.header)
		if w.Code != tt.status {
			t.Errorf("%s, there is one: %v: %d, want %d: %s", tt.header, tt.exists, w.Code, tt.status, w.Body)
		}
		// A refusal leaves the upload and the object as they were.
		if tt.status == 200 {
			continue
		}
		if w := signed(t, s, "GET /k", bucketHost, ""); tt.exists != (w.Code == 200) || tt.exists && w.Body.String() != "old" {
			t.Errorf("%s: the object answers %d %s", tt.header, w.Code, w.Body)
		}
		if w := completeParts(t, s, "/k", id, 1, etag); w.Code != 200 {
			t.Errorf("%s: completed again: %d %s", tt.header, w.Code, w.Body)
		}
	}
}

// Of uploads of one part number at once one stays, with its own ETag and bytes.
func TestPartsOfOneNumberAtOnce(t *testing.T) {
	s := openAt(t, testNow())
	id := initiate(t, s, "/k")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 5 {
				putPart(t, s, "/k", id, 1, strings.Repeat(string(rune('a'+i)), 1000+i))
			}
		})
	}
	wg.Wait()
	if n := countFiles(t, s); n != 1 {
		t.Errorf("%d files are left", n)
	}
	w := signed(t, s, "GET /k?uploadId="+id, bucketHost, "")
	etag := between(w.Body.String(), "<ETag>", "</ETag>")
	if n := strings.Count(w.Body.String(), "<Part>"); n != 1 {
		t.Errorf("%d parts", n)
	}
	if w := completeParts(t, s, "/k", id, 1, etag); w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	body := signed(t, s, "GET /k", bucketHost, "").Body.String()
	if want := fmt.Sprintf("%x", md5.Sum([]byte(body))); !strings.Contains(etag, want) {
		t.Errorf("the part has the ETag %s and the object's bytes %s", etag, want)
	}
}

func TestUploadPartRefuses(t *testing.T) {
	s := openAt(t, testNow())
	id := initiate(t, s, "/k")
	for _, tt := range []struct {
		line, header, code string
		status             int
	}{
		{"PUT /k?partNumber=1&uploadId=" + id, "Content-MD5: AAAAAAAAAAAAAAAAAAAAAA==", "InvalidDigest", 400},
		{"PUT /k?partNumber=1&uploadId=" + id, "x-kss-server-side-encryption: AES256", "InvalidArgument", 400},
		{"PUT /k?partNumber=10001&uploadId=" + id, "", "InvalidPartNum", 400},
		{"PUT /k?partNumber=-1&uploadId=" + id, "", "InvalidPartNum", 400},
		{"PUT /k?partNumber=1.0&uploadId=" + id, "", "InvalidPartNum", 400},
		{"PUT /k?partNumber=&uploadId=" + id, "", "InvalidPartNum", 400},
		{"PUT /k?uploadId=" + id, "", "InvalidArgument", 400},
		{"PUT /k?partNumber=1&uploadId=x", "", "NoSuchUpload", 404},
	} {
		var headers []string
		if tt.header != "" {
			headers = append(headers, tt.header)
		}
		w := signed(t, s, tt.line, bucketHost, "data", headers...)
		if w.Code != tt.status || codeOf(w) != tt.code {
			t.Errorf("%s with %q: %d %s, want %d %s", tt.line, tt.header, w.Code, w.Body, tt.status, tt.code)
		}
	}
	w := newCurl(t, s)
	resp, body := w.ask("PUT /k?partNumber=1&uploadId="+id, "", fmt.Sprint("Content-Length: ", int64(maxPartSize)+1))
	if resp.StatusCode != http.StatusBadRequest || between(body, "<Code>", "<") != "EntityTooLarge" {
		t.Errorf("a part over 5 GB: %d %s", resp.StatusCode, body)
	}
	if n := countFiles(t, s); n != 0 {
		t.Errorf("%d files are left", n)
	}
}
