package emulator

import (
	"io"

	"offcut/engine/ks3"
)

// uploadPartCopy answers PUT /{key}?partNumber=N&uploadId=U with
// x-kss-copy-source: the source's bytes, or a range of them, become the part.
func (c *call) uploadPartCopy() error {
	number, err := c.partParameters()
	if err != nil {
		return err
	}
	if err := c.noBody(); err != nil {
		return err
	}
	id := c.query.Get("uploadId")
	// An upload that is not there is told before one byte is copied.
	u, err := c.uploadOfPart(id)
	if err != nil {
		return err
	}
	src, err := c.openSource()
	if err != nil {
		return err
	}
	defer c.closeObject(src.object)
	first, length, err := c.sourceRange(src)
	if err != nil {
		return err
	}
	p, err := c.storePart(id, number, func() []partSum { return nil }, func(w io.Writer) error {
		return c.files.copyRange(w, src.pieces, first, length)
	})
	if err != nil {
		return err
	}
	c.encryptionHeaders(u.sse)
	c.answerCRC64(p.crc)
	return c.xml(c.copyResult(c.partCopyRoot(), p.modified, p.tag(id)))
}

// sourceRange is the run of the source's bytes that become the part.
func (c *call) sourceRange(src copySource) (first, length int64, err error) {
	length = src.size
	if text := c.header("copy-source-range"); text != "" {
		if first, length, err = parseCopyRange(text, src.size); err != nil {
			return 0, 0, err
		}
	}
	if length > maxPartSize {
		return 0, 0, refuse(ks3.CodeEntityTooLarge, "The part would have %d bytes; %d is the limit.", length, int64(maxPartSize))
	}
	return first, length, nil
}

// partCopyRoot names the answer as the dialect's SDK does; clients take either.
func (c *call) partCopyRoot() string {
	if c.dialect == ks3.AWS {
		return "CopyPartResult"
	}
	return "CopyObjectResult"
}
