package engine

import (
	"errors"
	"fmt"

	"github.com/dustin/go-humanize/english"

	"offcut/rules"
)

// judgeParts reaches the verdict on an upload by what reading its parts said.
func (s *scopeScan) judgeParts(u *rules.Upload, r *partsReading) error {
	s.observe(PartsRead{Provider: s.address, Ref: Ref{Bucket: u.Bucket, Key: u.Key, ID: u.ID}, Err: r.err})
	parts := &r.answer.Parts
	if err := r.trouble(); err != nil {
		s.missParts(err)
	}
	if r.err != nil {
		parts = &rules.Parts{Unreadable: true}
	}
	now, _ := s.clock.reading()
	verdict := s.cfg.Decide(u, parts, now)
	if verdict.Action == rules.Abort {
		reason, unknown := r.key.judge(u, parts)
		if unknown != nil {
			s.missParts(unknown)
		}
		if reason != "" {
			verdict = rules.Verdict{Action: rules.Keep, Reason: reason}
		}
	}
	switch verdict.Action {
	case rules.Abort:
		return s.recordAbort(u, parts, verdict)
	case rules.NeedParts: // cannot be, with parts; what is not understood is kept
		verdict = rules.Verdict{Action: rules.Keep, Reason: rules.KeepPartsUnreadable}
	}
	covering := s.covering(nil, u)
	place, found, counts := s.oldButActive(u, parts, verdict)
	s.missWhere(u, verdict)
	s.mu.Lock()
	s.byReaders.keep(verdict.Reason, covering)
	if counts {
		s.byReaders.rules[place].byAge.Merge(found)
	}
	s.mu.Unlock()
	return s.recordKept(u, parts, verdict)
}

func (s *scopeScan) missParts(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if errors.Is(err, ErrNoSuchUpload) {
		s.ghosts++
		return
	}
	s.unread++
	if s.firstUnread == nil {
		s.firstUnread = err
	}
}

// noteUnread tells in the scope that parts could not be read. Of ghosts everything is
// known that can be; of the others nothing is, so that the plan is not whole.
func (s *scopeScan) noteUnread() {
	s.scope.Unread, s.scope.UnreadBy = s.unread, s.firstUnread
	if s.ghosts > 0 {
		s.note(fmt.Sprintf("the store lists %s that it answers NoSuchUpload for when asked for the parts, so they are kept: they ended meanwhile, or their keys are not what the listing says", english.Plural(int(s.ghosts), "upload", "")))
	}
}
