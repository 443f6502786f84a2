package emulator

import (
	"encoding/xml"
	"errors"

	"offcut/engine/ks3"
)

// Limits of one Delete Objects (S3). The body has room for keys of which every
// byte is written as an entity.
const (
	maxDeletes    = 1000
	maxDeleteBody = 8 << 20
)

// The Java SDK's name for it; no page has its status.
const codeMissingMD5 = "MissingContentMD5"

// A deleteRequest is the body of Delete Objects. What is not known is kept, so
// that it can be refused.
type deleteRequest struct {
	XMLName xml.Name      `xml:"Delete"`
	Quiet   bool          `xml:"Quiet"`
	Objects []deleteEntry `xml:"Object"`
	Strays  []stray       `xml:",any"`
	Text    string        `xml:",chardata"`
}

// A deleteEntry names one object, and what this server has no use for.
type deleteEntry struct {
	Keys             []string `xml:"Key"`
	VersionID        string   `xml:"VersionId"`
	ETag             string
	LastModifiedTime string
	Size             string
	Strays           []stray `xml:",any"`
	Text             string  `xml:",chardata"`
}

func (o deleteEntry) key() string { return o.Keys[0] }

// A deletion is one object of a Delete Objects: refused, or going.
type deletion struct {
	key     string
	refused *apiError
}

// deleteObjects answers POST /?delete: up to 1,000 objects go in one transaction,
// each for which the requester has leave, whether it was there or not.
func (c *call) deleteObjects() error {
	if len(c.body.checks) == 0 {
		return refuse(codeMissingMD5, "Delete Objects needs Content-MD5 or another checksum of its body.")
	}
	req, err := c.deleteRequest()
	if err != nil {
		return err
	}
	deletions, err := c.judgeDeletions(req.Objects)
	if err != nil {
		return err
	}
	var files []fileID
	err = c.change(func(t tables) error {
		files = nil
		for _, d := range deletions {
			if d.refused != nil {
				continue
			}
			freed, err := t.dropObject(c.bucket, d.key)
			if err != nil {
				return err
			}
			files = append(files, freed...)
		}
		return nil
	})
	if err != nil {
		return err
	}
	c.discard(files)
	return c.xml(deletionsDocument(c.newXML("DeleteResult", namespaceS3), deletions, req.Quiet))
}

func (c *call) deleteRequest() (deleteRequest, error) {
	doc, err := c.document(maxDeleteBody)
	if err != nil {
		return deleteRequest{}, err
	}
	req, err := parseDelete(doc)
	if err != nil {
		return req, refuse(ks3.CodeMalformedXML, "The body is no Delete: %s.", err)
	}
	for _, o := range req.Objects {
		if o.VersionID != "" && o.VersionID != "null" {
			return req, unbuilt("Delete Objects with versions")
		}
		if o.ETag+o.LastModifiedTime+o.Size != "" {
			return req, unbuilt("Delete Objects with conditions")
		}
	}
	return req, nil
}

func parseDelete(doc []byte) (deleteRequest, error) {
	var req deleteRequest
	if err := parseDocument(doc, &req); err != nil {
		return req, err
	}
	if n := len(req.Objects); n == 0 || n > maxDeletes {
		return req, errors.New("it must name 1 to 1000 objects")
	}
	for _, o := range req.Objects {
		if len(o.Keys) != 1 || o.key() == "" {
			return req, errors.New("an Object has one Key")
		}
		if err := onlyKnown("Object", o.Strays, o.Text); err != nil {
			return req, err
		}
	}
	return req, onlyKnown("Delete", req.Strays, req.Text)
}

// judgeDeletions asks for each object whether the requester may delete it.
func (c *call) judgeDeletions(objects []deleteEntry) ([]deletion, error) {
	deletions := make([]deletion, len(objects))
	for i, o := range objects {
		deletions[i].key = o.key()
		err := c.may("ks3:DeleteObject", o.key())
		if len(o.key()) > maxKeyLength {
			err = refuse(ks3.CodeKeyTooLong, "The key has %d bytes; %d is the limit.", len(o.key()), maxKeyLength)
		}
		if err != nil && !errors.As(err, &deletions[i].refused) {
			return nil, err
		}
	}
	return deletions, nil
}

// deletionsDocument says what became of each object; a quiet one names only
// those that stay.
func deletionsDocument(d *xmlDoc, deletions []deletion, quiet bool) *xmlDoc {
	for _, one := range deletions {
		switch {
		case one.refused != nil:
			d.open("Error")
			d.text("Key", one.key)
			d.text("Code", one.refused.code)
			d.text("Message", one.refused.message)
			d.shut("Error")
		case !quiet:
			d.open("Deleted")
			d.text("Key", one.key)
			d.shut("Deleted")
		}
	}
	return d
}
