package view

import (
	"encoding/base64"
	"io"
	"time"
	"unicode/utf8"

	"offcut/cmd/offcut/survey"
	"offcut/engine"
)

// A groupLine is one line of the sums by prefix or owner: the ten largest.
type groupLine struct {
	kind
	By         string    `json:"by"` // "prefix" or "owner"
	Name       string    `json:"name"`
	NameBase64 string    `json:"name_base64,omitempty"` // the bytes of a name that is not valid UTF-8
	Oldest     time.Time `json:"oldest,omitzero"`
	totalsFields
}

// A bandFields is the uploads of one age.
type bandFields struct {
	Age     string           `json:"age"` // "<1d", "1-3d", "3-7d", "7-30d", ">30d"
	Uploads int64            `json:"uploads"`
	Bytes   int64            `json:"bytes"`
	Idle    map[string]int64 `json:"idle"` // by how long no part arrived, in the same bands
}

// A surveyLine is the totals of a survey. Bytes and money cover the measured
// uploads.
type surveyLine struct {
	kind
	Bucket       string    `json:"bucket"`
	Prefix       string    `json:"prefix"`
	Now          time.Time `json:"now,omitzero"` // the instant that ages count from
	SkewSeconds  float64   `json:"skew_seconds"`
	Complete     bool      `json:"complete"` // the listing came to its end
	Error        string    `json:"error,omitempty"`
	Measured     int64     `json:"measured"` // uploads whose parts were read
	Vanished     int64     `json:"vanished"`
	Unreadable   int64     `json:"unreadable"`
	StartUnknown int64     `json:"start_unknown"`
	Oldest       time.Time `json:"oldest,omitzero"`
	totalsFields
	Ages         []bandFields      `json:"ages"`
	Suggestion   *suggestionFields `json:"suggestion,omitempty"`
	NoSuggestion survey.Lack       `json:"no_suggestion,omitempty"` // why there is none: listing-incomplete, clocks-apart, parts-not-read, too-few-uploads
	Notes        []string          `json:"notes,omitempty"`
	Requests     int64             `json:"requests"`
}

// SurveyJSON writes a survey as JSON lines.
func SurveyJSON(w io.Writer, s *survey.Survey) error {
	out := lines(w)
	if err := out.Encode(providerLine{
		kind: kindOf("provider"), Provider: s.Identity.Kind, Identity: s.Identity, Now: s.Now.UTC(), SkewSeconds: s.Skew.Seconds(),
	}); err != nil {
		return err
	}
	for _, by := range []struct {
		name   string
		groups []survey.Group
	}{{"prefix", s.Prefixes}, {"owner", s.Owners}} {
		for _, g := range by.groups {
			if err := out.Encode(groupOf(by.name, g)); err != nil {
				return err
			}
		}
	}
	return out.Encode(surveyOf(s))
}

func groupOf(by string, g survey.Group) groupLine {
	line := groupLine{
		kind: kindOf("survey_group"), By: by, Name: g.Name, Oldest: g.Oldest.UTC(),
		totalsFields: totalsOf(engine.Totals{Uploads: g.Uploads, Parts: g.Parts, Bytes: g.Bytes, Cost: g.Cost}),
	}
	if !utf8.ValidString(g.Name) {
		line.NameBase64 = base64.StdEncoding.EncodeToString([]byte(g.Name))
	}
	return line
}

func surveyOf(s *survey.Survey) surveyLine {
	line := surveyLine{
		kind: kindOf("survey_summary"), Bucket: s.Bucket, Prefix: s.Prefix, Now: s.Now.UTC(), SkewSeconds: s.Skew.Seconds(),
		Complete: s.Err == nil, Measured: s.Measured, Vanished: s.Vanished, Unreadable: s.Unreadable, StartUnknown: s.StartUnknown,
		totalsFields: totalsOf(engine.Totals{Uploads: s.Uploads, Parts: s.Parts, Bytes: s.Bytes, Cost: s.Cost}),
		Suggestion:   suggestionOf(s.Suggestion), NoSuggestion: s.Suggestion.Lack,
		Notes: s.Notes, Requests: s.Requests,
	}
	if s.Err != nil {
		line.Error = s.Err.Error()
	}
	if s.Oldest != nil {
		line.Oldest = s.Oldest.Initiated.UTC()
	}
	names := survey.BandNames()
	for i, band := range s.Ages {
		fields := bandFields{Age: names[i], Uploads: band.Uploads, Bytes: band.Bytes, Idle: map[string]int64{}}
		for j, n := range band.Idle {
			fields.Idle[names[j]] = n
		}
		line.Ages = append(line.Ages, fields)
	}
	return line
}
