package emulator

import (
	"bytes"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"offcut/engine/emulator/lifecycle"
	"offcut/engine/ks3"
)

// The codes are of KS3's SDKs. Neither has a status there: S3's are 400 and 404.
const (
	codeMissingContentMD5 = "MissingContentMD5"
	codeNoSuchLifecycle   = "NoSuchLifecycleConfiguration"
)

// A lifecycleSetting is a bucket's lifecycle as it was put: the document is kept
// byte for byte, so that what is read back says what was said.
type lifecycleSetting struct {
	overlap bool // rules with the same action may overlap
	text    string
}

const overlapHeader = "allow-same-action-overlap"

func (l lifecycleSetting) encode() []byte {
	dst := []byte{recordVersion, 0}
	if l.overlap {
		dst[1] = 1
	}
	return appendText(dst, l.text)
}

func decodeLifecycle(row []byte) (lifecycleSetting, error) {
	d := newDecoder(row)
	l := lifecycleSetting{overlap: bytes.Equal(d.take(1), []byte{1}), text: d.text()}
	return l, d.err
}

// getLifecycle answers GET /?lifecycle with the document that was put.
func (c *call) getLifecycle() error {
	if err := c.drain(); err != nil {
		return err
	}
	row, err := c.setting(settingLifecycle)
	if err != nil {
		return err
	}
	if row == nil {
		return refuse(codeNoSuchLifecycle, "The bucket %q has no lifecycle configuration.", c.bucket)
	}
	l, err := decodeLifecycle(row)
	if err != nil {
		return err
	}
	c.setHeader(overlapHeader, strconv.FormatBool(l.overlap))
	c.reply(http.StatusOK, []byte(l.text))
	return nil
}

// putLifecycle answers PUT /?lifecycle: the document takes the place of the one
// that was there. Rules that are not understood as a whole are not stored.
func (c *call) putLifecycle() error {
	if err := c.needDigest(); err != nil {
		return err
	}
	if c.header("transition-default-minimum-object-size") != "" {
		return unbuilt("the header x-amz-transition-default-minimum-object-size")
	}
	overlap, err := c.mayOverlap()
	if err != nil {
		return err
	}
	doc, err := c.document(lifecycle.MaxDocument)
	if err != nil {
		return err
	}
	rules, err := lifecycle.Parse(doc)
	if err == nil && !overlap {
		err = rules.Overlap()
	}
	if err != nil {
		return refuseLifecycle(err)
	}
	l := lifecycleSetting{overlap: overlap, text: string(doc)}
	return c.changeSetting(settingLifecycle, l.encode(), http.StatusOK)
}

// mayOverlap reads x-kss-allow-same-action-overlap.
func (c *call) mayOverlap() (bool, error) {
	switch v := c.header(overlapHeader); v {
	case "", "false":
		return false, nil
	case "true":
		return true, nil
	default:
		return false, refuse(ks3.CodeInvalidArgument, "%s%s is %q; it must be true or false.", c.dialect.HeaderPrefix, overlapHeader, v)
	}
}

// deleteLifecycle answers DELETE /?lifecycle: 204, whether or not there was a
// configuration, as S3 does.
func (c *call) deleteLifecycle() error {
	if err := c.drain(); err != nil {
		return err
	}
	return c.changeSetting(settingLifecycle, nil, http.StatusNoContent)
}

// needDigest refuses a body of which the client does not say what it is.
// KS3 wants Content-MD5 (its Put Lifecycle page); to AWS's SDKs, as S3 does,
// one of S3's checksums is as good.
func (c *call) needDigest() error {
	if c.r.Header.Get("Content-Md5") != "" {
		return nil
	}
	if c.dialect != ks3.AWS {
		return refuse(codeMissingContentMD5, "The request needs the header Content-MD5.")
	}
	for _, check := range c.body.checks {
		if _, ok := checksumName(strings.TrimSpace(check.name)); ok {
			return nil
		}
	}
	return refuse(codeMissingContentMD5, "The request needs the header Content-MD5, or one of x-amz-checksum-*.")
}

// refuseLifecycle gives a fault of a configuration its code.
func refuseLifecycle(err error) error {
	var f *lifecycle.Fault
	if !errors.As(err, &f) {
		return err
	}
	code := map[lifecycle.Kind]string{
		lifecycle.Malformed: ks3.CodeMalformedXML, lifecycle.Invalid: ks3.CodeInvalidArgument,
		lifecycle.Conflict: codeInvalidRequest, lifecycle.Unsupported: ks3.CodeNotImplemented,
	}[f.Kind]
	return refuse(code, "%s", f.Message)
}
