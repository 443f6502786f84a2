package rules

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
)

var update = flag.Bool("update", false, "rewrite the expected results under testdata")

// loadText loads one rule file.
func loadText(src string) (*Set, Diagnostics) {
	return Load(Source{
		Rules: []File{{Name: "main.hcl", Bytes: []byte(src)}}, Regions: []string{"BEIJING", "GOV_BEIJING", "SHANGHAI"},
	}, Values{})
}

// plainText is the text form of diagnostics, without colour and wrapping.
func plainText(tb testing.TB, d Diagnostics) string {
	tb.Helper()
	var b bytes.Buffer
	if err := d.WriteText(&b, 0, false); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

// mustResolve returns the Config of a set that has no error.
func mustResolve(tb testing.TB, set *Set, d Diagnostics) *Config {
	tb.Helper()
	if d.HasErrors() {
		tb.Fatalf("the rules do not load:\n%s", plainText(tb, d))
	}
	cfg, d := set.Resolve(nil)
	if cfg == nil || d.HasErrors() {
		tb.Fatalf("the rules do not resolve:\n%s", plainText(tb, d))
	}
	return cfg
}

// TestLoad_GoodFiles holds the Config of every file in testdata/ok against the
// JSON beside it.
func TestLoad_GoodFiles(t *testing.T) {
	for _, path := range testFiles(t, "testdata/ok/*.hcl") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			src := readTestFile(t, path)
			set, cfg, diags := resolveFile(t, path)
			checkMarks(t, src, diags.With(set.CheckAt(decideNow())))
			if cfg == nil {
				t.Fatal("the rules do not resolve")
			}
			got, err := json.MarshalIndent(viewOf(cfg), "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			checkGolden(t, strings.TrimSuffix(path, ".hcl")+".json", append(got, '\n'))
		})
	}
}

// TestLoad_BadFiles wants from every file in testdata/bad exactly the messages
// that its comments announce, at their lines and columns. -update writes the columns
// that are missing.
func TestLoad_BadFiles(t *testing.T) {
	files := testFiles(t, "testdata/bad/*.hcl")
	if len(files) < 170 {
		t.Fatalf("only %d bad files were found", len(files))
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			src := readTestFile(t, path)
			set, cfg, diags := resolveFile(t, path)
			if !diags.HasErrors() {
				t.Error("the file has no error")
			}
			diags = diags.With(set.CheckAt(decideNow()))
			if *update {
				src = withColumns(src, diags)
				if err := os.WriteFile(path, []byte(src), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			checkMarks(t, src, diags)
			for _, m := range marksIn(src) {
				if m.line > 0 && m.column == 0 {
					t.Errorf("line %d: %q is announced without its column", m.line, m.summary)
				}
			}
			if again, d := set.Resolve(nil); cfg != nil || again != nil || !d.HasErrors() {
				t.Error("a set with errors was resolved")
			}
		})
	}
}

// resolveFile loads a rule file and resolves it with the bucket lists of the file of
// its name with the ending .found.json, where there is one. The diagnostics are those
// of both steps.
func resolveFile(t *testing.T, path string) (*Set, *Config, Diagnostics) {
	t.Helper()
	set, diags := loadText(readTestFile(t, path))
	var found Found
	listed := strings.TrimSuffix(path, ".hcl") + ".found.json"
	if _, err := os.Stat(listed); err == nil {
		if err := json.Unmarshal([]byte(readTestFile(t, listed)), &found); err != nil {
			t.Fatal(err)
		}
	}
	if diags.HasErrors() || len(set.Queries()) > 0 && found == nil {
		return set, nil, diags
	}
	cfg, more := set.Resolve(found)
	diags.list = slices.Concat(diags.list, more.list)
	return set, cfg, diags
}

// A mark is an announced message: severity, line (0: nowhere), summary, and
// optionally the column and a part of the detail.
type mark struct {
	severity, summary, detail string
	line, column              int
}

var markPattern = regexp.MustCompile(`# (ERROR|WARNING)(?:\((\d+|nowhere)\))?: ([^#|\n]+?)(?: \[col (\d+)\])?(?: \| ([^#\n]+?))?\s*(?:$|# )`)

// marksIn reads the comments of the form
//
//	# ERROR: Summary [col 12] | part of the detail
//
// Messages that depend on the time are those of 2026-07-01T12:00:00Z.
// ERROR(7) is for line 7 instead of the comment's own, ERROR(nowhere) for a
// message without a place.
func marksIn(src string) []mark {
	var marks []mark
	for i, line := range strings.Split(src, "\n") {
		for {
			m := markPattern.FindStringSubmatchIndex(line)
			if m == nil {
				break
			}
			group := func(n int) string {
				if m[2*n] < 0 {
					return ""
				}
				return line[m[2*n]:m[2*n+1]]
			}
			found := mark{severity: group(1), summary: group(3), detail: group(5), line: i + 1}
			switch at := group(2); at {
			case "":
			case "nowhere":
				found.line = 0
			default:
				found.line = number(at)
			}
			found.column = number(group(4))
			marks = append(marks, found)
			line = strings.TrimPrefix(line[m[1]:], "# ")
			if line != "" {
				line = "# " + line
			}
		}
	}
	return marks
}

// withColumns adds the column to every announced message that has a place and names
// no column.
func withColumns(src string, diags Diagnostics) string {
	lines := strings.Split(src, "\n")
	for _, d := range diags.list {
		if d.Subject == nil {
			continue
		}
		for i, line := range lines {
			at := slices.IndexFunc(marksIn(strings.Repeat("\n", i)+line), func(m mark) bool { return m.column == 0 && m.announces(d) })
			if at < 0 {
				continue
			}
			said := ": " + d.Summary
			end := strings.Index(line, said) + len(said)
			if end < len(line) && line[end] != ' ' { // another message that begins with the same words
				continue
			}
			lines[i] = fmt.Sprintf("%s [col %d]%s", line[:end], d.Subject.Start.Column, line[end:])
			break
		}
	}
	return strings.Join(lines, "\n")
}

// number reads digits; none are 0.
func number(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil && digits != "" {
		panic(err)
	}
	return n
}

func (m mark) announces(d *hcl.Diagnostic) bool {
	severity, line, column := "ERROR", 0, 0
	if d.Severity == hcl.DiagWarning {
		severity = "WARNING"
	}
	if d.Subject != nil {
		line, column = d.Subject.Start.Line, d.Subject.Start.Column
	}
	return m.severity == severity && m.line == line && m.summary == d.Summary &&
		(m.column == 0 || m.column == column) && strings.Contains(d.Detail, m.detail)
}

func checkMarks(t *testing.T, src string, diags Diagnostics) {
	t.Helper()
	marks := marksIn(src)
	for _, d := range diags.list {
		i := slices.IndexFunc(marks, func(m mark) bool { return m.announces(d) })
		if i < 0 {
			t.Errorf("not announced: %s\n%s", d.Error(), d.Detail)
			continue
		}
		marks = slices.Delete(marks, i, i+1)
	}
	for _, m := range marks {
		t.Errorf("announced, but not reported: %+v", m)
	}
}

func testFiles(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no files match %s: %v", pattern, err)
	}
	return files
}

func readTestFile(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func checkGolden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want := readTestFile(t, path); want != string(got) {
		t.Errorf("%s differs (go test -update rewrites it). Got:\n%s", path, got)
	}
}

// A configView is a Config in a form that a person can read in JSON.
type configView struct {
	MinimumAge, PlanTTL string
	Retention           string `json:",omitempty"`
	Limits              RunLimits
	Confirm             Confirm
	Providers           []Provider
	Rules               []ruleView
	Empty               []string `json:",omitempty"`
	Protects            []protectView
	Checks              []Check     `json:",omitempty"`
	Prices              []Price     `json:",omitempty"`
	Discoveries         []Discovery `json:",omitempty"`
}

type ruleView struct {
	Address, Description, Provider string
	Key                            string   `json:",omitempty"`
	Schedule                       []string `json:",omitempty"`
	Mode                           Mode
	Disabled                       bool     `json:",omitempty"`
	Refused                        []string `json:",omitempty"`
	Buckets, Prefixes              []string
	Exclude                        []string `json:",omitempty"`
	AllowEmpty                     bool
	OlderThan, IdleFor             string
	MaxLifetime                    string     `json:",omitempty"`
	Where                          *Condition `json:",omitempty"`
	Limits                         Limits
	Range                          Range
}

type protectView struct {
	Address           string
	Buckets, Prefixes []string
	Keys, Owners      []string `json:",omitempty"`
	Until, Reason     string
	Range             Range
}

func viewOf(c *Config) configView {
	v := configView{
		MinimumAge: FormatDuration(c.MinimumAge), PlanTTL: FormatDuration(c.PlanTTL),
		Limits: c.Limits, Confirm: c.Confirm, Providers: c.Providers, Empty: c.Empty,
		Checks: c.Checks, Prices: c.Prices, Discoveries: c.Discoveries,
	}
	if c.Retention != 0 {
		v.Retention = FormatDuration(c.Retention)
	}
	for _, r := range c.Rules {
		view := ruleView{
			Address: r.Address, Description: r.Description, Provider: r.Provider, Mode: r.Mode,
			Key: r.Key, Disabled: r.Disabled, Refused: r.Refused, Where: r.Stale.Where,
			Buckets: r.Scan.Buckets, Prefixes: r.Scan.Prefixes, Exclude: globTexts(r.Scan.Exclude),
			AllowEmpty: r.Scan.AllowEmpty, OlderThan: FormatDuration(r.Stale.OlderThan),
			IdleFor: FormatDuration(r.Stale.IdleFor), Limits: r.Limits, Range: r.Range,
		}
		if !r.Schedule.IsZero() {
			view.Schedule = []string{r.Schedule.Text, r.Schedule.Timezone}
		}
		if r.Stale.MaxLifetime != 0 {
			view.MaxLifetime = FormatDuration(r.Stale.MaxLifetime)
		}
		v.Rules = append(v.Rules, view)
	}
	for _, p := range c.Protects {
		until := "for ever"
		if !p.Until.IsZero() {
			until = p.Until.UTC().Format(time.RFC3339)
		}
		v.Protects = append(v.Protects, protectView{
			Address: p.Address, Buckets: globTexts(p.Buckets), Prefixes: p.Prefixes, Keys: globTexts(p.Keys), Owners: p.Owners,
			Until: until, Reason: p.Reason, Range: p.Range,
		})
	}
	return v
}

func globTexts(globs []Glob) []string {
	var texts []string
	for _, g := range globs {
		texts = append(texts, g.String())
	}
	return texts
}
