package engine

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"offcut/rules"
)

// change lets the world go on, under the store's lock. What it does to an upload,
// planned or not, does not depend on offcut.
func (s *restlessStore) change(c chance) {
	for c.in100(s.changes) {
		s.tick++
		u := s.uploads[s.order[c.IntN(len(s.order))]]
		u.touched = true
		switch n := c.IntN(16); {
		case n < 4: // a part arrives
			u.parts = append(u.parts, memPart{size: 5 << 20, modified: s.now()})
		case n < 6: // its last part is sent again
			if len(u.parts) > 0 {
				u.parts = slices.Clone(u.parts)
				u.parts[len(u.parts)-1].modified = s.now()
			}
		case n < 10: // it is completed, or aborted by somebody else
			u.move(false, s.tick)
		case n < 12: // it comes back as it was, as from a replica that lags
			if s.exists(u.Bucket) {
				u.move(true, s.tick)
			}
		case n == 12: // it comes back, and goes on
			if s.exists(u.Bucket) {
				u.move(true, s.tick)
				u.parts = append(u.parts, memPart{size: 5 << 20, modified: s.now()})
			}
		case n == 13: // another upload of its key is begun
			s.appear(u.Bucket, u.Key, s.now())
		case n == 14: // and one that is old already, as from a backup
			s.appear(u.Bucket, u.Key, epoch.Add(-40*day))
		default:
			s.moveBucket(c, u.Bucket)
		}
	}
}

func (s *restlessStore) exists(bucket string) bool {
	_, ok := s.buckets[bucket]
	return ok
}

// appear adds an upload. There are only so many, or a restless world never ends.
func (s *restlessStore) appear(bucket, key string, initiated time.Time) {
	if len(s.order) >= 60 || !s.exists(bucket) {
		return
	}
	u := s.put(Ref{bucket, key, fmt.Sprintf("new-%d", s.tick)}, 0)
	u.Initiated, u.touched = initiated, true
}

// moveBucket deletes a bucket with what it holds, and mostly makes it anew.
func (s *restlessStore) moveBucket(c chance, name string) {
	if !s.bucketsMove || c.IntN(4) > 0 {
		return
	}
	for _, u := range s.uploads {
		if u.Bucket == name {
			u.touched = true
			u.move(false, s.tick)
		}
	}
	delete(s.buckets, name)
	if c.IntN(4) > 0 {
		s.buckets[name] = Bucket{Name: name, Region: "BEIJING", Owner: "42", Created: s.now()}
	}
}

// A walk is one listing in progress.
type walk struct {
	bucket, prefix string
	begun          int64 // tick
	marker         *Ref
	shown          map[Ref]bool
	signed         bool // it carries a sign that it may be wrong
	ended          bool
}

func (w *walk) covers(ref Ref) bool {
	return ref.Bucket == w.bucket && strings.HasPrefix(ref.Key, w.prefix)
}

// nextPage fills the next page of a walk.
func (s *restlessStore) nextPage(c chance, w *walk, page *UploadPage) error {
	if w.begun == 0 {
		w.begun = s.tick
	}
	if c.in100(s.faults / 2) {
		return s.fault(c)
	}
	if !s.exists(w.bucket) {
		return fmt.Errorf("404: %w", ErrNoSuchBucket)
	}
	page.Date = s.now()
	w.ended = true
	for _, ref := range s.order {
		u := s.uploads[ref]
		if !u.there || !w.covers(ref) || w.marker != nil && compareRefs(ref, *w.marker) <= 0 {
			continue
		}
		if len(page.Uploads) == s.pageSize {
			w.ended = false
			break
		}
		page.Uploads = append(page.Uploads, u.Upload)
		w.marker = &ref
	}
	s.misprint(c, w, page)
	for i := range page.Uploads {
		u := &page.Uploads[i]
		w.shown[Ref{u.Bucket, u.Key, u.ID}] = true
	}
	if w.ended {
		s.model.walked(w)
	}
	return nil
}

// misprint lets a page lie. Where a listing is taken as a proof, a page that leaves
// something out carries a sign that a careful reader sees.
func (s *restlessStore) misprint(c chance, w *walk, page *UploadPage) {
	if !c.in100(s.lies) {
		return
	}
	switch c.IntN(6) {
	case 0: // something comes twice
		if n := len(page.Uploads); n > 0 {
			page.Uploads = append(page.Uploads, page.Uploads[c.IntN(n)])
		}
	case 1:
		page.Notes = append(page.Notes, "the store did something odd")
	case 2: // an old copy
		s.omit(c, page)
		page.Date, w.signed = s.now().Add(-2*time.Hour), true
	case 3: // no Date
		s.omit(c, page)
		page.Date, w.signed = time.Time{}, true
	case 4: // a key that was not asked for
		s.omit(c, page)
		stray := s.uploads[s.order[0]].Upload
		stray.Bucket = "stray"
		page.Uploads, w.signed = append(page.Uploads, stray), true
	default:
		if s.listingsLie {
			s.omit(c, page)
			w.signed = true
		}
	}
}

// omit leaves some of a page out.
func (s *restlessStore) omit(c chance, page *UploadPage) {
	page.Uploads = slices.DeleteFunc(page.Uploads, func(rules.Upload) bool { return c.IntN(2) == 0 })
}
