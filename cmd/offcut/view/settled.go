package view

import (
	"fmt"
	"io"
	"time"

	"offcut/engine"
)

// Settled says in a sentence or two what became of a run that did not finish: it was
// killed, or its outcomes could not be written.
func Settled(s *engine.Settled) string {
	r := &s.Run
	text := fmt.Sprintf("Run %s of %s by %s (%s) did not finish: ", shortRun(r.ID), second(r.Started), Text(r.Origin.Actor), Text(r.Origin.Command))
	n := uploadsIn(s.Results)
	if n == 0 {
		return text + "every one of its outcomes was known. It is settled now."
	}
	text += fmt.Sprintf("%s of its %s had no outcome in the ledger: ", count(n), countOf(r.Totals.Uploads, "upload"))
	return text + settledCounts(s.Results) + fmt.Sprintf(`. It is settled now; "offcut history show %s" names them.`, shortRun(r.ID))
}

// settledCounts is "2 aborted, 1 gone".
func settledCounts(sums Results) string {
	var parts []string
	for _, result := range engine.Results {
		if n := sums[result].Uploads; n > 0 {
			parts = append(parts, count(n)+" "+string(result))
		}
	}
	return commas(parts...)
}

// A settledLine says what became of a run that did not finish.
type settledLine struct {
	kind
	Run     string                         `json:"run"`
	Started time.Time                      `json:"started"`
	Actor   string                         `json:"actor"`
	Command string                         `json:"command"`
	Planned int64                          `json:"planned"` // uploads
	Results map[engine.Result]totalsFields `json:"results"` // of the uploads that had no outcome before
}

// SettledJSON writes the same as one JSON line.
func SettledJSON(w io.Writer, s *engine.Settled) error {
	return lines(w).Encode(settledLine{
		kind: kindOf("settled_run"), Run: s.Run.ID, Started: s.Run.Started.UTC(), Actor: s.Run.Origin.Actor,
		Command: s.Run.Origin.Command, Planned: s.Run.Totals.Uploads, Results: resultsOf(s.Results),
	})
}
