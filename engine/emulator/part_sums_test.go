package emulator

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"testing"
	"time"
)

// S3's checksums in Complete's list are compared with those that the parts came with.
func TestCompleteComparesTheSumsOfParts(t *testing.T) {
	sum := base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte("data"))))
	tests := []struct {
		header, element string
		want            string
	}{
		{"x-amz-checksum-crc32: " + sum, "<ChecksumCRC32>" + sum + "</ChecksumCRC32>", ""},
		{"x-amz-checksum-crc32: " + sum, "<ChecksumCRC32>\n" + sum + "\n</ChecksumCRC32>", ""},
		{"x-amz-checksum-crc32: " + sum, "", ""},
		{"x-amz-checksum-crc32: " + sum, "<ChecksumCRC32>AAAAAA==</ChecksumCRC32>", "InvalidPart"},
		{"x-amz-checksum-crc32: " + sum, "<ChecksumCRC32></ChecksumCRC32>", "InvalidPart"},
		{"x-amz-checksum-crc32: " + sum, "<ChecksumCRC32C>" + sum + "</ChecksumCRC32C>", "InvalidPart"},
		{"x-kss-acl: private", "<ChecksumCRC32>" + sum + "</ChecksumCRC32>", "InvalidPart"},
		{"x-amz-checksum-crc32: " + sum, "<Size>4</Size>", "MalformedXML"},
	}
	for _, tt := range tests {
		s := openAt(t, testNow())
		id := initiate(t, s, "/k")
		w := signed(t, s, "PUT /k?partNumber=1&uploadId="+id, bucketHost, "data", tt.header)
		if w.Code != 200 {
			t.Fatal(w.Code, w.Body)
		}
		// The sums outlive what else rewrites the part's row.
		if _, err := s.Age(AgeFilter{}, time.Hour); err != nil {
			t.Fatal(err)
		}
		body := fmt.Sprintf("<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>%s</ETag>%s</Part></CompleteMultipartUpload>", w.Header().Get("ETag"), tt.element)
		if w := signed(t, s, "POST /k?uploadId="+id, bucketHost, body); codeOf(w) != tt.want {
			t.Errorf("%s, then %s: %d %s", tt.header, tt.element, w.Code, w.Body)
		}
		checkState(t, s)
	}
}

// A part's row from before sums were kept is one without.
func TestARowOfAPartWithoutSums(t *testing.T) {
	p := part{number: 7, size: 9, modified: -1, crc: 5}
	row := p.encode()
	if got, err := decodePart(7, row); err != nil || got.sums != nil || got.size != 9 {
		t.Errorf("%+v, %v", got, err)
	}
	p.sums = []partSum{{"crc32", "AAAAAA=="}, {"sha1", "x"}}
	got, err := decodePart(7, p.encode())
	if err != nil || len(got.sums) != 2 || got.sums[1] != p.sums[1] || !bytes.HasPrefix(p.encode(), row) {
		t.Errorf("%+v, %v", got, err)
	}
}
