package emulator

import "offcut/engine/ks3"

// change changes the state of the call's bucket, see committer.do.
func (c *call) change(fn func(tables) error) error {
	return c.store.change(func(t tables) error {
		if err := t.stillThere(c.home); err != nil {
			return err
		}
		return fn(t)
	})
}

// view reads the state of the call's bucket.
func (c *call) view(fn func(tables) error) error {
	return c.store.view(func(t tables) error {
		if err := t.stillThere(c.home); err != nil {
			return err
		}
		return fn(t)
	})
}

// stillThere makes sure that a bucket is the one that the requester was judged by.
// It may have been deleted since the request came, and one of its name made by
// somebody else: a body takes its time.
func (t tables) stillThere(b bucket) error {
	now, found, err := t.bucket(b.name)
	if err == nil && (!found || now.owner != b.owner || now.created != b.created) {
		err = refuse(ks3.CodeNoSuchBucket, "The bucket %q does not exist.", b.name)
	}
	return err
}
