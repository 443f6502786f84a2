package emulator

import (
	"cmp"
	"encoding/xml"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"offcut/engine/ks3"
)

// Limits of tags (KS3's object tagging pages). An empty value is taken: the
// header form allows it.
const (
	maxTags     = 10
	maxTagKey   = 128 // bytes
	maxTagValue = 256 // bytes
)

// S3's code for a tag that breaks a rule; KS3's pages name none.
const codeInvalidTag = "InvalidTag"

// headerTags reads the tags that the request's header gives to the object. To
// give any, the requester must be allowed to.
func (c *call) headerTags() ([]tag, error) {
	value, _ := c.sentHeader("tagging")
	if value == "" {
		return nil, nil
	}
	if err := c.may("ks3:PutObjectTagging", c.key); err != nil {
		return nil, err
	}
	tags, err := parseTags(value)
	if err != nil {
		return nil, err
	}
	return tags, checkTags(tags)
}

// parseTags reads the header's form, k1=v1&k2=v2: keys and values are encoded
// each by itself, + is a blank, and a key without = has the empty value. The
// backslash before & on KS3's Initiate page is the documentation's own.
func parseTags(list string) ([]tag, error) {
	if strings.Count(list, "&") >= maxTags {
		return nil, tooManyTags(strings.Count(list, "&") + 1)
	}
	var tags []tag
	for entry := range strings.SplitSeq(list, "&") {
		k, v, _ := strings.Cut(entry, "=")
		key, err := url.QueryUnescape(k)
		if err != nil {
			return nil, refuse(codeInvalidTag, "The tag key %q is not encoded properly: %s.", k, err)
		}
		value, err := url.QueryUnescape(v)
		if err != nil {
			return nil, refuse(codeInvalidTag, "The value of the tag %q is not encoded properly: %s.", key, err)
		}
		tags = append(tags, tag{key, value})
	}
	return tags, nil
}

func tooManyTags(n int) error {
	return refuse(codeInvalidTag, "There are %d tags; an object has at most %d.", n, maxTags)
}

// checkTags judges a whole set of tags, from wherever it came.
func checkTags(tags []tag) error {
	if len(tags) > maxTags {
		return tooManyTags(len(tags))
	}
	seen := map[string]bool{}
	for _, t := range tags {
		switch {
		case t.key == "" || len(t.key) > maxTagKey:
			return refuse(codeInvalidTag, "The tag key %q has %d bytes; 1 to %d are allowed.", t.key, len(t.key), maxTagKey)
		case len(t.value) > maxTagValue:
			return refuse(codeInvalidTag, "The value of the tag %q has %d bytes; %d is the limit.", t.key, len(t.value), maxTagValue)
		case strings.HasPrefix(t.key, "ksc:") || strings.HasPrefix(t.key, "kss:"):
			return refuse(codeInvalidTag, "The tag key %q begins with ksc: or kss:, which are KS3's own.", t.key)
		case !tagText(t.key) || !tagText(t.value):
			return refuse(codeInvalidTag, "The tag %q=%q has other characters than letters, digits, blanks and + - = . _ : / @, or a blank at an end.",
				t.key, t.value)
		case seen[t.key]:
			return refuse(codeInvalidTag, "The tag key %q is given twice.", t.key)
		}
		seen[t.key] = true
	}
	return nil
}

// tagText reports whether a tag's key or value has only characters that it may have.
func tagText(s string) bool {
	if !utf8.ValidString(s) || strings.TrimSpace(s) != s {
		return false
	}
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) && !strings.ContainsRune(" +-=._:/@", r) {
			return false
		}
	}
	return true
}

// A taggingDocument is the body of the tagging calls. Every child is a list, so
// that an element that comes twice is seen, and what is not known is kept, so that
// it can be refused.
type (
	taggingDocument struct {
		XMLName xml.Name     `xml:"Tagging"`
		Sets    []taggingSet `xml:"TagSet"`
		Strays  []stray      `xml:",any"`
		Text    string       `xml:",chardata"`
	}
	taggingSet struct {
		Tags   []taggingTag `xml:"Tag"`
		Strays []stray      `xml:",any"`
		Text   string       `xml:",chardata"`
	}
	taggingTag struct {
		Keys   []string `xml:"Key"`
		Values []string `xml:"Value"`
		Strays []stray  `xml:",any"`
		Text   string   `xml:",chardata"`
	}
)

// onlyKnown refuses what has no place in the document.
func (d taggingDocument) onlyKnown() error {
	err := onlyKnown("Tagging", d.Strays, d.Text)
	for _, set := range d.Sets {
		err = cmp.Or(err, onlyKnown("TagSet", set.Strays, set.Text))
		for _, t := range set.Tags {
			err = cmp.Or(err, onlyKnown("Tag", t.Strays, t.Text))
		}
	}
	return err
}

// parseTagging reads the body of Put Object Tagging.
func parseTagging(doc []byte) ([]tag, error) {
	var req taggingDocument
	err := parseDocument(doc, &req)
	if err == nil {
		err = req.onlyKnown()
	}
	if err != nil {
		return nil, refuse(ks3.CodeMalformedXML, "The body is no Tagging: %s.", err)
	}
	if len(req.Sets) != 1 {
		return nil, refuse(ks3.CodeMalformedXML, "A Tagging has one TagSet, and the body has %d.", len(req.Sets))
	}
	var tags []tag
	for _, t := range req.Sets[0].Tags {
		if len(t.Keys) != 1 || len(t.Values) > 1 {
			return nil, refuse(ks3.CodeMalformedXML, "A Tag has one Key and one Value.")
		}
		tags = append(tags, tag{t.Keys[0], strings.Join(t.Values, "")})
	}
	return tags, nil
}
