package view

import (
	"io"
	"maps"
	"slices"
	"time"

	"offcut/engine"
	"offcut/engine/planfile"
)

// A savedLine says where a plan was saved.
type savedLine struct {
	kind
	File    string    `json:"file"`
	Plan    string    `json:"plan"` // its id
	Expires time.Time `json:"expires,omitzero"`
}

// A savedPlanLine is the header of a saved plan.
type savedPlanLine struct {
	kind
	File       string               `json:"file"`
	FileFormat int                  `json:"file_format"`
	Plan       string               `json:"plan"` // its id
	Offcut     string               `json:"offcut"`
	Made       time.Time            `json:"made"`
	Expires    time.Time            `json:"expires,omitzero"` // left out where it never does
	Expired    bool                 `json:"expired"`
	Whole      bool                 `json:"whole"` // every scope was listed to its end and no rule was stopped
	Actor      string               `json:"actor"`
	Command    string               `json:"command"`
	Directory  string               `json:"directory"`
	Rules      planfile.Source      `json:"rules"`
	Thresholds []planfile.Threshold `json:"thresholds"`
}

// PlanSavedJSON writes where a plan was saved.
func PlanSavedJSON(w io.Writer, file string, p *engine.Plan) error {
	return lines(w).Encode(savedLine{kind: kindOf("plan_saved"), File: file, Plan: p.ID, Expires: p.Expires.UTC()})
}

// SavedJSON writes the header of a saved plan.
func SavedJSON(w io.Writer, s SavedPlan) error {
	h, from := s.Header, s.Header.Rules
	from.Sensitive = slices.Clone(from.Sensitive)
	for i := range from.Sensitive {
		from.Sensitive[i].Hash = "" // a guessed value could be tried against it
	}
	return lines(w).Encode(savedPlanLine{
		kind: kindOf("saved_plan"), File: s.File, FileFormat: h.Format, Plan: h.Plan, Offcut: h.Offcut,
		Made: h.Made, Expires: h.Expires, Expired: s.expired(), Whole: s.Plan.Whole(),
		Actor: h.Actor, Command: h.Command, Directory: h.Directory, Rules: from, Thresholds: h.Thresholds,
	})
}

// ProtectedSinceJSON is ProtectedSince for programs.
func ProtectedSinceJSON(w io.Writer, covered map[string]int64) error {
	out := lines(w)
	for _, protect := range slices.Sorted(maps.Keys(covered)) {
		if err := out.Encode(noteLine{kind: kindOf("note"), Protect: protect, Summary: protectedSince(protect, covered[protect])}); err != nil {
			return err
		}
	}
	return nil
}
