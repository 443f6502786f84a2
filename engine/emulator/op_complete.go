package emulator

import (
	"crypto/md5" // An ETag is an MD5.
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"offcut/engine/ks3"
)

// maxCompleteBody fits 10,000 parts, each with checksums and long spellings.
const maxCompleteBody = 4 << 20

// complete answers POST /{key}?uploadId=U: the listed parts become the object,
// parts that are not listed go, and so does the id. A refusal leaves the upload
// as it was.
func (c *call) complete() error {
	if err := c.noWholeSum(); err != nil {
		return err
	}
	asked, err := c.completeRequest()
	if err != nil {
		return err
	}
	if err := c.refuseHeaders("callback"); err != nil {
		return err
	}
	id := c.query.Get("uploadId")
	var made object
	var files []fileID
	err = c.change(func(t tables) error {
		u, err := t.mustHave(c.bucket, c.key, id)
		if err != nil {
			return err
		}
		if err := c.checkKeyIfSent(u.sse); err != nil {
			return err
		}
		if made, err = c.assemble(t, u, asked); err != nil {
			return err
		}
		made.modified = millis(c.now())
		files, err = c.replaceObject(t, made)
		if err != nil {
			return err
		}
		dropped, err := t.dropUpload(uploadKey(c.bucket, c.key, id), u, made.fileSet())
		files = append(files, dropped...)
		return err
	})
	if err != nil {
		return err
	}
	c.discard(files)
	c.encryptionHeaders(made.sse)
	c.answerCRC64(made.crc)
	d := c.newXML("CompleteMultipartUploadResult", namespaceS3)
	d.text("Location", c.location())
	d.text("Bucket", c.bucket)
	d.text("Key", c.key)
	d.text("ETag", quote(made.etag))
	d.text("ChecksumCRC64ECMA", strconv.FormatUint(made.crc, 10))
	return c.xml(d)
}

// location is the object's address, as the client reached it.
func (c *call) location() string {
	scheme := "http://"
	if c.r.TLS != nil {
		scheme = "https://"
	}
	return scheme + c.r.Host + c.path
}

func (c *call) completeRequest() ([]listedPart, error) {
	doc, err := c.document(maxCompleteBody)
	if err != nil {
		return nil, err
	}
	parts, err := parseComplete(doc)
	if err != nil {
		return nil, refuse(ks3.CodeMalformedXML, "The body is no CompleteMultipartUpload: %s.", err)
	}
	if len(parts) == 0 {
		return nil, refuse(ks3.CodeMalformedXML, "The list of parts is empty.")
	}
	if len(parts) > maxPartNumber {
		return nil, refuse(ks3.CodeMalformedXML, "The list has %d parts; %d is the limit.", len(parts), maxPartNumber)
	}
	return parts, checkOrder(parts)
}

func parseComplete(doc []byte) ([]listedPart, error) {
	var req completeDocument
	err := parseDocument(doc, &req)
	return req.Parts, err
}

// checkOrder wants ascending numbers without a gap. They need not begin with 1
// (the Java SDK's tests against the live service).
func checkOrder(parts []listedPart) error {
	for i, p := range parts {
		if p.PartNumber < 1 || p.PartNumber > maxPartNumber {
			return refuse(ks3.CodeInvalidPartNum, "The part number %d is not in 1..%d.", p.PartNumber, maxPartNumber)
		}
		if i > 0 && p.PartNumber != parts[i-1].PartNumber+1 {
			return refuse(ks3.CodeInvalidPartOrder, "Part %d follows part %d: the list must ascend without gaps.",
				p.PartNumber, parts[i-1].PartNumber)
		}
	}
	return nil
}

// assemble makes an object of the parts that the client listed.
func (c *call) assemble(t tables, u upload, asked []listedPart) (object, error) {
	have, err := t.partsOf(u, asked[0].PartNumber-1)
	if err != nil {
		return object{}, err
	}
	o := object{attributes: u.attributes}
	sum := md5.New()
	var crc crcJoiner
	for i, want := range asked {
		if i >= len(have) || have[i].number != want.PartNumber {
			return o, refuse(c.missingPartCode(), "Part %d was never uploaded.", want.PartNumber)
		}
		p := have[i]
		if err := p.matches(want); err != nil {
			return o, err
		}
		sum.Write(p.etag[:])
		o.size += p.size
		o.crc = crc.join(o.crc, p.crc, p.size)
		o.pieces = append(o.pieces, piece{p.file, p.size})
	}
	o.etag = fmt.Sprintf("%x-%d", sum.Sum(nil), len(asked))
	if err := c.checkWhole(o); err != nil {
		return o, err
	}
	return o, c.checkSizes(o.size, have[:len(asked)])
}

// missingPartCode is InvalidPart as the C SDK's tests met it; KS3's error code
// page describes a missing part under the other.
func (c *call) missingPartCode() string {
	if c.set.MissingPart == "order" {
		return ks3.CodeInvalidPartOrder
	}
	return ks3.CodeInvalidPart
}

// matches compares a part with what the client lists.
func (p part) matches(want listedPart) error {
	if p.seeded {
		return refuse(ks3.CodeInvalidPart, "Part %d is metadata only: it was seeded without bytes, so no object can be made of it.", p.number)
	}
	if strings.Trim(want.ETag, `"`) != hex.EncodeToString(p.etag[:]) {
		return refuse(ks3.CodeInvalidPart, "Part %d has the ETag %x, and the request says %s.", p.number, p.etag, want.ETag)
	}
	if crc := strconv.FormatUint(p.crc, 10); want.CRC64ECMA != "" && want.CRC64ECMA != crc {
		return refuse(ks3.CodeInvalidPart, "Part %d has the CRC-64 %s, and the request says %s.", p.number, crc, want.CRC64ECMA)
	}
	return p.hasSums(want.Others)
}

// checkSizes wants every part but the last to be large enough. The page of 2024
// has one limit; that of 2021 has a larger one for objects above it.
func (c *call) checkSizes(total int64, parts []part) error {
	limit := int64(minPartSize)
	if c.set.SmallParts == "2021" && total > minPartSize2021 {
		limit = minPartSize2021
	}
	for _, p := range parts[:len(parts)-1] {
		if p.size >= limit {
			continue
		}
		e := apiError{
			status: statusOf(ks3.CodeEntityTooSmall), code: ks3.CodeEntityTooSmall,
			message: fmt.Sprintf("Part %d has %d bytes; every part but the last needs %d.", p.number, p.size, limit),
		}
		if c.set.SmallParts == "400" {
			e.status = http.StatusBadRequest
		}
		return &e
	}
	return nil
}

func (o object) fileSet() map[fileID]bool {
	set := make(map[fileID]bool, len(o.pieces))
	for _, p := range o.pieces {
		set[p.file] = true
	}
	return set
}
