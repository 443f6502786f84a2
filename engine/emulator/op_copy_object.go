package emulator

import (
	"io"
	"slices"

	"offcut/engine/ks3"
)

// copyObject answers PUT /{key} with x-kss-copy-source: the source's bytes become
// an object of their own, so that neither knows of the other.
func (c *call) copyObject() error {
	if err := c.noBody(); err != nil {
		return err
	}
	if err := c.refuseHeaders("callback", "write-offset-bytes", "copy-source-range"); err != nil {
		return err
	}
	src, err := c.openSource()
	if err != nil {
		return err
	}
	defer c.closeObject(src.object)
	made, err := c.copyOf(src)
	if err != nil {
		return err
	}
	if err := c.checkReplace(); err != nil {
		return err
	}
	err = c.storeObject(&made, func(w io.Writer) error {
		return c.files.copyRange(w, src.pieces, 0, src.size)
	})
	if err != nil {
		return err
	}
	c.encryptionHeaders(made.sse)
	c.answerCRC64(made.crc)
	return c.xml(c.copyResult("CopyObjectResult", made.modified, made.etag))
}

// copyResult answers a copy of an object or to a part.
func (c *call) copyResult(root string, modified int64, etag string) *xmlDoc {
	d := c.newXML(root, namespaceS3)
	d.instant("LastModified", modified)
	d.text("ETag", quote(etag))
	return d
}

// copyOf gives the attributes of the copy. As in S3, headers and tags are the
// source's unless the request replaces them, and those of the request are without
// effect then; class, ACL, encryption and redirect are never the source's.
func (c *call) copyOf(src copySource) (object, error) {
	if src.size > maxPutSize {
		return object{}, refuse(codeInvalidRequest, "The source has %d bytes; %d is the limit of one copy.", src.size, int64(maxPutSize))
	}
	ownHeaders, err := c.replaces("metadata-directive")
	if err != nil {
		return object{}, err
	}
	ownTags, err := c.replaces("tagging-directive")
	if err != nil {
		return object{}, err
	}
	given, err := c.readAttributes()
	if err != nil {
		return object{}, err
	}
	if src.bucket == c.bucket && src.key == c.key && !ownHeaders && !c.changesMore(given) {
		return object{}, refuse(codeInvalidRequest,
			"The source is the object itself: such a copy must replace its metadata or change its storage class, redirect or encryption.")
	}
	if !ownHeaders {
		given.headers = slices.Concat(
			slices.DeleteFunc(slices.Clone(src.headers), header.redirects),
			slices.DeleteFunc(given.headers, func(h header) bool { return !h.redirects() }),
		)
	}
	if !ownTags {
		given.tags = src.tags
		if err := c.mayCopyTags(src); err != nil {
			return object{}, err
		}
	}
	return object{attributes: given}, nil
}

// changesMore reports whether the request gives what is no metadata, so that S3
// lets an object be copied onto itself.
func (c *call) changesMore(given attributes) bool {
	return c.header("storage-class") != "" || given.sse != encryption{} || slices.ContainsFunc(given.headers, header.redirects)
}

func (h header) redirects() bool { return h.name == redirectHeader }

// mayCopyTags asks for leave to read and to write tags, where there are any (S3).
func (c *call) mayCopyTags(src copySource) error {
	if len(src.tags) == 0 {
		return nil
	}
	if err := c.mayAt(src.home, "ks3:GetObjectTagging", src.key); err != nil {
		return err
	}
	return c.may("ks3:PutObjectTagging", c.key)
}

// replaces reads a directive: COPY, which is the default, or REPLACE.
func (c *call) replaces(directive string) (bool, error) {
	switch text := c.header(directive); text {
	case "", "COPY":
		return false, nil
	case "REPLACE":
		return true, nil
	default:
		return false, refuse(ks3.CodeInvalidArgument, "%s is %q; COPY and REPLACE are allowed.", directive, text)
	}
}
