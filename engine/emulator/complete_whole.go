package emulator

import (
	"strconv"
	"strings"
)

// noWholeSum refuses S3's checksums on Complete. There they are the whole
// object's, and not the body's as everywhere else; of the whole object only the
// CRC-64 is known without reading it again.
func (c *call) noWholeSum() error {
	for name := range c.r.Header {
		if _, ok := checksumName(name); ok {
			return unbuilt("the checksum of a whole object (%s) on CompleteMultipartUpload", strings.ToLower(name))
		}
	}
	return nil
}

// checkWhole compares an object of parts with what the request says of it as a
// whole: KS3's CRC-64, and its size in S3's header, which upload managers send.
func (c *call) checkWhole(o object) error {
	if err := c.checkCRC64(o.crc); err != nil {
		return err
	}
	said, sent := c.sentHeader("mp-object-size")
	if size := strconv.FormatInt(o.size, 10); sent && said != size {
		return refuse(codeInvalidRequest, "The parts have %s bytes together; the request says %q.", size, said)
	}
	return nil
}
