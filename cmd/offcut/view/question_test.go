package view

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"offcut/engine"
	"offcut/rules"
)

// manyBuckets is a plan of seven buckets, one of them with a name that no terminal
// may see as it is.
func manyBuckets() *engine.Plan {
	p := samplePlan()
	p.ByBucket, p.Abort = nil, engine.Totals{}
	for i, name := range []string{"media-prod", "backups", "media-archive-of-the-northern-region-2019", "logs\x1b[2J", "scratch", "tmp-a", "tmp-b"} {
		n := int64(61_000 >> (2 * i))
		t := engine.Totals{Uploads: n, Bytes: n << 27, Parts: 3 * n, Cost: engine.Cost{Monthly: 0.003 * float64(n), Currency: "USD", PricedAt: "2021-11"}}
		p.ByBucket = append(p.ByBucket, engine.GroupTotal{Name: "ks3/" + name, Totals: t})
		p.Abort.Merge(t)
	}
	return p
}

// nowAs is who would abort by the sample plan.
func nowAs(key, source string) map[string]engine.Identity {
	id := samplePlan().Providers[0].Identity
	id.AccessKeyID, id.CredentialSource = key, source
	return map[string]engine.Identity{"ks3": id}
}

func TestQuestion(t *testing.T) {
	standard := rules.Confirm{Uploads: 100_000, Bytes: 10 << 40}
	for name, c := range map[string]struct {
		question Question
		options  Options
	}{
		"question.txt":            {Question{samplePlan(), standard, nil}, Options{}},
		"question_large.txt":      {Question{manyBuckets(), rules.Confirm{Uploads: 50_000, Bytes: 9 << 40}, nil}, Options{}},
		"question_60_cols.txt":    {Question{manyBuckets(), rules.Confirm{}, nil}, Options{Width: 60}},
		"question_as_planned.txt": {Question{samplePlan(), standard, nowAs("AKLT…9xQ", "environment (KS3_ACCESS_KEY_ID)")}, Options{}},
		"question_as_other.txt":   {Question{samplePlan(), standard, nowAs("AKLT…apl", "file (~/.ks3/credentials)")}, Options{}},
		"question_color.txt":      {Question{samplePlan(), standard, nil}, Options{Width: 120, Color: true}},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := c.question.Write(&out, c.options); err != nil {
				t.Fatal(err)
			}
			golden(t, name, out.Bytes())
			fits(t, out.String(), c.options)
		})
	}
}

// fits fails where a line of a table is wider than the terminal; sentences wrap.
func fits(t *testing.T, text string, o Options) {
	t.Helper()
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, "\n"); o.Width > 0 && strings.Contains(line, gap) && Width(line) > o.Width {
			t.Errorf("%d columns on a terminal of %d: %s", Width(line), o.Width, line)
		}
	}
}

// Only what the question asks for approves: a plan above a threshold wants digits.
func TestQuestionWantsTheNumberAboveAThreshold(t *testing.T) {
	for _, c := range []struct {
		uploads int64
		want    string
	}{{100_000, "yes"}, {100_001, "100001"}} {
		p := &engine.Plan{Abort: engine.Totals{Uploads: c.uploads}}
		q := Question{p, rules.Confirm{Uploads: 100_000}, nil}
		var out strings.Builder
		if err := q.Write(&out, Options{}); err != nil {
			t.Fatal(err)
		}
		if q.Answer() != c.want || !strings.Contains(out.String(), c.want+"'") && !strings.Contains(out.String(), fmt.Sprintf("typed as %s,", c.want)) {
			t.Errorf("%d uploads: %q is wanted, and asked:\n%s", c.uploads, q.Answer(), out.String())
		}
	}
}
