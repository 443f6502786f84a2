package engine

import (
	"context"
	"fmt"
)

// proveOne looks for one claimed upload and settles it, or keeps it as a survivor
// for the next round; after a stop too, as long as ctx allows. suspect says that a
// listing seems to show the upload, or that it was there after an abort, so that
// the word of list parts alone is not enough.
func (l *lane) proveOne(ctx context.Context, a *attempt, suspect bool) {
	found := l.look(ctx, &a.Item, a.Result, suspect)
	if found.presence == unknown && l.stopped() {
		found.seen = l.cut() + " before its absence was proven"
	}
	switch {
	case found.presence == absent:
		l.proven(a)
	case found.presence == present && a.Result == Gone:
		l.conclude(a, Failed, "the store says NoSuchUpload, but "+found.seen+": plan again, and look at it with the store's own tools")
	case found.presence == present:
		l.survive(a, "the store "+found.seen)
	default:
		l.survive(a, found.seen)
	}
}

// proven settles a claim whose upload is absent.
func (l *lane) proven(a *attempt) {
	why := ""
	if a.Result == Gone && a.Unclear {
		why = perhapsOurs
	}
	l.conclude(a, a.Result, why)
}

// survive keeps a claim for the next round. Err tells what was seen, after why this
// round sent no abort or a vain one.
func (l *lane) survive(a *attempt, seen string) {
	if a.Err != "" {
		seen += " (the last try: " + a.Err + ")"
	}
	a.Err = seen
	if err := l.survivors.Add(&a.Outcome); err != nil {
		l.unproven(a, err)
	}
}

// unproven settles a claim that cannot be followed any further.
func (l *lane) unproven(a *attempt, err error) {
	a.Err = fmt.Sprintf("its absence could not be proven: %v", err)
	l.giveUp(a)
}

// giveUp settles a claim that no round could prove. Err says what was seen last.
func (l *lane) giveUp(a *attempt) {
	if a.Result == Gone {
		l.conclude(a, Failed, "the store says NoSuchUpload, but "+a.Err+": plan again to see")
		return
	}
	l.conclude(a, NotVerified, fmt.Sprintf("%s; an abort was answered with success (sent: %d): plan again to see, and ask the store's operator if it stays", a.Err, a.Attempts))
}
