package emulator

import (
	"encoding/hex"
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// checkState compares metadata and files, both ways: every part and every
// object's piece is a file of its size that the list of files knows, and neither
// the list nor the disk holds more; parts have an upload, uploads and objects a
// bucket.
func checkState(t *testing.T, s *Server) {
	t.Helper()
	wanted := map[string]int64{}
	err := s.store.view(func(tb tables) error {
		scopes, serials := bucketsAndSerials(t, tb)
		err := tb.objects.ForEach(func(key, row []byte) error {
			if !scopes[string(key[:1+int(key[0])])] {
				t.Errorf("an object is in a bucket that is gone: %q", key)
			}
			o, err := decodeObject(row)
			for _, p := range o.pieces {
				wanted[p.file.name()] = p.size
			}
			return err
		})
		if err != nil {
			return err
		}
		err = tb.parts.ForEach(func(key, row []byte) error {
			p, err := decodePart(partNumber(key), row)
			if !serials[string(key[:8])] {
				t.Errorf("part %d has no upload", p.number)
			}
			wanted[p.file.name()] = p.size
			return err
		})
		if err != nil {
			return err
		}
		listed := 0
		err = tb.files.ForEach(func(id, _ []byte) error {
			if _, ok := wanted[hex.EncodeToString(id)]; !ok {
				t.Errorf("the file %x is listed and nothing refers to it", id)
			}
			listed++
			return nil
		})
		if listed != len(wanted) {
			t.Errorf("%d files are listed, %d are referred to", listed, len(wanted))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	names, err := filesBelow(filepath.Dir(s.files.dir))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if base := filepath.Base(name); base != stateName {
			if _, ok := wanted[base]; !ok {
				t.Errorf("the file %s is nobody's", name)
			}
			delete(wanted, base)
		}
	}
	if len(wanted) > 0 {
		t.Errorf("%d files are missing", len(wanted))
	}
}

// bucketsAndSerials are the beginnings of the rows of all buckets, and of the
// parts of all uploads.
func bucketsAndSerials(t *testing.T, tb tables) (scopes, serials map[string]bool) {
	t.Helper()
	scopes, serials = map[string]bool{}, map[string]bool{}
	err := tb.buckets.ForEach(func(name, _ []byte) error {
		scopes[string(appendScope(nil, string(name)))] = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = tb.uploads.ForEach(func(key, row []byte) error {
		if !scopes[string(key[:1+int(key[0])])] {
			t.Errorf("an upload is in a bucket that is gone: %q", key)
		}
		u, err := decodeUpload(row)
		serials[string(partKey(u.serial, 0)[:8])] = true
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return scopes, serials
}

// atOnce runs all of do at the same time and gives the codes that they answer.
func atOnce(do ...func() *httptest.ResponseRecorder) []int {
	codes := make([]int, len(do))
	begin := make(chan struct{})
	var wg sync.WaitGroup
	for i, one := range do {
		wg.Go(func() {
			<-begin
			codes[i] = one().Code
		})
	}
	close(begin)
	wg.Wait()
	return codes
}

const rounds = 40

// A part that comes while its upload ends is taken or refused, and leaves
// nothing where it came too late.
func TestPartsThatComeWhileTheUploadEnds(t *testing.T) {
	s := openAt(t, testNow())
	for i := range rounds {
		path := fmt.Sprintf("/k%d", i)
		id := initiate(t, s, path)
		etag := putPart(t, s, path, id, 1, "data")
		put := func(number int, body string) func() *httptest.ResponseRecorder {
			return func() *httptest.ResponseRecorder {
				return signed(t, s, fmt.Sprintf("PUT %s?partNumber=%d&uploadId=%s", path, number, id), bucketHost, body)
			}
		}
		end := func() *httptest.ResponseRecorder { return completeParts(t, s, path, id, 1, etag) }
		if i%2 == 0 {
			end = func() *httptest.ResponseRecorder {
				return signed(t, s, "DELETE "+path+"?uploadId="+id, bucketHost, "")
			}
		}
		codes := atOnce(put(1, "other"), put(2, "more"), end, put(1, "data"), put(3, strings.Repeat("x", 1<<16)))
		for j, code := range codes {
			late := j != 2 && code == 404
			changed := j == 2 && i%2 == 1 && code == 400 // Part 1 was another by then.
			if code >= 300 && !late && !changed {
				t.Fatalf("round %d answered %v", i, codes)
			}
		}
		checkState(t, s)
	}
}

// Puts, Completes and deletes of one key leave one whole object, or none.
func TestAPutAndACompleteOfOneKey(t *testing.T) {
	s := openAt(t, testNow())
	for i := range rounds {
		id := initiate(t, s, "/k")
		etag := putPart(t, s, "/k", id, 1, "of parts")
		line := func(line, body string, header ...string) func() *httptest.ResponseRecorder {
			return func() *httptest.ResponseRecorder { return signed(t, s, line, bucketHost, body, header...) }
		}
		codes := atOnce(
			line("PUT /k", "put"),
			func() *httptest.ResponseRecorder { return completeParts(t, s, "/k", id, 1, etag) },
			line("DELETE /k", ""),
			line("PUT /k", "", "x-kss-copy-source: /my-bucket/other"),
			line("GET /k", ""),
		)
		if codes[0] != 200 || codes[1] != 200 || codes[2] != 204 || codes[3] != 404 || codes[4] != 200 && codes[4] != 404 {
			t.Fatalf("round %d answered %v", i, codes)
		}
		w := signed(t, s, "GET /k", bucketHost, "")
		if got := w.Body.String(); w.Code != 404 && got != "put" && got != "of parts" {
			t.Fatalf("%d %q", w.Code, got)
		}
		checkState(t, s)
	}
}

// Of all Put Objects that must not replace one, one is taken.
func TestOneOfManyConditionalPutsWins(t *testing.T) {
	s := openAt(t, testNow())
	for i := range rounds {
		path := fmt.Sprintf("/k%d", i)
		put := func() *httptest.ResponseRecorder {
			return signed(t, s, "PUT "+path, bucketHost, "data", "If-None-Match: *")
		}
		id := initiate(t, s, path)
		etag := putPart(t, s, path, id, 1, "data")
		complete := func() *httptest.ResponseRecorder {
			return signed(t, s, "POST "+path+"?uploadId="+id, bucketHost, completeBody(1, etag), "If-None-Match: *")
		}
		won := 0
		codes := atOnce(put, put, complete, put, put)
		for _, code := range codes {
			if code == 200 {
				won++
			} else if code != 412 {
				t.Errorf("round %d answered %v", i, codes)
			}
		}
		if won != 1 {
			t.Fatalf("round %d answered %v", i, codes)
		}
		checkState(t, s)
	}
}

// A bucket that is deleted while something is put into it goes, or keeps it.
func TestNothingIsLeftInABucketThatIsGone(t *testing.T) {
	s := openAt(t, testNow())
	for i := range rounds {
		if err := s.CreateBucket("going", ""); err != nil {
			t.Fatal(err)
		}
		line := func(line, body string) func() *httptest.ResponseRecorder {
			return func() *httptest.ResponseRecorder { return signed(t, s, line, "localhost", body) }
		}
		codes := atOnce(
			line("POST /going/k?uploads", ""),
			line("DELETE /going", ""),
			line("PUT /going?policy", `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"ks3:GetObject","Resource":"*"}]}`),
			line("PUT /going/object", "data"),
			line("PUT /going?acl", ""),
			line("DELETE /going/object", ""),
		)
		gone := codes[1] == 204
		if !gone && codes[1] != 409 {
			t.Fatalf("round %d answered %v", i, codes)
		}
		for j, code := range codes {
			if code >= 500 || code < 300 && gone && (j == 0 && codes[0] == 200) {
				t.Fatalf("round %d answered %v", i, codes)
			}
		}
		checkState(t, s)
		err := s.store.view(func(tb tables) error {
			if tb.settings.Get(settingKey("going", settingPolicy)) != nil && tb.buckets.Get([]byte("going")) == nil {
				t.Errorf("round %d answered %v, and the policy of the bucket that is gone is there", i, codes)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		removeGoing(t, s)
	}
}

// removeGoing removes the bucket "going" and what is in it, where it is still there.
func removeGoing(t *testing.T, s *Server) {
	t.Helper()
	if signed(t, s, "DELETE /going", "localhost", "").Code != 409 {
		return
	}
	list := signed(t, s, "GET /going?uploads", "localhost", "").Body.String()
	if id := between(list, "<UploadId>", "<"); id != "" {
		signed(t, s, "DELETE /going/k?uploadId="+id, "localhost", "")
	}
	signed(t, s, "DELETE /going/object", "localhost", "")
	if w := signed(t, s, "DELETE /going", "localhost", ""); w.Code != 204 {
		t.Fatal(w.Code, w.Body)
	}
}
