package emulator

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"offcut/engine/ks3"
)

func TestMarkers(t *testing.T) {
	s := openAt(t, testNow())
	err := s.Seed(t.Context(), func(yield func(SeedUpload) bool) {
		for _, u := range []listed{{"a", "1"}, {"a", "2"}, {"a", "3"}, {"a/", "1"}, {"b", "1"}} {
			if !yield(SeedUpload{Bucket: "marked", Key: u.key, ID: u.id, Age: time.Hour}) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ query, want string }{
		{"", "a1 a2 a3 a/1 b1"},
		{"&key-marker=a", "a/1 b1"},
		{"&key-marker=a&upload-id-marker=1", "a2 a3 a/1 b1"},
		{"&key-marker=a&upload-id-marker=2", "a3 a/1 b1"},
		{"&key-marker=a&upload-id-marker=25", "a3 a/1 b1"},
		{"&key-marker=a&upload-id-marker=9", "a/1 b1"},
		{"&upload-id-marker=2", "a1 a2 a3 a/1 b1"},
		{"&key-marker=0", "a1 a2 a3 a/1 b1"},
		{"&key-marker=b", ""},
		{"&prefix=b&key-marker=a", "b1"},
		{"&prefix=a/&key-marker=b", ""},
		{"&prefix=none", ""},
	}
	for _, tt := range tests {
		body := signed(t, s, "GET /marked?uploads"+tt.query, "localhost", "").Body.String()
		var got []string
		for _, entry := range strings.Split(body, "<Upload>")[1:] {
			got = append(got, between(entry, "<Key>", "<")+between(entry, "<UploadId>", "<"))
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %v, want %s", tt.query, got, tt.want)
		}
	}
}

func TestListUploadsAnswer(t *testing.T) {
	s := openAt(t, testNow())
	w := signed(t, s, "GET /?uploads&prefix=dir/my%20&encoding-type=url", bucketHost, "")
	want := xmlDeclaration + `<ListMultipartUploadsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Bucket>my-bucket</Bucket>` +
		`<KeyMarker></KeyMarker><UploadIdMarker></UploadIdMarker><Prefix>dir/my%20</Prefix><Encoding-Type>url</Encoding-Type>` +
		`<MaxUploads>1000</MaxUploads><IsTruncated>false</IsTruncated><Upload><Key>dir/my%20video.mp4</Key><UploadId>` + vectorID + `</UploadId>` +
		`<Initiator><ID>MQ==</ID><DisplayName>vector</DisplayName></Initiator><Owner><ID>MQ==</ID><DisplayName>vector</DisplayName></Owner>` +
		`<StorageClass>STANDARD</StorageClass><Initiated>2026-03-01T11:00:00.000Z</Initiated></Upload></ListMultipartUploadsResult>`
	if w.Body.String() != want {
		t.Errorf("\n got %s\nwant %s", w.Body, want)
	}
	w = signedV4(t, s, "GET /?encoding-type=url&uploads=", bucketHost, "", ks3.UnsignedPayload)
	if !strings.Contains(w.Body.String(), "<EncodingType>url</EncodingType>") {
		t.Errorf("to an AWS client: %s", w.Body)
	}
}

func TestInitiatorsAreListed(t *testing.T) {
	s := openAt(t, testNow())
	err := s.Seed(t.Context(), func(yield func(SeedUpload) bool) {
		_ = yield(SeedUpload{Bucket: "my-bucket", Key: "by known", ID: "x", Initiator: "2"}) &&
			yield(SeedUpload{Bucket: "my-bucket", Key: "by other", ID: "x", Initiator: "sub-user<"})
	})
	if err != nil {
		t.Fatal(err)
	}
	for key, id := range map[string]string{"by%20known": "Mg==", "by%20other": "sub-user&lt;", "dir/my%20video.mp4": "MQ=="} {
		upload := "x"
		if id == "MQ==" {
			upload = vectorID
		}
		for _, line := range []string{"GET /?uploads&prefix=" + key, "GET /" + key + "?uploadId=" + upload} {
			body := signed(t, s, line, bucketHost, "").Body.String()
			if !strings.Contains(body, "<Initiator><ID>"+id+"</ID>") || !strings.Contains(body, "<Owner><ID>MQ==</ID><DisplayName>vector<") {
				t.Errorf("%s: %s", line, body)
			}
		}
	}
}

// A countingCursor counts the rows that are looked at.
type countingCursor struct {
	*bolt.Cursor
	steps int
}

func (c *countingCursor) Seek(row []byte) ([]byte, []byte) {
	c.steps++
	return c.Cursor.Seek(row)
}

func (c *countingCursor) Next() ([]byte, []byte) {
	c.steps++
	return c.Cursor.Next()
}

// A page costs what is on it: the rest of the bucket is never looked at.
func TestAPageCostsWhatIsOnIt(t *testing.T) {
	s := openAt(t, testNow())
	const uploads = 100_000
	err := s.Seed(t.Context(), func(yield func(SeedUpload) bool) {
		for i := range uploads {
			if !yield(SeedUpload{Bucket: "big", Key: fmt.Sprintf("%03d/%03d", i%1000, i/1000)}) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		query string
		limit int
	}{
		{"max-uploads=1000", 1000},
		{"max-uploads=1000&key-marker=500/050", 1000},
		{"max-uploads=7&prefix=900/", 7},
		{"max-uploads=10&delimiter=/", 10},
		{"max-uploads=10&delimiter=/&key-marker=990/", 9},
	} {
		q, err := url.ParseQuery(tt.query)
		if err != nil {
			t.Fatal(err)
		}
		c := &call{Server: s, home: homeOf(s, "big"), set: s.board.Set()}
		c.bucket, c.query = "big", q
		p, err := c.newUploadsPage()
		if err != nil {
			t.Fatal(err)
		}
		counted := &countingCursor{}
		err = s.store.view(func(t tables) error {
			counted.Cursor = t.uploads.Cursor()
			return p.read(counted)
		})
		if err != nil || p.count != tt.limit || counted.steps > tt.limit+1 {
			t.Errorf("%s: %d entries cost %d steps (%v)", tt.query, p.count, counted.steps, err)
		}
	}
}
