package engine

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"offcut/rules"
)

// There are stores that take a prefix for a whole key: under one they list nothing,
// or that key alone, whatever lies there.
func TestPromise14_WhatAPrefixHidesFailsTheScope(t *testing.T) {
	exactKeys := func(s *memStore) {
		s.onPage = func(_, prefix string, _ int, page *UploadPage) error {
			if prefix != "" {
				page.Uploads = slices.DeleteFunc(page.Uploads, func(u rules.Upload) bool { return u.Key != prefix })
			}
			return nil
		}
	}
	whenAsked := func(err error) func(s *memStore) {
		return func(s *memStore) {
			s.onListUploads = func(_, prefix string) error {
				if prefix == "" {
					return err
				}
				return nil
			}
		}
	}
	tests := map[string]struct {
		known  bool
		keys   []string // nine days old
		fresh  []string // an hour younger than now
		change func(*memStore)
		prefix string
		status ScopeStatus
		says   string // in the error or a note
		asked  int    // requests for a list of uploads
	}{
		"hidden":                           {keys: []string{"raw/a"}, change: exactKeys, prefix: "raw/", status: ScopeFailed, says: `lists the key "raw/a" only when`, asked: 2},
		"hidden beside the prefix's key":   {keys: []string{"raw/a", "raw/a.old"}, change: exactKeys, prefix: "raw/a", status: ScopeFailed, says: `"raw/a.old"`, asked: 2},
		"begun meanwhile":                  {fresh: []string{"raw/a"}, change: exactKeys, prefix: "raw/", status: ScopeComplete, asked: 2},
		"nothing there":                    {keys: []string{"tmp/a"}, prefix: "raw/", status: ScopeComplete, asked: 2},
		"something longer was listed":      {keys: []string{"raw/a"}, prefix: "raw/", status: ScopeComplete, asked: 1},
		"the whole bucket":                 {prefix: "", status: ScopeComplete, asked: 1},
		"a store that lists by prefix":     {known: true, keys: []string{"tmp/a"}, prefix: "raw/", status: ScopeComplete, asked: 1},
		"asking without prefix is refused": {change: whenAsked(fmt.Errorf("list: %w", ErrAccessDenied)), prefix: "raw/", status: ScopeComplete, says: "is no proof", asked: 2},
		"asking without prefix fails":      {change: whenAsked(fmt.Errorf("list: %w", ErrTemporary)), prefix: "raw/", status: ScopeFailed, says: "temporary failure", asked: 2},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := newMemStore("media")
			s.identity.PrefixUnproven = !tt.known
			for _, key := range tt.keys {
				s.put("media", key, "1", 9*day)
			}
			for _, key := range tt.fresh {
				s.put("media", key, "1", -time.Second)
			}
			if tt.change != nil {
				tt.change(s)
			}
			p := buildPlan(t, s, testConfig(testRule("a", "media", tt.prefix)), testOptions(t))
			scope := p.Scopes[0]
			said := strings.Join(scope.Notes, "\n")
			if scope.Err != nil {
				said += scope.Err.Error()
			}
			if scope.Status != tt.status || !strings.Contains(said, tt.says) || tt.says == "" && said != "" {
				t.Errorf("scope is %s and says %q, want %s and %q", scope.Status, said, tt.status, tt.says)
			}
			if p.Whole() != (tt.status == ScopeComplete) {
				t.Errorf("whole is %v", p.Whole())
			}
			if n := s.called("ListUploads"); n != tt.asked {
				t.Errorf("%d requests for a list of uploads, want %d", n, tt.asked)
			}
		})
	}
}

// Where no upload has a start, no rule can ever act: that is said, not left to be
// read out of a table.
func TestPromise14_AStoreWithoutStartsIsSaidToBeOne(t *testing.T) {
	for name, known := range map[string]bool{"none has a start": false, "one has": true} {
		t.Run(name, func(t *testing.T) {
			s := newMemStore("media")
			for i := range 3 {
				ref := s.put("media", fmt.Sprintf("raw/%d", i), "1", 9*day)
				if i > 0 || !known {
					s.edit(ref, func(u *memUpload) { u.Initiated = time.Time{} })
				}
			}
			p := buildPlan(t, s, testConfig(testRule("a", "media", "raw/")), testOptions(t))
			notes := strings.Join(p.Scopes[0].Notes, "\n")
			if said := strings.Contains(notes, "no start for what is listed here (3 uploads)"); said == known {
				t.Errorf("notes are %q", notes)
			}
		})
	}
}

// On a store whose list may be empty for no reason, an empty list of parts proves an
// abort only where the plan saw parts.
func TestPromise7_PartsThatAreGoneAgreeWithTheAbort(t *testing.T) {
	for name, parts := range map[string]int{"it had parts": 2, "it had none": 0} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.store.identity.ListingProves = false
				ref := w.stale("raw/a", "u1")
				w.store.edit(ref, func(u *memUpload) { u.parts = u.parts[:min(parts, len(u.parts))] })
				w.store.staysListed(ref, true)
				aborted := false
				w.store.onAbort = func(ref Ref) error {
					aborted = true
					w.store.edit(ref, func(u *memUpload) { u.parts = nil })
					return nil
				}
				w.store.onPage = func(_, _ string, _ int, page *UploadPage) error {
					if aborted {
						page.Uploads, page.Notes = nil, []string{"nothing was listed, which is no proof"}
					}
					return nil
				}
				if parts > 0 {
					w.want(w.run(nil), ref, Aborted)
				} else {
					w.want(w.run(nil), ref, NotVerified)
				}
			})
		})
	}
}
