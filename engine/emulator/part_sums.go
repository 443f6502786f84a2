package emulator

import (
	"encoding/xml"
	"strings"

	"offcut/engine/ks3"
)

// A partSum is one of S3's checksums that a part was sent with: "crc32" and the
// Base64 of the sum, which the body was compared with.
type partSum struct{ algorithm, value string }

// sums are S3's checksums of a body that was read to its end.
func (b *checkedBody) sums() []partSum {
	var sums []partSum
	for _, check := range b.checks {
		if algorithm, ok := checksumName(check.name); ok {
			sums = append(sums, partSum{algorithm, check.want()})
		}
	}
	return sums
}

type (
	completeDocument struct {
		XMLName xml.Name     `xml:"CompleteMultipartUpload"`
		Parts   []listedPart `xml:"Part"`
	}
	// A listedPart is a part as Complete lists it.
	listedPart struct {
		ks3.CompletePart
		Others []listedSum `xml:",any"`
	}
	listedSum struct {
		XMLName xml.Name
		Value   string `xml:",chardata"`
	}
)

// hasSums compares a part with S3's checksums in Complete's list. One that the part
// was not sent with is refused too: nobody has compared it with the bytes.
func (p part) hasSums(listed []listedSum) error {
	for _, want := range listed {
		name := want.XMLName.Local
		algorithm, ok := strings.CutPrefix(name, "Checksum")
		if !ok {
			return refuse(ks3.CodeMalformedXML, "The element %q has no place in a Part.", name)
		}
		value, sent := "", false
		for _, sum := range p.sums {
			if sum.algorithm == strings.ToLower(algorithm) {
				value, sent = sum.value, true
			}
		}
		if !sent {
			return refuse(ks3.CodeInvalidPart, "Part %d was sent without the checksum that the request names: %s.", p.number, name)
		}
		if value != strings.TrimSpace(want.Value) {
			return refuse(ks3.CodeInvalidPart, "Part %d has the %s %s, and the request says %s.", p.number, name, value, want.Value)
		}
	}
	return nil
}
