package emulator

import (
	"net/url"
	"strings"

	"offcut/engine/ks3"
)

// A copySource is the object that a copy is made of.
type copySource struct {
	bucket, key string
	home        bucket
	object      // its files are kept until closeObject
}

// openSource finds the object that copy-source names, for which the requester
// needs leave to read it, and judges the conditions on it.
func (c *call) openSource() (copySource, error) {
	var src copySource
	var err error
	if src.bucket, src.key, err = parseCopySource(c.header("copy-source")); err != nil {
		return src, err
	}
	asked, err := c.sourceConditions()
	if err != nil {
		return src, err
	}
	if src.home, err = c.readableBucket(src.bucket, src.key); err != nil {
		return src, err
	}
	if src.object, err = c.openObject(src.home, src.key); err != nil {
		return src, err
	}
	err = c.matchKey(src.sse, "copy-source-")
	if err == nil && asked.judge(src.object) != met {
		// S3 answers so to every condition of a copy that does not hold.
		err = refuse(ks3.CodePreconditionFailed, "The source does not meet the request's conditions.")
	}
	if err != nil {
		c.closeObject(src.object)
	}
	return src, err
}

// parseCopySource reads "/bucket/key", percent-encoded, of which S3's clients
// leave the first slash out. A "+" is a plus, as it is in a path.
func parseCopySource(text string) (bucket, key string, err error) {
	name, query, _ := strings.Cut(text, "?")
	if version, found := strings.CutPrefix(query, "versionId="); found && version != "null" {
		return "", "", unbuilt("copies of a version of an object")
	} else if query != "" && !found {
		return "", "", refuse(ks3.CodeInvalidArgument, "The copy source %q has a parameter; a question mark of a key is written %%3F.", text)
	}
	// SDKs encode either the key alone or the slashes of the whole name too.
	if name, err = url.PathUnescape(name); err != nil {
		return "", "", refuse(ks3.CodeInvalidArgument, "The copy source %q is not percent-encoded properly.", text)
	}
	bucket, key, _ = strings.Cut(strings.TrimPrefix(name, "/"), "/")
	if bucket == "" || key == "" {
		return "", "", refuse(ks3.CodeInvalidArgument, "The copy source %q is not written /bucket/key.", text)
	}
	if len(key) > maxKeyLength {
		return "", "", refuse(ks3.CodeKeyTooLong, "The key of the copy source has %d bytes; %d is the limit.", len(key), maxKeyLength)
	}
	return bucket, key, nil
}

// noBody refuses a copy with a body: its bytes come from the source.
func (c *call) noBody() error {
	if err := c.drain(); err != nil {
		return err
	}
	if c.body.read > 0 {
		return refuse(codeInvalidRequest, "A copy has no body, and this request has %d bytes.", c.body.read)
	}
	return nil
}
