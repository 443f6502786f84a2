package engine

import (
	"context"
	"errors"
	"fmt"

	"offcut/rules"
)

// A keyReading is what looking for the object of an upload's key said.
type keyReading struct {
	looked bool    // the store is one where that has to be known
	object *Object // nil where the key holds none
	err    error
}

// readKey looks for the object of an upload's key, once.
func readKey(ctx context.Context, s Store, ref Ref) keyReading {
	object, err := s.Head(ctx, ref.Bucket, ref.Key)
	switch {
	case errors.Is(err, ErrNoSuchKey):
		return keyReading{looked: true}
	case err != nil:
		return keyReading{looked: true, err: fmt.Errorf("%w; where the store is known to drop what is left of completed uploads, check_completed = false in the provider block leaves this look out", err)}
	}
	return keyReading{looked: true, object: &object}
}

// judge says why an upload that is to be aborted is kept because of the object of its
// key, or returns "". Beside KeepObjectUnknown it says what is not known.
func (k *keyReading) judge(u *rules.Upload, parts *rules.Parts) (rules.Reason, error) {
	switch {
	case !k.looked || k.err == nil && k.object == nil:
		return "", nil
	case k.err != nil:
		return rules.KeepObjectUnknown, k.err
	}
	reason := rules.LooksCompleted(u, parts, &rules.Object{Modified: k.object.Modified, ETag: k.object.ETag})
	if reason != rules.KeepObjectUnknown {
		return reason, nil
	}
	return reason, fmt.Errorf("the object of key %q does not say whether the upload was completed (modified %s, ETag %q): look at it, and abort the upload by hand or set check_completed = false in the provider block",
		u.Key, orUnknown(k.object), k.object.ETag)
}

func orUnknown(o *Object) string {
	if o.Modified.IsZero() {
		return "at an unknown time"
	}
	return stamp(o.Modified)
}

// completion says why an attempt must end because of what its key holds, and how, or
// returns "".
func (k *keyReading) completion(a *attempt, parts *rules.Parts) (why string, end Result) {
	switch reason, err := k.judge(&a.Item.Upload, parts); {
	case err != nil:
		return fmt.Sprintf("%s: %v", reason, err), Failed
	case reason != "":
		return fmt.Sprintf("%s: its key holds an object of %s (ETag %q) that it seems to have become; it was not aborted", reason, stamp(k.object.Modified), k.object.ETag), BecameActive
	}
	return "", ""
}

// lookAtKey looks for the object of an attempt's key where the store asks for that.
// It comes before the reading of the parts, so that this stays the last look before
// the abort.
func (l *lane) lookAtKey(ctx context.Context, a *attempt) keyReading {
	if !l.checks {
		return keyReading{}
	}
	return readKey(ctx, l.store, a.ref())
}
