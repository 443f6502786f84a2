package emulator

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"offcut/engine/emulator/switches"
)

func abortOf(t testing.TB, s *Server, target string) string {
	t.Helper()
	w := signed(t, s, "DELETE /lies/"+target, "localhost", "")
	if w.Code == 204 {
		return "204"
	}
	return strconv.Itoa(w.Code) + " " + between(w.Body.String(), "<Code>", "<")
}

const goneAnswer = "404 NoSuchUpload"

func TestQuirksOfAborts(t *testing.T) {
	tests := []struct {
		quirk   switches.Quirks
		targets string // one abort after the other
		answers []string
		left    string
	}{
		{switches.Quirks{}, "a?uploadId=2 a?uploadId=2 a?uploadId=3 a?uploadId=9 a?uploadId=",
			[]string{"204", goneAnswer, goneAnswer, goneAnswer, goneAnswer}, "4613"},
		{switches.Quirks{SecondAbort: "204"}, "a?uploadId=2 a?uploadId=2 a?uploadId=2 a?uploadId=9 a/?uploadId=2",
			[]string{"204", "204", "204", goneAnswer, goneAnswer}, "4613"},
		{switches.Quirks{UnknownAbort: "204"}, "a?uploadId=2 a?uploadId=2 a?uploadId=9 a?uploadId=1 a?uploadId=",
			[]string{"204", "204", "204", "204", "204"}, "4613"},
		{switches.Quirks{AbortByID: "any-key"}, "x?uploadId=1 a?uploadId=2 x?uploadId=9 x?uploadId=", []string{"204", "204", goneAnswer, goneAnswer}, "463"},
		{switches.Quirks{AbortLeaves: "everything"}, "a?uploadId=2 a?uploadId=2 a?uploadId=9", []string{"204", "204", goneAnswer}, "24613"},
		{switches.Quirks{AbortLeaves: "once"}, "a?uploadId=2 a?uploadId=4 a?uploadId=4 a?uploadId=4", []string{"204", "204", "204", goneAnswer}, "2613"},
		{switches.Quirks{AbortLeaves: "late-part"}, "a?uploadId=2 a?uploadId=4 a?uploadId=4 a?uploadId=4", []string{"204", "204", "204", goneAnswer}, "2613"},
		{switches.Quirks{AbortLeaves: "once", SecondAbort: "204"}, "a?uploadId=4 a?uploadId=4 a?uploadId=4", []string{"204", "204", "204"}, "2613"},
	}
	for _, tt := range tests {
		s := openQuirked(t, switches.Set{Quirks: tt.quirk})
		var got []string
		for target := range strings.FieldsSeq(tt.targets) {
			got = append(got, abortOf(t, s, target))
		}
		left := outline(signed(t, s, "GET /lies?uploads", "localhost", ""))
		if !slices.Equal(got, tt.answers) || left != tt.left {
			t.Errorf("%+v: %q left %s; want %q and %s", tt.quirk, got, left, tt.answers, tt.left)
		}
	}
}

// The part that comes after an abort is the upload's newest and its last.
func TestLatePart(t *testing.T) {
	s := openQuirked(t, switches.Set{Quirks: switches.Quirks{AbortLeaves: "late-part"}})
	abortOf(t, s, "a?uploadId=2")
	abortOf(t, s, "a/?uploadId=1")
	for target, want := range map[string]string{
		"a?uploadId=2":  "<PartNumber>4</PartNumber><LastModified>2026-03-01T12:00:00.000Z<",
		"a/?uploadId=1": "<PartNumber>1</PartNumber><LastModified>2026-03-01T12:00:00.000Z<",
	} {
		body := signed(t, s, "GET /lies/"+target, "localhost", "").Body.String()
		if at := strings.Index(body, want); at < 0 || strings.Contains(body[at+1:], "<PartNumber>") {
			t.Errorf("%s: %s does not end with %s", target, body, want)
		}
	}
}

// Where every number is taken, the last part is sent again, whether it has bytes
// or not.
func TestLatePartOfAFullUpload(t *testing.T) {
	s := openQuirked(t, switches.Set{Quirks: switches.Quirks{AbortLeaves: "late-part"}})
	full := []SeedPart{{Number: maxPartNumber, Size: 1, Age: time.Hour}}
	seedInto(t, s, "lies", []SeedUpload{{Key: "seeded", ID: "x", Parts: full}, {Key: "sent", ID: "x"}})
	signed(t, s, "PUT /lies/sent?partNumber=10000&uploadId=x", "localhost", "bytes")
	if _, err := s.Age(AgeFilter{Bucket: "lies"}, time.Hour); err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"seeded?uploadId=x", "sent?uploadId=x"} {
		abortOf(t, s, target)
		body := signed(t, s, "GET /lies/"+target, "localhost", "").Body.String()
		if !strings.Contains(body, "<PartNumber>10000</PartNumber><LastModified>2026-03-01T12:00:00.000Z<") || strings.Count(body, "<Part>") != 1 {
			t.Errorf("%s: %s", target, body)
		}
	}
	if abortOf(t, s, "sent?uploadId=x") != "204" || countFiles(t, s) != 0 {
		t.Error("the second abort left the part's file")
	}
}

// What was aborted before is known after a restart.
func TestAbortsAreRememberedOverARestart(t *testing.T) {
	dir := t.TempDir()
	run := func(quirk switches.Quirks, do func(s *Server)) {
		s, err := Open(Options{
			Dir: dir, Users: []User{{ID: "1", AccessKeyID: vectorKey, SecretAccessKey: vectorSecret}},
			Switches: switches.Set{Quirks: quirk},
		})
		if err != nil {
			t.Fatal(err)
		}
		s.now = testNow
		do(s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	run(switches.Quirks{AbortLeaves: "once"}, func(s *Server) {
		seedInto(t, s, "lies", quirkUploads())
		abortOf(t, s, "a?uploadId=2")
	})
	run(switches.Quirks{AbortLeaves: "once", SecondAbort: "204"}, func(s *Server) {
		abortOf(t, s, "a?uploadId=2")
		if left := outline(signed(t, s, "GET /lies?uploads", "localhost", "")); left != "4613" {
			t.Errorf("left after the second abort: %s", left)
		}
	})
	run(switches.Quirks{SecondAbort: "204"}, func(s *Server) {
		if got := abortOf(t, s, "a?uploadId=2"); got != "204" {
			t.Errorf("the third abort: %s", got)
		}
	})
	run(switches.Quirks{}, func(s *Server) {
		if got := abortOf(t, s, "a?uploadId=2"); got != goneAnswer {
			t.Errorf("with the switch off again: %s", got)
		}
	})
	run(switches.Quirks{AfterRestart: "forgets"}, func(s *Server) {
		seedInto(t, s, "lies", []SeedUpload{{Key: "new", ID: "7", Age: 90 * time.Hour}})
		for query, want := range map[string]string{"": "7", "&prefix=a": "46", "&prefix=a/": "1", "&prefix=b": "", "&max-uploads=1": "7"} {
			if got := outline(signed(t, s, "GET /lies?uploads"+query, "localhost", "")); got != want {
				t.Errorf("after a restart, %q: %s, want %s", query, got, want)
			}
		}
	})
}

// An abort that comes after Complete finds nothing, and one by an old id leaves a
// new upload of the key alone.
func TestAbortMeansOneUpload(t *testing.T) {
	s := openQuirked(t, switches.Set{})
	begin := func() string {
		return between(signed(t, s, "POST /lies/race?uploads", "localhost", "").Body.String(), "<UploadId>", "<")
	}
	old := begin()
	tag := signed(t, s, "PUT /lies/race?partNumber=1&uploadId="+old, "localhost", "bytes").Header().Get("ETag")
	signed(t, s, "POST /lies/race?uploadId="+old, "localhost",
		"<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"+tag+"</ETag></Part></CompleteMultipartUpload>")
	fresh := begin()
	if got := abortOf(t, s, "race?uploadId="+old); got != goneAnswer {
		t.Errorf("abort after Complete: %s", got)
	}
	if body := signed(t, s, "GET /lies/race", "localhost", "").Body.String(); body != "bytes" {
		t.Errorf("the object is %q", body)
	}
	if got := outline(signed(t, s, "GET /lies?uploads&prefix=race", "localhost", "")); got != fresh {
		t.Errorf("listed: %s, want the new upload %s", got, fresh)
	}
}

// What is remembered of an upload goes with the upload or with its bucket.
func TestMarksOfAbortsGo(t *testing.T) {
	s := openDurably(t)
	set := switches.Set{Quirks: switches.Quirks{AbortLeaves: "once", SecondAbort: "204"}}
	if err := s.board.Change(func(switches.Set) (switches.Set, error) { return set, nil }); err != nil {
		t.Fatal(err)
	}
	marks := func() (n int) {
		if err := s.store.view(func(tb tables) error { n = tb.gone.Stats().KeyN; return nil }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if err := s.CreateBucket("my-bucket", ""); err != nil {
		t.Fatal(err)
	}
	aborted, completed := initiate(t, s, "/k"), initiate(t, s, "/k")
	for _, id := range []string{aborted, aborted, completed} {
		if w := signed(t, s, "DELETE /k?uploadId="+id, bucketHost, ""); w.Code != 204 {
			t.Fatal(w.Code, w.Body)
		}
	}
	if w := completeParts(t, s, "/k", completed, 1, putPart(t, s, "/k", completed, 1, "data")); w.Code != 200 {
		t.Fatal(w.Code, w.Body)
	}
	if n := marks(); n != 1 {
		t.Errorf("%d marks of one aborted upload", n)
	}
	for _, line := range []string{"DELETE /k", "DELETE /"} {
		if w := signed(t, s, line, bucketHost, ""); w.Code != 204 {
			t.Fatal(w.Code, w.Body)
		}
	}
	if n := marks(); n != 0 {
		t.Errorf("%d marks of a bucket that is gone", n)
	}
}
