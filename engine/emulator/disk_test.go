package emulator

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// Every way in which storing a body can fail is a 500, and leaves the state and
// the disk as they were.
func TestABodyThatCannotBeStoredLeavesNothing(t *testing.T) {
	tests := map[string]func(*Server) error{
		"the file is not synced": func(s *Server) error {
			s.files.flush = func(f *os.File) error {
				if strings.HasPrefix(f.Name(), s.files.tmp) {
					return syscall.EIO
				}
				return nil
			}
			return nil
		},
		"its name is not synced": func(s *Server) error {
			s.files.flush = func(f *os.File) error {
				if len(filepath.Base(f.Name())) == 2 {
					return syscall.EIO
				}
				return nil
			}
			return nil
		},
		"its directory is not synced": func(s *Server) error {
			s.files.flush = func(f *os.File) error {
				if f.Name() == s.files.dir {
					return syscall.EIO
				}
				return nil
			}
			return nil
		},
		"the directory for it is none": func(s *Server) error {
			return os.RemoveAll(s.files.dir)
		},
		"there is no room for the file": func(s *Server) error {
			return os.RemoveAll(s.files.tmp)
		},
	}
	for name, spoil := range tests {
		t.Run(name, func(t *testing.T) {
			s := openDurably(t)
			if err := s.CreateBucket("my-bucket", ""); err != nil {
				t.Fatal(err)
			}
			id := between(signed(t, s, "POST /k?uploads", bucketHost, "").Body.String(), "<UploadId>", "<")
			if err := spoil(s); err != nil {
				t.Fatal(err)
			}
			for _, line := range []string{"PUT /k?partNumber=1&uploadId=" + id, "PUT /k"} {
				if w := signed(t, s, line, bucketHost, "bytes"); w.Code != http.StatusInternalServerError {
					t.Errorf("%s: %d %s", line, w.Code, w.Body)
				}
			}
			parts := signed(t, s, "GET /k?uploadId="+id, bucketHost, "")
			if parts.Code != 200 || strings.Contains(parts.Body.String(), "<Part>") {
				t.Errorf("parts: %d %s", parts.Code, parts.Body)
			}
			if w := signed(t, s, "GET /k", bucketHost, ""); w.Code != 404 {
				t.Errorf("the object: %d", w.Code)
			}
			if files, err := filesBelow(filepath.Dir(s.files.dir)); err != nil || !slices.Equal(files, []string{"state.db"}) {
				t.Errorf("on disk: %v, %v", files, err)
			}
		})
	}
}

func filesBelow(dir string) (names []string, err error) {
	err = filepath.WalkDir(dir, func(_ string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, d.Name())
		}
		return err
	})
	return names, err
}

// The limit on the size of a file is what a full disk is to the state: it can't grow.
func TestAFullDiskIsAnErrorThatPasses(t *testing.T) {
	const shell = "/bin/sh"
	if _, err := os.Stat(shell); err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	child := startAs(t, dir, shell, "-c", `ulimit -f 40960 && exec "$0"`, os.Args[0]) // 20 or 40 MiB, as the shell counts
	full := false
	var ids []string
	for i := 0; !full && i < 10_000; i++ {
		s := killStep{method: "POST", path: fmt.Sprintf("/%05d", i), query: "uploads", header: []string{"X-Kss-Meta-Note: " + strings.Repeat("n", 7000)}}
		status, answer, err := child.ask(t, s)
		if full = status == http.StatusInternalServerError; err != nil || !full && status != http.StatusOK {
			t.Fatalf("initiate %d: %d %s, %v", i, status, answer, err)
		}
		ids = append(ids, between(answer, "<UploadId>", "<"))
	}
	if !full {
		t.Fatal("the state grew beyond the limit")
	}
	for i := range 100 {
		s := killStep{method: "DELETE", path: fmt.Sprintf("/%05d", i), query: "uploadId=" + ids[i]}
		if status, answer, err := child.ask(t, s); err != nil || status != http.StatusNoContent {
			t.Fatalf("abort with a full disk: %d %s, %v", status, answer, err)
		}
	}
	for _, s := range []killStep{
		{method: "POST", path: "/again", query: "uploads"},
		{method: "PUT", path: "/small", body: []byte("bytes")},
	} {
		if status, answer, err := child.ask(t, s); err != nil || status != http.StatusOK {
			t.Errorf("once there is room: %s %d %s, %v", s.method, status, answer, err)
		}
	}
	large := killStep{method: "PUT", path: "/large", body: make([]byte, 41<<20)}
	if status, answer, err := child.ask(t, large); err != nil || status != http.StatusInternalServerError {
		t.Errorf("a file that is too large: %d %s, %v", status, answer, err)
	}
	if files, err := filesBelow(dir); err != nil || len(files) != 2 {
		t.Errorf("on disk: %v, %v", files, err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Error(err)
	}
	if err := child.Wait(); err == nil {
		t.Error("the child was not killed")
	}
}
