package engine

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
)

// maxSilence is how many uploads in a row a store may leave without an answer before
// the rest are not asked about.
const maxSilence = 20

// A witness says what became of the uploads of one provider.
type witness struct {
	*looker
	fault     string            // why nothing that this provider says counts; empty when it does
	strangers map[string]string // buckets that are not those of the run, and why
	silence   atomic.Int64      // uploads in a row that the store gave no answer about
}

// witness returns the witness of a provider.
func (s *settlement) witness(ctx context.Context, provider string) *witness {
	if w := s.witnesses[provider]; w != nil {
		return w
	}
	w := &witness{looker: &looker{
		pool: newPool(s.opts.Parallelism), store: s.stores[provider],
		now: s.clock, wait: s.wait, tries: readTries,
	}}
	s.witnesses[provider] = w
	w.identify(ctx, s.provider(provider), provider)
	return w
}

// identify looks whether the provider and its buckets are those of the run.
func (w *witness) identify(ctx context.Context, was *ProviderStatus, provider string) {
	if w.store == nil {
		w.fault = fmt.Sprintf("provider %s is not configured any more", provider)
		return
	}
	if was == nil {
		w.fault = fmt.Sprintf("the ledger does not say where provider %s led to", provider)
		return
	}
	now := w.store.Identity()
	if now.Endpoint != was.Identity.Endpoint {
		w.fault = fmt.Sprintf("provider %s led to %s when it was planned, and leads to %s now", provider, was.Identity.Endpoint, now.Endpoint)
		return
	}
	if len(was.Buckets) == 0 && now.AccessKeyID != was.Identity.AccessKeyID {
		// Another account may have a bucket of the same name, without the upload.
		w.fault = fmt.Sprintf("provider %s was asked with access key %s, and these credentials are %s; without a list of buckets nothing shows that they are of one account",
			provider, orNone(was.Identity.AccessKeyID), orNone(now.AccessKeyID))
		return
	}
	strangers, err := findStrangers(ctx, w.store, was.Buckets)
	if err != nil {
		w.fault = fmt.Sprintf("list the buckets to see whether they are still the same: %v", err)
	}
	w.strangers = strangers
}

// testify looks for an upload. It is called with a slot.
func (w *witness) testify(ctx context.Context, d *Doubt) finding {
	u := &d.Item.Upload
	if w.fault != "" {
		return finding{seen: w.fault}
	}
	if why, ok := w.strangers[u.Bucket]; ok {
		return finding{seen: why}
	}
	if w.silence.Load() >= maxSilence {
		return finding{seen: fmt.Sprintf("the store gave no answer about %d uploads in a row, so this one was not asked about", maxSilence)}
	}
	claim := Result("")
	if d.Answered {
		claim = Aborted
	}
	found := w.look(ctx, &d.Item, claim, false)
	if errors.Is(found.err, ErrTemporary) {
		w.silence.Add(1)
	} else {
		w.silence.Store(0)
	}
	return found
}

// judge says what a finding means for an upload that an abort may have been sent
// for. What was answered with success is aborted or not verified, as it would have
// been had the run gone on.
func (d *Doubt) judge(found finding) (r Result, why string) {
	switch {
	case found.presence == absent && d.Answered:
		return Aborted, ""
	case found.presence == absent:
		return Gone, "the run broke off before an answer to its abort was recorded: that abort ended the upload, or somebody else did"
	}
	seen := found.seen
	if found.presence == present {
		seen = "it is still there: the store " + seen
	}
	if d.Answered {
		return NotVerified, seen + "; an abort was answered with success before the run broke off: plan again"
	}
	if found.presence == present {
		return Failed, seen + "; the run broke off before or during its abort: plan again"
	}
	return Failed, "it is not known what became of it, as the run broke off before or during its abort: " + seen + ": plan again"
}
