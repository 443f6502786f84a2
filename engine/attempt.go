package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"offcut/rules"
)

const (
	// freshness is how old a reading of the parts may be when the abort that rests
	// on it goes on the wire.
	freshness = 10 * time.Second

	maxTries = 8 // readings of one item before a temporary failure counts as lasting

	// patience is how long an item waits in all for a store that asks for waits
	// before its failures count as lasting, whatever the number of tries.
	patience = 30 * time.Second
)

// A state says where an attempt stands.
//
//	reading ---> settled   its parts cannot be read, or speak against an abort
//	   |  ^
//	   |  +---- waiting    the store had a temporary failure; it holds no slot
//	   v          ^
//	 abort -------+
//	   |
//	   +-------> claimed   the store says that the upload is gone; proof follows
//	   +-------> settled   the abort was refused
type state uint8

const (
	reading state = iota // the next step reads the parts, and aborts if they allow it
	waiting              // the next step waits
	claimed              // Result is Aborted or Gone, but only by the store's word
	settled              // the item has its outcome
)

// An attempt carries one planned upload to a claim or an outcome. Its Outcome is
// filled on the way: Attempts counts the aborts sent, and Result is Aborted from
// the first abort on that the store accepted.
type attempt struct {
	Outcome
	state state
	tries int           // readings so far
	wait  time.Duration // before the next one
	spent time.Duration // in all the waits so far
	late  bool          // the last reading was too old for its abort
}

func (a *attempt) ref() Ref { return a.Item.ref() }

// ref addresses the item's upload.
func (i *Item) ref() Ref {
	u := &i.Upload
	return Ref{Bucket: u.Bucket, Key: u.Key, ID: u.ID}
}

// accepted reports whether the store said yes to an abort before.
func (a *attempt) accepted() bool { return a.Result == Aborted }

// carry tries until the attempt is claimed or settled. It is called with a slot
// and returns with one, but holds none while it waits. Requests break off when ctx
// is done, which a stop signal brings about after a grace.
func (l *lane) carry(ctx context.Context, a *attempt) {
	if why := unaddressable(&a.Item.Upload); why != "" {
		l.refuse(a, why)
		return
	}
	l.try(ctx, a)
	for a.state == waiting {
		if a.late {
			l.tryAlone(ctx, a)
			continue
		}
		l.leave()
		goOn := l.pause(a.wait)
		l.enter()
		if !goOn {
			l.interrupt(a)
			return
		}
		l.try(ctx, a)
	}
}

// tryAlone tries with no other late attempt beside it. Where a request has to wait
// its turn, too many attempts at once make each other late: by the time of the
// abort the reading is old. Those that were late keep their slots and go one by
// one, so that the requests at once become fewer until none is late.
func (l *lane) tryAlone(ctx context.Context, a *attempt) {
	l.alone <- struct{}{}
	defer func() { <-l.alone }()
	l.try(ctx, a)
}

// try looks at the key and reads the parts again, reaches the verdict again, and sends
// one abort if it stands.
func (l *lane) try(ctx context.Context, a *attempt) {
	if l.ended(a) {
		return
	}
	a.tries++
	key := l.lookAtKey(ctx, a)
	if errors.Is(key.err, ErrTemporary) {
		l.answered(ctx, a, key.err)
		return
	}
	read := l.clock()
	parts, err := l.store.ListParts(ctx, a.ref())
	if !a.accepted() {
		a.RequestID = parts.RequestID
	}
	if err != nil {
		l.answered(ctx, a, fmt.Errorf("read its parts again: %w", err))
		return
	}
	why, end := l.objection(a, &parts.Parts)
	if why == "" {
		why, end = key.completion(a, &parts.Parts)
	}
	if why != "" {
		a.RequestID = parts.RequestID
		l.spare(a, end, why)
		return
	}
	if !l.ended(a) {
		l.sendAbort(ctx, a, read.Add(freshness))
	}
}

// sendAbort sends one abort of what was just found to be stale.
func (l *lane) sendAbort(ctx context.Context, a *attempt, notAfter time.Time) {
	receipt, err := l.store.Abort(ctx, a.ref(), notAfter)
	if !errors.Is(err, ErrTooLate) {
		a.Attempts++
	}
	a.RequestID = receipt.RequestID
	if err != nil {
		a.Unclear = a.Unclear || !errors.Is(err, ErrTooLate) && !errors.Is(err, ErrNoSuchUpload)
		l.answered(ctx, a, err)
		return
	}
	again := a.accepted()
	a.Result, a.state = Aborted, claimed
	l.recorder.log.Answered(a.Seq, receipt, l.clock().UTC())
	l.observe(AbortAnswered{Rule: a.Item.Rule, Provider: l.provider, Ref: a.ref(), Receipt: receipt, Again: again})
}

// spare ends an attempt because of what was read. What an abort was sent for is no
// longer untouched.
func (l *lane) spare(a *attempt, end Result, why string) {
	if end == Failed || end == NotAttempted && a.Attempts > 0 {
		l.refuse(a, why)
		return
	}
	if a.accepted() {
		why += "; an abort of it was answered with success before, so that earlier parts may be gone"
	}
	l.conclude(a, end, why)
}

// perhapsOurs is what is said of an upload that is gone after an unclear abort.
const perhapsOurs = "an abort of it was sent, and its answer was lost or an error: that abort ended the upload, or somebody else did"

// answered says what an error of a reading or an abort means for the attempt. An
// abort of ours whose answer was lost may be behind NoSuchUpload; as that cannot be
// told, the upload is not claimed as aborted, and the outcome says so.
func (l *lane) answered(ctx context.Context, a *attempt, err error) {
	switch {
	case errors.Is(err, ErrNoSuchUpload):
		if !a.accepted() {
			a.Result = Gone
		}
		a.state = claimed
	case errors.Is(err, ErrTooLate):
		a.late = true
		l.retry(a, 0, err)
	case ctx.Err() != nil:
		l.interrupt(a)
	case errors.Is(err, ErrTemporary):
		a.late = false
		l.retry(a, waitAfter(err, a.tries), err)
	default:
		l.refuse(a, a.words(err))
	}
}

// words puts an error into words for the outcome. The request of an abort that was
// accepted stays the outcome's, whatever went wrong after it.
func (a *attempt) words(err error) string {
	text, requestID := brief(err)
	if !a.accepted() {
		a.RequestID = cmp.Or(requestID, a.RequestID)
	}
	return text
}

// retry begins again from reading the parts, a limited number of times: a store
// that asks for time gets patience too.
func (l *lane) retry(a *attempt, wait time.Duration, err error) {
	if a.tries >= maxTries && (asked(err) == 0 || a.spent >= patience) {
		l.refuse(a, fmt.Sprintf("gave up after %d tries: %s", a.tries, a.words(err)))
		return
	}
	a.state, a.wait = waiting, wait
	a.spent += wait
	l.observe(AbortRetried{
		Rule: a.Item.Rule, Provider: l.provider, Ref: a.ref(),
		Attempt: a.tries, Wait: wait, Err: err,
	})
}

// refuse ends an attempt that cannot go on. An upload whose abort was accepted
// before is still a claim: only a proof, or the lack of one, settles it.
func (l *lane) refuse(a *attempt, why string) {
	if a.accepted() {
		a.Err, a.state = why, claimed
		return
	}
	l.conclude(a, Failed, why)
}

// interrupt ends an attempt on a stop signal, or where what is done can no longer be
// kept.
func (l *lane) interrupt(a *attempt) {
	stopped := l.cut()
	if a.accepted() || a.Attempts > 0 {
		l.refuse(a, stopped+" after an abort whose effect is not known: plan again to see")
		return
	}
	l.conclude(a, NotAttempted, stopped+" before its abort: plan again")
}

// conclude gives an attempt its outcome.
func (l *lane) conclude(a *attempt, r Result, why string) {
	a.Result, a.Err, a.state = r, why, settled
	l.settle(&a.Outcome)
}

// unaddressable says why an upload must never be part of a request, or returns "".
func unaddressable(u *rules.Upload) string {
	if u.Bucket == "" || u.Key == "" || u.ID == "" {
		return fmt.Sprintf("%s: bucket, key and upload id must all be known; nothing was sent", rules.KeepKeyUnproven)
	}
	if u.KeyUnproven {
		return fmt.Sprintf("%s: the listing may not show the key's own bytes; nothing was sent", rules.KeepKeyUnproven)
	}
	for segment := range strings.SplitSeq(u.Key, "/") {
		if segment == "." || segment == ".." {
			return fmt.Sprintf("%s: a path with the segment %q may be rewritten on its way to another key; nothing was sent", rules.KeepKeyUnproven, segment)
		}
	}
	return ""
}
