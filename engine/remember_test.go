package engine

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
)

func sight(names ...string) *Sight {
	return &Sight{Rules: "/srv/rules", Data: "data.buckets.media", Realm: "ks3", At: epoch, Buckets: names}
}

// remembered keeps a sight and returns its data directory and the file in it.
func remembered(t *testing.T, s *Sight) (dir, file string) {
	t.Helper()
	dir = t.TempDir()
	if err := s.Remember(dir); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "discoveries", "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	return dir, files[0]
}

func TestSight_ComparesWithTheSameDataOfTheSameRulesOnly(t *testing.T) {
	dir, _ := remembered(t, sight("a", "b"))
	change, err := sight("b", "c").Compare(dir)
	if want := (&BucketChange{Since: epoch, Appeared: []string{"c"}, Gone: []string{"a"}}); err != nil || !reflect.DeepEqual(change, want) {
		t.Errorf("%+v, %v", change, err)
	}
	for name, edit := range map[string]func(*Sight){
		"the same buckets": func(s *Sight) { s.Buckets = []string{"a", "b"} },
		"other rules":      func(s *Sight) { s.Rules = "/srv/others" },
		"other data":       func(s *Sight) { s.Data = "data.buckets.logs" },
		"another realm":    func(s *Sight) { s.Realm = "s3 http://127.0.0.1:9000" },
	} {
		now := sight("b", "c")
		edit(now)
		if change, err := now.Compare(dir); change != nil || err != nil {
			t.Errorf("%s: %+v, %v", name, change, err)
		}
	}
}

// A file that is damaged is an error that names it, and never a change.
func TestSight_ADamagedMemoryIsToldAndReplaced(t *testing.T) {
	for name, text := range map[string]string{
		"empty":       "",
		"cut":         `{"format":1,"rules":"/srv/ru`,
		"later":       `{"format":2}`,
		"other":       `{"format":1,"rules":"/srv/others","data":"data.buckets.media","realm":"ks3"}`,
		"not JSON":    "\x00\x01",
		"a directory": "",
	} {
		t.Run(name, func(t *testing.T) {
			dir, file := remembered(t, sight("a"))
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if name == "a directory" {
				if err := os.Remove(file); err != nil {
					t.Fatal(err)
				}
				if err := os.Mkdir(file, 0o700); err != nil {
					t.Fatal(err)
				}
			}
			change, err := sight("b").Compare(dir)
			if change != nil || err == nil || !strings.Contains(err.Error(), file) {
				t.Fatalf("%+v, %v", change, err)
			}
			if err := sight("b").Remember(dir); (err == nil) == (name == "a directory") {
				t.Fatalf("remembering: %v", err)
			}
			left, err := filepath.Glob(filepath.Join(dir, "discoveries", ".*"))
			if err != nil || len(left) != 0 {
				t.Errorf("left over: %v, %v", left, err)
			}
		})
	}
}

func TestSight_ADirectoryThatCannotBeWrittenIsAnError(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "discoveries"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := sight("a").Remember(dir); err == nil || !strings.Contains(err.Error(), "data.buckets.media") {
		t.Errorf("error %v", err)
	}
}

// Several processes write and read at once: whoever reads finds one whole sight.
func TestSight_SeveralAtOnceNeverMix(t *testing.T) {
	dir, _ := remembered(t, sight("w", "w0"))
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			for range 20 {
				if err := sight("w", fmt.Sprintf("w%d", n)).Remember(dir); err != nil {
					t.Error(err)
				}
				change, err := sight("w").Compare(dir)
				if err != nil || change == nil || len(change.Gone) != 1 || len(change.Appeared) != 0 {
					t.Errorf("%+v, %v", change, err)
				}
			}
		})
	}
	all.Wait()
	if files, err := os.ReadDir(filepath.Join(dir, "discoveries")); err != nil || len(files) != 1 {
		t.Errorf("%v, %v", files, err)
	}
}
