package emulator

import (
	"strconv"
	"strings"
	"time"
)

const (
	xmlDeclaration = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"
	namespaceS3    = "http://s3.amazonaws.com/doc/2006-03-01/"
)

// An xmlDoc is an answer's body being written. Whole answers are kept in memory,
// so that every one has a Content-Length; the largest is a page of 1,000.
type xmlDoc struct {
	b     []byte
	root  string
	depth int // of open elements
	style xmlStyle
}

// newXML begins a document. namespace may be empty: the Initiate page's sample
// has xmlns="".
func (c *call) newXML(root, namespace string) *xmlDoc {
	d := &xmlDoc{root: root, depth: 1, style: c.style(), b: make([]byte, 0, 1024)}
	d.b = append(d.b, xmlDeclaration+"<"...)
	d.b = append(d.b, d.style.prefix...)
	d.b = append(d.b, root...)
	d.b = append(d.b, ` xmlns`...)
	if d.style.prefix != "" {
		d.b = append(append(d.b, ':'), strings.TrimSuffix(d.style.prefix, ":")...)
	}
	d.b = append(d.b, `="`...)
	d.b = append(d.b, namespace...)
	d.b = append(d.b, `">`...)
	return d
}

func (d *xmlDoc) open(name string) {
	d.b = append(d.b, '<')
	d.name(name)
	d.depth++
}

func (d *xmlDoc) shut(name string) {
	d.depth--
	d.b = append(d.b, '<', '/')
	d.name(name)
}

// name writes the name of an element that stands in depth others.
func (d *xmlDoc) name(name string) {
	if d.depth < prefixedDepth {
		d.b = append(d.b, d.style.prefix...)
	}
	d.b = append(d.b, name...)
	d.b = append(d.b, '>')
}

func (d *xmlDoc) end() []byte {
	d.shut(d.root)
	return d.b
}

func (d *xmlDoc) text(name, value string) {
	d.open(name)
	escapeXML(d, value)
	d.shut(name)
}

func (d *xmlDoc) bytes(name string, value []byte) {
	d.open(name)
	escapeXML(d, value)
	d.shut(name)
}

// optional writes an element only if it has a value.
func (d *xmlDoc) optional(name, value string) {
	if value != "" {
		d.text(name, value)
	}
}

func (d *xmlDoc) number(name string, n int64) {
	d.open(name)
	d.b = strconv.AppendInt(d.b, n, 10)
	d.shut(name)
}

func (d *xmlDoc) truth(name string, v bool) { d.text(name, strconv.FormatBool(v)) }

func (d *xmlDoc) instant(name string, ms int64) {
	d.text(name, d.style.instant(time.UnixMilli(ms)))
}

func (d *xmlDoc) user(name string, u User) {
	d.open(name)
	d.person(u)
	d.shut(name)
}

// person writes what answers tell of a user. A user without a name of its own
// goes by its id.
func (d *xmlDoc) person(u User) {
	id, name := d.style.userID(u.ID), u.Name
	if name == u.ID {
		name = id
	}
	d.text("ID", id)
	d.text("DisplayName", name)
}

// escapeXML writes text. What XML 1.0 can't hold becomes U+FFFD, unless the
// style is raw.
func escapeXML[T string | []byte](d *xmlDoc, text T) {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '&' || c == '<' || c == '>' || c == '"' || c == '\'' {
			d.style.escape(d, []byte(text))
			return
		}
	}
	d.b = append(d.b, text...)
}

// An xmlAppender lets encoding/xml write into a document.
type xmlAppender struct{ d *xmlDoc }

func (a xmlAppender) Write(p []byte) (int, error) {
	a.d.b = append(a.d.b, p...)
	return len(p), nil
}

func (e *apiError) body(resource, requestID string) []byte {
	d := &xmlDoc{root: "Error", b: []byte(xmlDeclaration + "<Error>")}
	d.text("Code", e.code)
	d.text("Message", e.message)
	d.text("Resource", resource)
	d.text("RequestId", requestID)
	d.optional("Endpoint", e.endpoint)
	return d.end()
}
