package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"offcut/rules"
)

// A scopeScan lists one scope and judges what is in it.
type scopeScan struct {
	*providerScan
	index int    // in plan.Scopes
	scope *Scope // written by the listing alone

	byLister counts // the listing's own
	room     []int  // for covering, likewise
	last     string // the last key listed, likewise
	deeper   bool   // a key longer than the prefix was listed, likewise
	started  int64  // uploads listed whose start is known, likewise

	mu          sync.Mutex
	byReaders   counts
	stale       int64 // items, with those that came twice
	unread      int64 // uploads whose parts could not be read, for another reason
	ghosts      int64 // uploads that are listed, but NoSuchUpload when asked about
	firstUnread error
	unfiltered  map[string]unfiltered // by rule: what its where had no value for
}

// list lists the scope to its end. Faults of the listing end the scope; the error
// is one that ends the whole plan.
func (s *scopeScan) list(ctx context.Context) error {
	started := s.opts.Clock()
	s.observe(ScopeStarted{Scope: *s.scope})
	status, err := ScopeComplete, error(nil)
	for page, fault := range s.pages(ctx, s.scope) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if status, err = s.admit(&page, fault); err != nil || status != ScopeComplete {
			break
		}
		if err := s.judgePage(ctx, &page); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if s.scope.Pages == 0 && err == nil && status == ScopeComplete {
		status, err = ScopeFailed, errors.New("the listing ended without any answer")
	}
	if status == ScopeComplete {
		if status, err = s.doubt(ctx); ctx.Err() != nil {
			return ctx.Err()
		}
	}
	s.scope.Duration = s.opts.Clock().Sub(started)
	s.end(status, err)
	return nil
}

// end gives the scope its status.
func (s *scopeScan) end(status ScopeStatus, err error) {
	s.scope.Status, s.scope.Err = status, err
	s.observe(ScopeFinished{Scope: *s.scope})
}

// admit says what a page or a fault means for the scope. Nothing of a page is
// looked at before all of it is found to be an answer to what was asked.
func (s *scopeScan) admit(page *UploadPage, fault error) (ScopeStatus, error) {
	switch {
	case fault != nil && s.scope.Pages > 0:
		return ScopePartial, fault
	case errors.Is(fault, ErrNoSuchBucket) && s.mayBeAbsent():
		return ScopeAbsent, nil
	case fault != nil:
		return ScopeFailed, fault
	}
	if err := s.clock.check(page, s.scope.Pages == 0); err != nil {
		return ScopeFailed, err
	}
	for i := range page.Uploads {
		if err := s.scope.belongs(&page.Uploads[i]); err != nil {
			return ScopeFailed, err
		}
	}
	s.scope.Pages++
	for _, note := range page.Notes {
		s.note(note)
	}
	return ScopeComplete, nil
}

// belongs checks on this side that an upload is what the store was asked for.
func (s *Scope) belongs(u *rules.Upload) error {
	const remedy = "nothing that this listing says can be trusted; the server may ignore the prefix parameter"
	switch {
	case u.Bucket != s.Bucket:
		return fmt.Errorf("the store answered with an upload of bucket %q: %s", u.Bucket, remedy)
	case !strings.HasPrefix(u.Key, s.Prefix):
		return fmt.Errorf("the store answered with a key outside the prefix, %q: %s", u.Key, remedy)
	case u.Key == "" || u.ID == "":
		return fmt.Errorf("the store answered with an upload that has no key or no id (key %q, id %q), which nothing can address", u.Key, u.ID)
	}
	return nil
}

// note adds a text once.
func (s *scopeScan) note(text string) {
	for _, known := range s.scope.Notes {
		if known == text {
			return
		}
	}
	s.scope.Notes = append(s.scope.Notes, strings.Clone(text))
}

// mayBeAbsent reports whether every acting rule that looks into the scope allows
// its bucket to be absent.
func (s *scopeScan) mayBeAbsent() bool {
	for _, r := range s.acting {
		if looksInto(r, s.scope) && !r.Scan.AllowEmpty {
			return false
		}
	}
	return true
}

// judgePage reaches the verdicts that need no parts, and queues the other uploads.
func (s *scopeScan) judgePage(ctx context.Context, page *UploadPage) error {
	now, _ := s.clock.reading()
	s.checkOrder(page)
	for i := range page.Uploads {
		u := &page.Uploads[i]
		u.Provider = s.address
		s.room = s.covering(s.room[:0], u)
		s.byLister.see(s.room)
		s.scope.Listed++
		s.deeper = s.deeper || len(u.Key) > len(s.scope.Prefix)
		if !u.Initiated.IsZero() {
			s.started++
		}
		verdict := s.cfg.Decide(u, nil, now)
		if verdict.Action == rules.Keep {
			s.byLister.keep(verdict.Reason, s.room)
			s.missWhere(u, verdict)
			if err := s.recordKept(u, nil, verdict); err != nil {
				return err
			}
			continue
		}
		if s.actor(verdict.Rules) == nil {
			continue
		}
		s.byLister.candidates++
		select {
		case s.queue <- unread{scope: s, upload: detached(u)}:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	s.observe(PageListed{
		Provider: s.address, Bucket: s.scope.Bucket, Prefix: s.scope.Prefix,
		Listed: s.scope.Listed, Candidates: s.byLister.candidates, RequestID: page.RequestID,
	})
	return nil
}

// checkOrder looks whether keys go on in the order of their bytes, as KS3's markers
// imply. Where they do not, an upload may come twice without being noticed.
func (s *scopeScan) checkOrder(page *UploadPage) {
	last := s.last
	for i := range page.Uploads {
		key := page.Uploads[i].Key
		if key < last {
			s.scope.unsorted = true
		}
		last = key
	}
	s.last = strings.Clone(last) // strings of a page share memory
}

// detached copies an upload out of its page, whose strings share memory.
func detached(u *rules.Upload) rules.Upload {
	c := *u
	for _, s := range [...]*string{&c.Bucket, &c.Key, &c.ID, &c.StorageClass, &c.Owner, &c.Initiator} {
		*s = strings.Clone(*s)
	}
	return c
}

func (s *scopeScan) recordAbort(u *rules.Upload, parts *rules.Parts, verdict rules.Verdict) error {
	rule := s.actor(verdict.Rules)
	if rule == nil {
		return nil
	}
	now, _ := s.clock.reading()
	s.mu.Lock()
	s.stale++
	s.mu.Unlock()
	return s.plan.items.Add(&candidate{Scope: s.index, Item: Item{
		Upload: *u, Parts: *parts, Reason: verdict.Reason, Rule: rule.Address,
		Age: rules.Age(u, now), Idle: rules.Idle(u, parts, now),
	}})
}

func (s *scopeScan) recordKept(u *rules.Upload, parts *rules.Parts, verdict rules.Verdict) error {
	if s.plan.kept == nil {
		return nil
	}
	by := verdict.By
	if by == "" && len(verdict.Rules) > 0 {
		by = verdict.Rules[0]
	}
	now, _ := s.clock.reading()
	return s.plan.kept.Add(&keeping{Scope: s.index, KeptItem: KeptItem{
		Upload: *u, Parts: parts, Reason: verdict.Reason, By: by, Age: rules.Age(u, now),
	}})
}
