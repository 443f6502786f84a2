package emulator

import "offcut/engine/ks3"

// codeObjectExists is made after BucketAlreadyExists: KS3's page of conditional
// requests gives only the status.
const codeObjectExists = "ObjectAlreadyExists"

// replaceObject puts an object in the place of the one that may be there, unless
// the request's conditions forbid it. It returns the old one's files.
func (c *call) replaceObject(t tables, made object) ([]fileID, error) {
	old, exists, err := t.object(c.bucket, c.key)
	if err != nil {
		return nil, err
	}
	if err := c.mayReplace(old, exists); err != nil {
		return nil, err
	}
	var files []fileID
	for _, p := range old.pieces {
		files = append(files, p.file)
	}
	if err := t.forget(files); err != nil {
		return nil, err
	}
	return files, t.objects.Put(objectKey(c.bucket, c.key), made.encode())
}

// mayReplace judges what the request asks of the object that it replaces. That
// overwriting is forbidden goes before the conditions (KS3's page of conditional
// requests, 2026).
func (c *call) mayReplace(old object, exists bool) error {
	if err := c.mayOverwrite(exists); err != nil {
		return err
	}
	return c.meetsETags(old, exists)
}

// mayOverwrite refuses to put an object in the place of another where the
// request forbids that.
func (c *call) mayOverwrite(exists bool) error {
	switch value, sent := c.sentHeader("forbid-overwrite"); {
	case !sent, value == "false":
		return nil
	case value != "true":
		return refuse(ks3.CodeInvalidArgument, "%sforbid-overwrite is %q; true and false are allowed.", c.dialect.HeaderPrefix, value)
	case exists:
		return refuse(codeObjectExists, "There is an object of this key, and the request forbids to overwrite it.")
	}
	return nil
}

// meetsETags judges If-Match and If-None-Match of a request that changes an object.
func (c *call) meetsETags(old object, exists bool) error {
	match, none := c.r.Header.Get("If-Match"), c.r.Header.Get("If-None-Match")
	if match != "" && (!exists || !etagListed(match, old.etag)) ||
		none != "" && exists && etagListed(none, old.etag) {
		return refuse(ks3.CodePreconditionFailed, "The object of this key does not meet If-Match or If-None-Match.")
	}
	return nil
}

// checkReplace is mayReplace before anything is written.
func (c *call) checkReplace() error {
	return c.view(func(t tables) error {
		old, exists, err := t.object(c.bucket, c.key)
		if err != nil {
			return err
		}
		return c.mayReplace(old, exists)
	})
}

// object reads an object; found is false where there is none.
func (t tables) object(bucket, key string) (o object, found bool, err error) {
	row := t.objects.Get(objectKey(bucket, key))
	if row == nil {
		return object{}, false, nil
	}
	o, err = decodeObject(row)
	return o, true, err
}
