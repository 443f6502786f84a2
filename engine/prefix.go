package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dustin/go-humanize/english"
)

// noteNotAsked is the note of a listing whose prefix could not be checked.
const noteNotAsked = "this store is not known to list by prefix, and asking it without one was refused: that nothing is under the prefix is no proof"

// CheckPrefix is for a listing that held nothing under prefix but, perhaps, uploads
// of that very key. There are stores that take a prefix for a whole key, and on
// them nothing is found because it was not looked for. A store that is not known to
// do better is asked for one page without the prefix: where that page holds an
// upload under the prefix that began before since, the error says so, and the
// listing is worth nothing. Of a store that is known, nothing is asked. The note is
// empty or says what could not be checked.
func CheckPrefix(ctx context.Context, store Store, at Scope, since time.Time) (note string, err error) {
	if at.Prefix == "" || !store.Identity().PrefixUnproven {
		return "", nil
	}
	for page, err := range store.ListUploads(ctx, at.Bucket, "") {
		switch {
		case ctx.Err() != nil:
			return "", ctx.Err()
		case errors.Is(err, ErrAccessDenied):
			return noteNotAsked, nil
		case err != nil:
			return "", fmt.Errorf("nothing was listed under the prefix, and this store is not known to list by prefix, so that it was asked once more without one: %w", err)
		}
		for i := range page.Uploads {
			u := &page.Uploads[i]
			if u.Key != at.Prefix && strings.HasPrefix(u.Key, at.Prefix) && (u.Initiated.IsZero() || u.Initiated.Before(since)) {
				return "", fmt.Errorf("the store lists the key %q only when it is asked without a prefix: it takes a prefix for a whole key, so that what is under one cannot be seen; "+
					"look at the whole bucket (whole_bucket = true, with exclude for what a rule must leave alone)", u.Key)
			}
		}
		break // MinIO, which is meant, has everything on one page
	}
	return "", nil
}

// doubt looks at a listing that came to its end for signs that it does not show what
// is there, or that no rule can do anything with it: to be blind and to find nothing
// must not look the same.
func (s *scopeScan) doubt(ctx context.Context) (ScopeStatus, error) {
	if s.scope.Listed > 0 && s.started == 0 {
		s.note(fmt.Sprintf("the store tells no start for what is listed here (%s): without one nothing can become stale, and no rule will ever abort anything here",
			english.Plural(int(s.scope.Listed), "upload", "")))
	}
	if s.deeper {
		return ScopeComplete, nil
	}
	if err := s.acquire(ctx); err != nil {
		return "", err
	}
	defer s.release()
	now, _ := s.clock.reading()
	note, err := CheckPrefix(ctx, s.store, *s.scope, now)
	if err != nil {
		return ScopeFailed, err
	}
	if note != "" {
		s.note(note)
	}
	return ScopeComplete, nil
}
