package view

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"offcut/engine"
	"offcut/rules"
)

// Format is the version of the JSON lines. A reader may rely on the fields that
// are documented; new ones may be added under the same version.
const Format = "1"

// A jsonWriter escapes what a terminal might obey.
type jsonWriter struct{ w io.Writer }

// NewJSONWriter returns a writer for whole lines of JSON. It writes every
// character beyond ASCII that is not printable (C1 controls, text direction
// marks) and DEL as a \u escape. The value that the JSON stands for stays the
// same.
func NewJSONWriter(w io.Writer) io.Writer { return jsonWriter{w: w} }

func (j jsonWriter) Write(p []byte) (int, error) {
	out := make([]byte, 0, len(p))
	for rest := p; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		switch {
		case r < 0x7f || strconv.IsPrint(r):
			out = append(out, rest[:size]...)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		rest = rest[size:]
	}
	if _, err := j.w.Write(out); err != nil {
		return 0, err
	}
	return len(p), nil
}

// lines encodes one value a line. A key's & and < stay as they are, so that it can
// be searched for: the lines are for programs and for terminals, not for pages.
func lines(w io.Writer) *json.Encoder {
	out := json.NewEncoder(NewJSONWriter(w))
	out.SetEscapeHTML(false)
	return out
}

// A kind is what every line begins with.
type kind struct {
	Type   string `json:"type"`
	Format string `json:"format"`
}

func kindOf(name string) kind { return kind{Type: name, Format: Format} }

// A versionLine is the first line: which program was asked to do what.
type versionLine struct {
	kind
	Offcut  string `json:"offcut"`  // version of the program
	Command string `json:"command"` // "plan", "apply", "scan"
}

// Version writes the first line.
func Version(w io.Writer, offcut, command string) error {
	return lines(w).Encode(versionLine{kind: kindOf("version"), Offcut: offcut, Command: command})
}

// An uploadFields addresses and describes one upload.
type uploadFields struct {
	Provider     string    `json:"provider"`
	Bucket       string    `json:"bucket"`
	Key          string    `json:"key"`
	KeyBase64    string    `json:"key_base64,omitempty"` // the bytes of a key that is not valid UTF-8
	UploadID     string    `json:"upload_id"`
	Initiated    time.Time `json:"initiated,omitzero"` // left out when unknown
	StorageClass string    `json:"storage_class,omitempty"`
	Owner        string    `json:"owner,omitempty"`
	Initiator    string    `json:"initiator,omitempty"`
}

func uploadOf(u rules.Upload) uploadFields {
	f := uploadFields{
		Provider: u.Provider, Bucket: u.Bucket, Key: u.Key, UploadID: u.ID, Initiated: u.Initiated.UTC(),
		StorageClass: u.StorageClass, Owner: u.Owner, Initiator: u.Initiator,
	}
	if !utf8.ValidString(u.Key) {
		f.KeyBase64 = base64.StdEncoding.EncodeToString([]byte(u.Key))
	}
	return f
}

// A partsFields is what reading an upload's parts said.
type partsFields struct {
	Parts      int       `json:"parts"`
	Bytes      int64     `json:"bytes"`
	NewestPart time.Time `json:"newest_part,omitzero"` // left out without parts
}

func partsOf(p rules.Parts) partsFields {
	return partsFields{Parts: p.Count, Bytes: p.Bytes, NewestPart: p.Newest.UTC()}
}

// A totalsFields is a sum. Money is a month's, left out where no price is known.
type totalsFields struct {
	Uploads       int64   `json:"uploads"`
	Parts         int64   `json:"parts"`
	Bytes         int64   `json:"bytes"`
	MonthlyCost   float64 `json:"monthly_cost,omitempty"`
	Currency      string  `json:"currency,omitempty"`
	PricedAt      string  `json:"priced_at,omitempty"`
	UnpricedBytes int64   `json:"unpriced_bytes,omitempty"`

	OtherCosts []costFields `json:"other_costs,omitempty"` // in further currencies
}

// costFields is a month's money in one currency.
type costFields struct {
	MonthlyCost float64 `json:"monthly_cost"`
	Currency    string  `json:"currency"`
	PricedAt    string  `json:"priced_at,omitempty"`
}

func totalsOf(t engine.Totals) totalsFields {
	var others []costFields
	for i, a := range t.Cost.Amounts() {
		if i > 0 {
			others = append(others, costFields{math.Round(a.Monthly*1e4) / 1e4, a.Currency, a.PricedAt})
		}
	}
	return totalsFields{
		Uploads: t.Uploads, Parts: t.Parts, Bytes: t.Bytes, MonthlyCost: math.Round(t.Cost.Monthly*1e4) / 1e4,
		Currency: t.Cost.Currency, PricedAt: t.Cost.PricedAt, UnpricedBytes: t.Cost.UnpricedBytes,
		OtherCosts: others,
	}
}
