package emulator

import (
	"fmt"
	"strings"
	"testing"
)

func TestBucketNames(t *testing.T) {
	s := openAt(t, testNow())
	for name, status := range map[string]int{
		"abc": 200, "a-1": 200, "0ab": 200, strings.Repeat("a", 63): 200, "a--b": 200,
		"ab": 400, strings.Repeat("a", 64): 400, "-ab": 400, "ab-": 400, "kssab": 400, "a.b": 400, "a_b": 400, "Abc": 400,
	} {
		w := signed(t, s, "PUT /"+name, "localhost", "")
		if w.Code != status || status == 400 && codeOf(w) != "InvalidBucketName" {
			t.Errorf("%s: %d, want %d: %s", name, w.Code, status, w.Body)
		}
		if status == 200 && w.Header().Get("Location") != "/"+name {
			t.Errorf("%s: Location %q", name, w.Header().Get("Location"))
		}
	}
}

func TestAnAccountHasAHundredBuckets(t *testing.T) {
	s := openAt(t, testNow())
	for i := 1; i < maxBuckets; i++ {
		if err := s.CreateBucket(fmt.Sprintf("bucket-%d", i), ""); err != nil {
			t.Fatal(err)
		}
	}
	if w := signed(t, s, "PUT /one-more", "localhost", ""); w.Code != 400 || codeOf(w) != "TooManyBuckets" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := signedAs(t, s, s.byKey["AKOTHER"], "PUT /one-more", "localhost", ""); w.Code != 200 {
		t.Errorf("another account's first: %d %s", w.Code, w.Body)
	}
	if w := signed(t, s, "PUT /bucket-1", "localhost", ""); w.Code != 409 || codeOf(w) != "BucketAlreadyExists" {
		t.Errorf("one that is there: %d %s", w.Code, w.Body)
	}
	if w := signed(t, s, "PUT /one-more", "localhost", ""); w.Code != 409 || codeOf(w) != "BucketAlreadyExists" {
		t.Errorf("one of another account: %d %s", w.Code, w.Body)
	}
	signed(t, s, "DELETE /bucket-1", "localhost", "")
	if w := signed(t, s, "PUT /bucket-1", "localhost", ""); w.Code != 200 {
		t.Errorf("after one went: %d %s", w.Code, w.Body)
	}
}

func TestABucketWithObjectsStays(t *testing.T) {
	s := openAt(t, testNow())
	signed(t, s, "PUT /other", "localhost", "")
	signed(t, s, "PUT /other/k", "localhost", "data")
	if w := signed(t, s, "DELETE /other", "localhost", ""); w.Code != 409 || codeOf(w) != "BucketNotEmpty" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	signed(t, s, "DELETE /other/k", "localhost", "")
	if w := signed(t, s, "DELETE /other", "localhost", ""); w.Code != 204 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := signed(t, s, "PUT /other/k", "localhost", "data"); w.Code != 404 || codeOf(w) != "NoSuchBucket" {
		t.Errorf("a put into it: %d %s", w.Code, w.Body)
	}
	if w := signed(t, s, "GET /?projectIds=1", "localhost", ""); w.Code != 501 {
		t.Errorf("projects: %d", w.Code)
	}
}
