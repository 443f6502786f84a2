package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"offcut/rules"
)

// A KeyQuestion asks why the uploads of one key are kept or aborted.
type KeyQuestion struct {
	Provider string // address
	Bucket   string
	Key      string // byte for byte
	ID       string // only the upload with this id, or the only one whose id begins so; empty: all of the key
}

// An Explained is what Explain found.
type Explained struct {
	KeyQuestion
	Status  ProviderStatus
	Uploads []ExplainedUpload // in the order of the listing
	Longer  int64             // uploads of other keys that begin with the key; they are not looked at
	Others  int64             // uploads of the key that another id was asked for than theirs

	// Coverage is how the rules and protects stand to the key, for where it has no
	// upload. Its verdict means nothing.
	Coverage rules.Explanation

	Notes    []string // what the store did that a careful reader should know
	Requests int64
}

// An ExplainedUpload is one upload with what a plan would make of it.
type ExplainedUpload struct {
	Upload      rules.Upload
	Parts       rules.Parts
	Trouble     error             // why the parts are not known; nil when they are
	Explanation rules.Explanation // of the rules and protects, without what follows
	Looked      bool              // the object of the key was looked for, as before an abort
	Object      *Object           // that the key holds; nil where it holds none or Looked is false
	ObjectErr   error             // why that is not known
	Verdict     rules.Verdict     // the one that a plan reaches
}

// Explain lists the uploads of exactly one key, reads the parts of each, and tells how
// the verdict on each comes about, with the doubts and by the clock of Build. It only
// reads. An error means that nothing can be told: a listing that is not whole or
// cannot be trusted explains nothing.
func Explain(ctx context.Context, store Store, cfg *rules.Config, q KeyQuestion, opts Options) (*Explained, error) {
	if opts.Parallelism <= 0 {
		opts.Parallelism = defaultParallelism
	}
	if opts.Clock == nil {
		opts.Clock = time.Now
	}
	before := store.Requests()
	x := &explaining{
		store: store, cfg: cfg, opts: opts, clock: scanClock{local: opts.Clock}, ids: map[string]bool{},
		found: &Explained{KeyQuestion: q, Status: ProviderStatus{Address: q.Provider, Identity: store.Identity()}},
	}
	for _, step := range []func(context.Context) error{x.checkBucket, x.list, x.choose, x.explain} {
		if err := step(ctx); err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			return nil, err
		}
	}
	x.found.Requests = store.Requests() - before
	return x.found, nil
}

// An explaining is one Explain in progress.
type explaining struct {
	store Store
	cfg   *rules.Config
	opts  Options
	clock scanClock
	ids   map[string]bool // of the uploads that were taken: a listing may tell one twice
	found *Explained
}

// checkBucket compares the bucket with the bucket list, as plans do.
func (x *explaining) checkBucket(ctx context.Context) error {
	allowed := allowanceOf(x.cfg, x.found.Provider)
	buckets, err := x.store.ListBuckets(ctx)
	switch {
	case errors.Is(err, ErrAccessDenied) && !allowed.everybody():
		return allowed.blind(err)
	case errors.Is(err, ErrAccessDenied):
		x.found.Status.Notes = append(x.found.Status.Notes, "the bucket list was refused: the bucket is asked at the provider's own region ("+err.Error()+")")
		return nil
	case err != nil:
		return fmt.Errorf("%s: %w", x.found.Provider, err)
	}
	at := slices.IndexFunc(buckets, func(b Bucket) bool { return b.Name == x.found.Bucket })
	if at < 0 {
		return fmt.Errorf("bucket %s is not on the account's bucket list (%s): correct its name, or ask with other credentials", x.found.Bucket, bucketNames(buckets))
	}
	x.found.Status.Buckets = buckets[at : at+1]
	if why := allowed.objection(buckets[at]); why != "" {
		return errors.New(why)
	}
	return nil
}

// list gathers the uploads of the key.
func (x *explaining) list(ctx context.Context) error {
	q := &x.found.KeyQuestion
	scope := &Scope{Provider: q.Provider, Bucket: q.Bucket, Prefix: q.Key}
	for page, err := range x.store.ListUploads(ctx, q.Bucket, q.Key) {
		if err == nil {
			err = x.clock.check(&page, scope.Pages == 0)
		}
		if err != nil {
			return fmt.Errorf("list the uploads of the key: %w", err)
		}
		scope.Pages++
		for i := range page.Uploads {
			if err := scope.belongs(&page.Uploads[i]); err != nil {
				return fmt.Errorf("list the uploads of the key: %w", err)
			}
			x.take(&page.Uploads[i])
		}
		for _, note := range page.Notes {
			if !slices.Contains(x.found.Notes, note) {
				x.found.Notes = append(x.found.Notes, strings.Clone(note))
			}
		}
		scope.Listed += int64(len(page.Uploads))
		x.observe(PageListed{Provider: q.Provider, Bucket: q.Bucket, Prefix: q.Key, Listed: scope.Listed, RequestID: page.RequestID})
	}
	if scope.Pages == 0 {
		return errors.New("list the uploads of the key: the listing ended without any answer")
	}
	x.found.Status.Now, x.found.Status.Skew = x.clock.reading()
	return nil
}

// take keeps an upload that was asked for, and counts the others.
func (x *explaining) take(u *rules.Upload) {
	switch {
	case u.Key != x.found.Key:
		x.found.Longer++
	case !strings.HasPrefix(u.ID, x.found.ID):
		x.found.Others++
	case x.ids[u.ID]:
	default:
		own := detached(u)
		own.Provider = x.found.Provider
		x.ids[own.ID] = true
		x.found.Uploads = append(x.found.Uploads, ExplainedUpload{Upload: own})
	}
}

// choose chooses the upload whose id was asked for. An id that another one begins with is
// that id.
func (x *explaining) choose(context.Context) error {
	all, id := x.found.Uploads, x.found.ID
	if id == "" || len(all) < 2 {
		return nil
	}
	if i := slices.IndexFunc(all, func(e ExplainedUpload) bool { return e.Upload.ID == id }); i >= 0 {
		x.found.Uploads = all[i : i+1]
		x.found.Others += int64(len(all) - 1)
		return nil
	}
	text := fmt.Sprintf("%d uploads of the key have an id that begins with %q:", len(all), id)
	for _, e := range all[:min(len(all), maxCandidates)] {
		text += fmt.Sprintf("\n  %q", e.Upload.ID)
		if !e.Upload.Initiated.IsZero() {
			text += " of " + e.Upload.Initiated.UTC().Format("2006-01-02 15:04:05 UTC")
		}
	}
	return errors.New(text + "\nGive more of the id.")
}

const maxCandidates = 10 // that an error names

// explain reads the parts of every upload and reaches its verdict.
func (x *explaining) explain(ctx context.Context) error {
	now := x.found.Status.Now
	// Nothing but the id is missing for this to be an upload that can be addressed.
	x.found.Coverage = x.cfg.Explain(&rules.Upload{
		Provider: x.found.Provider, Bucket: x.found.Bucket, Key: x.found.Key, ID: "none", Initiated: now,
	}, nil, now)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(x.opts.Parallelism)
	for i := range x.found.Uploads {
		group.Go(func() error {
			x.judge(ctx, &x.found.Uploads[i], now)
			return ctx.Err()
		})
	}
	return group.Wait()
}

// judge judges one upload as a plan does, and reads the parts also where a plan need
// not.
func (x *explaining) judge(ctx context.Context, e *ExplainedUpload, now time.Time) {
	if first := x.cfg.Explain(&e.Upload, nil, now); first.Veto == rules.KeepKeyUnproven {
		// A request for it might be about another key, and so might the answer.
		e.Trouble = errNotAddressable
		e.Parts, e.Explanation, e.Verdict = rules.Parts{Unreadable: true}, first, first.Verdict
		return
	}
	ref := Ref{Bucket: e.Upload.Bucket, Key: e.Upload.Key, ID: e.Upload.ID}
	r := partsReading{}
	r.answer, r.err = ReadParts(ctx, x.store, ref)
	x.observe(PartsRead{Provider: e.Upload.Provider, Ref: ref, Err: r.err})
	e.Parts, e.Trouble = r.answer.Parts, r.trouble()
	if r.err != nil {
		e.Parts = rules.Parts{Unreadable: true}
	}
	e.Explanation = x.cfg.Explain(&e.Upload, &e.Parts, now)
	e.Verdict = e.Explanation.Verdict
	if e.Verdict.Action != rules.Abort || !x.found.Status.Identity.CheckCompleted {
		return
	}
	r.key = readKeyAgain(ctx, x.store, ref)
	e.Looked, e.Object = true, r.key.object
	reason, err := r.key.judge(&e.Upload, &e.Parts)
	if e.ObjectErr = err; reason != "" {
		e.Verdict = rules.Verdict{Reason: reason}
	}
}

// errNotAddressable is why the parts of some uploads are not asked for.
var errNotAddressable = errors.New("they were not asked for, as a request for this key may be taken for one about another")

// readKeyAgain is readKey, and repeats temporary failures as ReadParts does.
func readKeyAgain(ctx context.Context, s Store, ref Ref) keyReading {
	k := readKey(ctx, s, ref)
	for tries := 1; tries < readTries && errors.Is(k.err, ErrTemporary); tries++ {
		if sleep(ctx, waitAfter(k.err, tries)) != nil {
			return k
		}
		k = readKey(ctx, s, ref)
	}
	return k
}

func (x *explaining) observe(e Event) {
	if x.opts.Observer != nil {
		x.opts.Observer.Observe(e)
	}
}
