package engine

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dustin/go-humanize/english"

	"offcut/rules"
)

// An unfiltered is what the where of one rule had no value for in a scope.
type unfiltered struct {
	count    int64
	key, why string // of the upload whose key comes first, so that every plan tells of the same one
}

// missWhere notes an upload that is kept because a where had no value for it.
func (s *scopeScan) missWhere(u *rules.Upload, verdict rules.Verdict) {
	if verdict.Reason != rules.KeepWhereFailed {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.unfiltered == nil {
		s.unfiltered = map[string]unfiltered{}
	}
	of := s.unfiltered[verdict.Rules[0]]
	if of.count == 0 || u.Key < of.key {
		of.key, of.why = strings.Clone(u.Key), verdict.Why
	}
	of.count++
	s.unfiltered[verdict.Rules[0]] = of
}

// noteUnfiltered tells in the scope how many uploads a where had no value for, and why
// the first of them.
func (s *scopeScan) noteUnfiltered() {
	for _, rule := range slices.Sorted(maps.Keys(s.unfiltered)) {
		of := s.unfiltered[rule]
		s.note(fmt.Sprintf("where of %s has no value for %s, kept as %s; for key %q: %s",
			rule, english.Plural(int(of.count), "upload", ""), rules.KeepWhereFailed, of.key, of.why))
	}
}
