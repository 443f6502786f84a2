package emulator

import (
	"fmt"
	"strings"
	"testing"
)

func TestListPartsPagesThroughTenThousand(t *testing.T) {
	s := openAt(t, testNow())
	parts := make([]SeedPart, maxPartNumber)
	for i := range parts {
		parts[i] = SeedPart{Number: i + 1, Size: int64(i)}
	}
	seedInto(t, s, "lies", []SeedUpload{{Key: "k", ID: "x", Parts: parts}})
	// One in the middle has bytes.
	signed(t, s, "PUT /lies/k?partNumber=5000&uploadId=x", "localhost", "bytes")
	next, pages := 0, 0
	for marker := "0"; marker != ""; pages++ {
		body := signed(t, s, "GET /lies/k?uploadId=x&max-parts=999&part-number-marker="+marker, "localhost", "").Body.String()
		if !strings.Contains(body, "<PartNumberMarker>"+marker+"</PartNumberMarker>") {
			t.Fatalf("the marker %s is not echoed: %.600s", marker, body)
		}
		for _, entry := range strings.Split(body, "<Part>")[1:] {
			next++
			size := next - 1
			if next == 5000 {
				size = len("bytes")
			}
			if !strings.HasPrefix(entry, fmt.Sprintf("<PartNumber>%d<", next)) || !strings.Contains(entry, fmt.Sprintf("<Size>%d<", size)) {
				t.Fatalf("part %d is listed as %s", next, entry)
			}
		}
		marker = between(body, "<NextPartNumberMarker>", "<")
		if (marker != "") != strings.Contains(body, "<IsTruncated>true<") {
			t.Fatalf("next marker %q: %.600s", marker, body)
		}
	}
	if next != maxPartNumber || pages != 11 {
		t.Errorf("%d parts on %d pages", next, pages)
	}
}

func TestListPartsMarkersAndBounds(t *testing.T) {
	s := openAt(t, testNow())
	seedInto(t, s, "lies", []SeedUpload{{Key: "k", ID: "x", Parts: []SeedPart{{Number: 1}, {Number: 10_000}}}})
	tests := []struct{ query, want string }{
		{"", "200 1 10000"},
		{"&part-number-marker=", "200 1 10000"},
		{"&part-number-marker=1", "200 10000"},
		{"&part-number-marker=9999&max-parts=1", "200 10000"},
		{"&part-number-marker=10000", "200"},
		{"&part-number-marker=2147483647", "200"},
		{"&part-number-marker=99999999999999999999", "400"},
		{"&part-number-marker=-1", "400"},
		{"&part-number-marker=a", "400"},
		{"&max-parts=1", "200 1 more"},
		{"&max-parts=2", "200 1 10000"},
		{"&max-parts=1000", "200 1 10000"},
		{"&max-parts=0", "400"},
		{"&max-parts=1001", "400"},
		{"&max-parts=-1", "400"},
		{"&encoding-type=base64", "400"},
	}
	for _, tt := range tests {
		w := signed(t, s, "GET /lies/k?uploadId=x"+tt.query, "localhost", "")
		got := fmt.Sprint(w.Code)
		for _, entry := range strings.Split(w.Body.String(), "<Part>")[1:] {
			got += " " + between(entry, "<PartNumber>", "<")
		}
		if strings.Contains(w.Body.String(), "<IsTruncated>true<") {
			got += " more"
		}
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.query, got, tt.want)
		}
	}
}

func TestMaxUploadsBounds(t *testing.T) {
	s := openAt(t, testNow())
	for text, status := range map[string]int{"": 200, "1": 200, "1000": 200, "0": 400, "1001": 400, "-1": 400, "x": 400, "1e3": 400} {
		if w := signed(t, s, "GET /?uploads&max-uploads="+text, bucketHost, ""); w.Code != status {
			t.Errorf("max-uploads=%s: %d, want %d", text, w.Code, status)
		}
	}
}
