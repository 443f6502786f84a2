package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Bounds of a document. S3 has 20 KB for a bucket's policy; KS3's pages name no
// limit, and user policies are held to the same one. Nothing in the language
// nests as deep as maxDepth.
const (
	MaxSize  = 20 << 10
	maxDepth = 8
)

// An object is a JSON object, in the order of the text. Other values are string,
// list and, for what no policy holds, json.Token.
type (
	object []member
	list   []any
	member struct {
		name  string
		value any
	}
)

// readTree reads one JSON document and nothing after it.
func readTree(doc []byte) (any, error) {
	if len(doc) > MaxSize {
		return nil, fmt.Errorf("the policy has %d bytes; %d is the limit", len(doc), MaxSize)
	}
	if !utf8.Valid(doc) {
		return nil, errors.New("the policy is not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(doc))
	v, err := readValue(d, 0)
	if err != nil {
		return nil, notJSON(err)
	}
	switch _, err := d.Token(); {
	case err == nil:
		return nil, errors.New("something follows the policy")
	case !errors.Is(err, io.EOF):
		return nil, fmt.Errorf("something follows the policy: %w", err)
	}
	return v, nil
}

// notJSON says so where the decoder is who found the fault.
func notJSON(err error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the policy is not JSON: it ends too early")
	case errors.As(err, &syntax):
		return fmt.Errorf("the policy is not JSON: %w, at byte %d", err, syntax.Offset)
	}
	return err
}

func readValue(d *json.Decoder, depth int) (any, error) {
	if depth > maxDepth {
		return nil, errors.New("the policy nests too deeply")
	}
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		return readObject(d, depth)
	case json.Delim('['):
		return readList(d, depth)
	}
	if text, ok := token.(string); ok && strings.ContainsRune(text, utf8.RuneError) {
		return nil, fmt.Errorf("the text %q holds half a character", text)
	}
	return token, nil
}

func readObject(d *json.Decoder, depth int) (any, error) {
	o := object{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		name, _ := token.(string)
		for _, m := range o {
			if m.name == name {
				return nil, fmt.Errorf("the member %q is there twice", name)
			}
		}
		v, err := readValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		o = append(o, member{name, v})
	}
	_, err := d.Token()
	return o, err
}

func readList(d *json.Decoder, depth int) (any, error) {
	l := list{}
	for d.More() {
		v, err := readValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		l = append(l, v)
	}
	_, err := d.Token()
	return l, err
}

func (o object) get(name string) (v any, given bool) {
	for _, m := range o {
		if m.name == name {
			return m.value, true
		}
	}
	return nil, false
}

// only refuses members that are not among names.
func (o object) only(what string, names ...string) error {
	for _, m := range o {
		if !slices.Contains(names, m.name) {
			return fmt.Errorf("%s has the member %q; allowed are %s", what, m.name, strings.Join(names, ", "))
		}
	}
	return nil
}

// texts reads a member that is one text or a list of at least one.
func (o object) texts(name string) ([]string, error) {
	v, given := o.get(name)
	if !given {
		return nil, fmt.Errorf("the %s is missing", name)
	}
	return textsOf(name, v)
}

func textsOf(name string, v any) ([]string, error) {
	entries := asList(v)
	if len(entries) == 0 {
		return nil, fmt.Errorf("the %s is empty", name)
	}
	texts := make([]string, 0, len(entries))
	for _, e := range entries {
		text, ok := e.(string)
		if !ok {
			return nil, fmt.Errorf("the %s holds %s, and must be a text or a list of texts", name, show(e))
		}
		texts = append(texts, text)
	}
	return texts, nil
}

// asList makes a list of one value; nothing is an empty list.
func asList(v any) list {
	switch v := v.(type) {
	case nil:
		return nil
	case list:
		return v
	}
	return list{v}
}

// show writes a value for a message.
func show(v any) string {
	switch v := v.(type) {
	case nil:
		return "missing or null"
	case string:
		return fmt.Sprintf("%q", v)
	case object:
		return "an object"
	case list:
		return "a list"
	}
	return fmt.Sprint(v)
}
