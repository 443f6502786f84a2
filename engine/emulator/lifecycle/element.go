package lifecycle

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// An element is a part of the document: text, or children. Names have no
// namespace.
type element struct {
	name, text string
	children   []element
}

// A reader reads a document rule by rule, so that what is kept of it is no more
// than a rule may have.
type reader struct {
	xml   *xml.Decoder
	count int // of elements in the present rule
}

// each reads the root element and calls fn with each of its children.
func (r *reader) each(root string, fn func(element) error) error {
	start, err := r.find()
	if err != nil {
		return err
	}
	if start.Name.Local != root {
		return fault(Malformed, "The document is a %s; it must be a %s.", start.Name.Local, root)
	}
	for {
		token, err := r.next()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			r.count = 0
			e, err := r.element(t, 2)
			if err != nil {
				return err
			}
			if err := fn(e); err != nil {
				return err
			}
		case xml.CharData:
			if err := onlySpace(t, root); err != nil {
				return err
			}
		case xml.EndElement:
			return r.end()
		}
	}
}

// find reads up to the root element.
func (r *reader) find() (xml.StartElement, error) {
	for {
		token, err := r.next()
		if err != nil {
			return xml.StartElement{}, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			return t, checkAttributes(t)
		case xml.CharData:
			if err := onlySpace(bytes.TrimPrefix(t, []byte("\uFEFF")), "what comes before the document"); err != nil {
				return xml.StartElement{}, err
			}
		}
	}
}

// end makes sure that nothing follows the document.
func (r *reader) end() error {
	for {
		switch token, err := r.xml.Token(); t := token.(type) {
		case nil:
			if errors.Is(err, io.EOF) {
				return nil
			}
			return fault(Malformed, "What follows the document is no XML: %s.", err)
		case xml.Comment:
		case xml.CharData:
			if err := onlySpace(t, "what follows the document"); err != nil {
				return err
			}
		default:
			return fault(Malformed, "Something follows the document.")
		}
	}
}

// next is the next token. A document type has no place here: what it defines
// would not be understood.
func (r *reader) next() (xml.Token, error) {
	token, err := r.xml.Token()
	if err != nil {
		return nil, fault(Malformed, "The body is no XML document: %s.", err)
	}
	if _, ok := token.(xml.Directive); ok {
		return nil, fault(Malformed, "The document has a DOCTYPE or another directive; leave it out.")
	}
	return token, nil
}

// element reads what start begins. depth is its own, the root's is 1.
func (r *reader) element(start xml.StartElement, depth int) (element, error) {
	e := element{name: start.Name.Local}
	if r.count++; r.count > maxRuleElements {
		return e, fault(Malformed, "A rule has more than %d elements.", maxRuleElements)
	}
	if depth > maxDepth {
		return e, fault(Malformed, "Elements are nested more than %d deep.", maxDepth)
	}
	if err := checkAttributes(start); err != nil {
		return e, err
	}
	var text strings.Builder
	for {
		token, err := r.next()
		if err != nil {
			return e, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			child, err := r.element(t, depth+1)
			if err != nil {
				return e, err
			}
			e.children = append(e.children, child)
		case xml.CharData:
			text.Write(t)
		case xml.EndElement:
			e.text = text.String()
			if len(e.children) > 0 {
				return e, onlySpace([]byte(e.text), e.name)
			}
			return e, nil
		}
	}
}

func onlySpace(text []byte, where string) error {
	if len(bytes.TrimSpace(text)) > 0 {
		return fault(Malformed, "There is text in %s, where only elements belong.", where)
	}
	return nil
}

// checkAttributes allows namespaces and xsi: attributes, which some libraries
// write, and nothing that might have a meaning.
func checkAttributes(start xml.StartElement) error {
	for _, a := range start.Attr {
		switch {
		case a.Name.Space == "" && a.Name.Local == "xmlns", a.Name.Space == "xmlns":
		case a.Name.Space == "http://www.w3.org/2001/XMLSchema-instance":
		default:
			return fault(Malformed, "The element %s has the attribute %q; it has none.", start.Name.Local, a.Name.Local)
		}
	}
	return nil
}
