package view

import (
	"io"
	"strings"

	"offcut/rules"
)

// TestOptions say how to write the results of tests for people.
type TestOptions struct {
	Width   int
	Color   bool
	Verbose bool // also the verdict on every mock
}

// Tests writes what became of tests, in the form of terraform test: each file with its
// tests, under each what was wrong, and at the end the sum.
func Tests(w io.Writer, results []rules.TestResult, o TestOptions) error {
	p := newPage(w, Options{Width: o.Width, Color: o.Color})
	explained := false
	for from := 0; from < len(results); {
		to := from
		for to < len(results) && results[to].File == results[from].File {
			to++
		}
		var err error
		if explained, err = p.testFile(results[from:to], o); err != nil {
			return err
		}
		from = to
	}
	_, failed := testCounts(results)
	passed := len(results) - failed
	if !explained { // messages end with an empty line
		p.blank()
	}
	if failed > 0 {
		p.labelled(bad, "Failure!", " %d passed, %d failed.", passed, failed)
	} else {
		p.labelled(good, "Success!", " %d passed, %d failed.", passed, failed)
	}
	return p.Flush()
}

// testCounts counts the tests that could not be run, and those together with the ones
// that failed.
func testCounts(results []rules.TestResult) (errored, failed int) {
	for _, r := range results {
		switch r.Outcome {
		case rules.TestError:
			errored++
			failed++
		case rules.TestFail:
			failed++
		}
	}
	return errored, failed
}

// testFile writes the tests of one file. explained says that messages about the last one
// end it.
func (p *page) testFile(results []rules.TestResult, o TestOptions) (explained bool, err error) {
	outcome := rules.TestPass
	if _, failed := testCounts(results); failed > 0 {
		outcome = rules.TestFail
	}
	p.outcome(Text(results[0].File), outcome)
	for _, r := range results {
		p.outcome(`  test "`+Text(r.Name)+`"`, r.Outcome)
		if o.Verbose {
			for _, v := range r.Verdicts {
				p.line("    %s: %s", v.Mock, v.Why)
			}
		}
		var text strings.Builder
		if err := r.Problems.WriteText(&text, o.Width, o.Color); err != nil {
			return false, err
		}
		if explained = text.Len() > 0; explained {
			_, _ = p.WriteString("\n" + text.String()) // Flush tells of a failed write
		}
	}
	return explained, nil
}

// outcome writes a line that ends in how something ended.
func (p *page) outcome(what string, outcome rules.TestOutcome) {
	_, _ = p.WriteString(Lines(what) + "... ") // Flush tells of a failed write
	if outcome == rules.TestPass {
		p.labelled(good, string(outcome), "")
	} else {
		p.labelled(bad, string(outcome), "")
	}
}

// A testLine is what became of one test.
type testLine struct {
	kind
	File        string           `json:"file"`
	Name        string           `json:"name"`
	Status      string           `json:"status"` // "pass", "fail" (an assert does not hold) or "error" (it could not be run)
	Now         *string          `json:"now"`    // the instant of the test; null where it could not be read
	Verdicts    []verdictFields  `json:"verdicts"`
	Diagnostics []diagnosticLine `json:"diagnostics"`
}

// A verdictFields is the verdict on one mock.
type verdictFields struct {
	Mock     string   `json:"mock"`
	Provider string   `json:"provider"`
	Bucket   string   `json:"bucket"`
	Key      string   `json:"key"`
	UploadID string   `json:"upload_id"`
	Action   string   `json:"action"` // "abort" or "keep"
	Reason   string   `json:"reason"`
	Rules    []string `json:"rules"`        // that decided
	By       string   `json:"by,omitempty"` // the protect
	Why      string   `json:"why"`          // the figures that led to it, as a sentence
}

// A testSummaryLine is the last line.
type testSummaryLine struct {
	kind
	Status  string `json:"status"` // "pass" or "fail"
	Passed  int    `json:"passed"`
	Failed  int    `json:"failed"`
	Errored int    `json:"errored"` // of the failed: those that could not be run
}

// TestsJSON writes a line for each test, and a summary.
func TestsJSON(w io.Writer, results []rules.TestResult) error {
	out := lines(w)
	for _, r := range results {
		diags, err := diagnosticLines(r.Problems)
		if err != nil {
			return err
		}
		line := testLine{
			kind: kindOf("test"), File: r.File, Name: r.Name, Status: string(r.Outcome),
			Verdicts: []verdictFields{}, Diagnostics: append([]diagnosticLine{}, diags...),
		}
		if !r.Now.IsZero() {
			now := rfc3339(r.Now)
			line.Now = &now
		}
		for _, v := range r.Verdicts {
			line.Verdicts = append(line.Verdicts, newVerdictFields(v))
		}
		if err := out.Encode(line); err != nil {
			return err
		}
	}
	errored, failed := testCounts(results)
	sum := testSummaryLine{kind: kindOf("test_summary"), Status: string(rules.TestPass), Passed: len(results) - failed, Failed: failed, Errored: errored}
	if failed > 0 {
		sum.Status = string(rules.TestFail)
	}
	return out.Encode(sum)
}

func newVerdictFields(v rules.TestVerdict) verdictFields {
	f := verdictFields{
		Mock: v.Mock, Provider: v.Upload.Provider, Bucket: v.Upload.Bucket, Key: v.Upload.Key, UploadID: v.Upload.ID,
		Action: "keep", Reason: string(v.Verdict.Reason), Rules: append([]string{}, v.Verdict.Rules...), By: v.Verdict.By, Why: v.Why,
	}
	if v.Verdict.Action == rules.Abort {
		f.Action = "abort"
	}
	return f
}
