package emulator

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
)

// parseDocument reads one document and makes sure that nothing follows it.
func parseDocument(doc []byte, into any) error {
	d := xml.NewDecoder(bytes.NewReader(doc))
	if err := d.Decode(into); err != nil {
		return err
	}
	for {
		switch token, err := d.Token(); t := token.(type) {
		case nil:
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				return errors.New("text follows the document")
			}
		case xml.Comment:
		default:
			return errors.New("something follows the document")
		}
	}
}
