package engine

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// compareBuckets looks, for every provider, whether the buckets are still those of
// the plan. Nothing in a bucket that is not is attempted.
func (r *applying) compareBuckets() error {
	ctx, cancel := r.untilGrace()
	defer cancel()
	for _, l := range r.lanes {
		strangers, err := l.findStrangers(ctx)
		if err != nil {
			return fmt.Errorf("list the buckets of provider %s to see whether they are those of the plan: %w", l.provider, err)
		}
		l.strangers = strangers
	}
	return nil
}

// compareAgain looks once more before it is believed that somebody else ended an
// upload: its bucket may have been deleted and made anew. Where that cannot be
// told, every bucket is a stranger.
func (l *lane) compareAgain(ctx context.Context) {
	strangers, err := l.findStrangers(ctx)
	if err == nil {
		l.strangers = strangers
		return
	}
	l.strangers = map[string]string{}
	for _, b := range l.status.Buckets {
		l.strangers[b.Name] = fmt.Sprintf("it is not known whether bucket %q is still the bucket of the plan: list the buckets: %v", b.Name, err)
	}
}

// findStrangers says which buckets are not those that the plan saw, and why. A
// plan without a bucket list tells nothing. Where the plan had one and there is none
// now, nothing can be compared, and that is an error.
func findStrangers(ctx context.Context, store Store, plan []Bucket) (map[string]string, error) {
	if len(plan) == 0 {
		return nil, nil
	}
	listed, err := store.ListBuckets(ctx)
	if err != nil {
		return nil, err
	}
	return strangersAmong(plan, listed), nil
}

// strangersAmong says which buckets on the list are not those that the plan saw, and
// why. It is never nil.
func strangersAmong(plan, listed []Bucket) map[string]string {
	now := make(map[string]Bucket, len(listed))
	for _, b := range listed {
		now[b.Name] = b
	}
	strangers := map[string]string{}
	for _, planned := range plan {
		found, ok := now[planned.Name]
		if !ok {
			strangers[planned.Name] = fmt.Sprintf("bucket %q is not the bucket of the plan: the account has no bucket of this name any more", planned.Name)
		} else if why := difference(planned, found); why != "" {
			strangers[planned.Name] = fmt.Sprintf("bucket %q is not the bucket of the plan: %s", planned.Name, why)
		}
	}
	return strangers
}

// difference says how a bucket differs from the plan's, as far as both tell.
func difference(planned, found Bucket) string {
	var why []string
	if !planned.Created.IsZero() && !found.Created.IsZero() && !planned.Created.Equal(found.Created) {
		why = append(why, fmt.Sprintf("created %s, plan saw %s", instant(found.Created), instant(planned.Created)))
	}
	if planned.Owner != "" && found.Owner != "" && planned.Owner != found.Owner {
		why = append(why, fmt.Sprintf("owner %q, plan saw %q", found.Owner, planned.Owner))
	}
	return strings.Join(why, "; ")
}

func instant(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
