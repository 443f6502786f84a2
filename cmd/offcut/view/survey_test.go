package view

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"offcut/cmd/offcut/survey"
	"offcut/engine"
	"offcut/rules"
)

func sampleSurvey() *survey.Survey {
	cost := engine.Cost{Monthly: 36, Currency: "USD", PricedAt: "2021-11"}
	group := survey.Group{Uploads: 1200, Measured: 1200, Parts: 9000, Bytes: 3 << 39, Cost: cost, Oldest: planNow().Add(-93 * day)}
	named := func(name string) survey.Group { g := group; g.Name = name; return g }
	s := &survey.Survey{
		Identity: samplePlan().Providers[0].Identity, Bucket: "media-prod", Prefix: "raw/\x1b[31m",
		Now: planNow(), Skew: -90 * time.Second,
		Uploads: 1234, Measured: 1200, Vanished: 1, Unreadable: 2, StartUnknown: 3, Parts: 9000, Bytes: 3 << 39, Cost: cost,
		Oldest:       &rules.Upload{Initiated: planNow().Add(-93 * day)},
		Prefixes:     []survey.Group{named("raw/\xff/"), named("")},
		Owners:       []survey.Group{named("73000001"), named("")},
		MorePrefixes: survey.Rest{Groups: 7, Group: group},
		Requests:     1202, Notes: []string{"parts could not be read: 403 AccessDenied"},
	}
	for i := range s.Ages {
		s.Ages[i] = survey.Band{Uploads: 100, Measured: 90, Bytes: 1 << 30, Idle: [survey.Bands]int64{1, 2, 3, 4, 1000}}
	}
	s.Suggestion = survey.Suggestion{
		Known: 1190, LeastOf: 20, OlderThan: 7 * day, IdleFor: 2 * day, Uploads: 900, Bytes: 1 << 40,
		Receiving: 120, Before: 3, Until: 3 * day, Clear: true, WithParts: 1100, Lasted: 5*day + 6*time.Hour,
	}
	return s
}

func TestSurvey(t *testing.T) {
	counted := sampleSurvey()
	counted.Measured, counted.Parts, counted.Bytes, counted.Cost = 0, 0, 0, engine.Cost{}
	counted.Suggestion = survey.Suggestion{Lack: survey.LackParts}
	broken := sampleSurvey()
	broken.Err = errors.New("list multipart uploads of media-prod: 503 SlowDown\x1b[31m")
	broken.Suggestion = survey.Suggestion{Lack: survey.LackWhole}
	few := sampleSurvey() // the parts of a few were read, and none of some
	few.Cost.Monthly, few.Prefixes[1].Measured, few.Ages[0] = 0.001, 0, survey.Band{Uploads: 100}
	for name, s := range map[string]*survey.Survey{
		"survey.txt":         sampleSurvey(),
		"survey_few.txt":     few,
		"survey_counted.txt": counted,
		"survey_partial.txt": broken,
		"survey_empty.txt":   {Identity: counted.Identity, Bucket: "media-prod", Now: planNow(), Requests: 1},
		"survey_failed.txt":  {Identity: counted.Identity, Bucket: "media-prod", Err: errors.New("404 NoSuchBucket"), Requests: 1},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := Survey(&out, s, Options{}); err != nil {
				t.Fatal(err)
			}
			golden(t, name, out.Bytes())
			if !printable(string(bytes.ReplaceAll(out.Bytes(), []byte("\n"), nil))) {
				t.Errorf("unprintable: %q", out.String())
			}
		})
	}
	var out bytes.Buffer
	if err := SurveyJSON(&out, broken); err != nil {
		t.Fatal(err)
	}
	golden(t, "survey.jsonl", out.Bytes())
}

func TestSurveySuggestion(t *testing.T) {
	const full = `older_than = "7d" and idle_for = "2d" would abort 900 of the 1,200 uploads whose parts were read (1.0 TiB).`
	if got := suggestionSentence(sampleSurvey()); got != full {
		t.Errorf("got %s", got)
	}
	whole := sampleSurvey()
	whole.Uploads, whole.Suggestion.Uploads = 1201, 0 // of them 1 vanished
	if got, want := suggestionSentence(whole), `older_than = "7d" and idle_for = "2d" would abort none of 1,200 uploads.`; got != want {
		t.Errorf("got %s", got)
	}
	for want, edit := range map[string]func(*survey.Suggestion){
		"120 uploads received parts in the last 2 days, and only 3 in the 24 hours before. The longest went on receiving parts for 5d 6h, and older_than is above that.": func(*survey.Suggestion) {},
		"No upload received parts in the last 24 hours, and none in the 24 hours before. The longest went on receiving parts for 5d 6h, and older_than is above that.": func(g *survey.Suggestion) {
			g.IdleFor, g.Until, g.Receiving, g.Before = day, 2*day, 0, 0
		},
		"1 upload received parts in the last 7 days, and 40 in the 7 days before: there is no clear gap, so idle_for is the longest that is suggested. Only 1 upload holds any parts, which is too little to see how long yours go on: older_than is the usual 7 days.": func(g *survey.Suggestion) {
			g.IdleFor, g.Until, g.Receiving, g.Before, g.Clear, g.WithParts = 7*day, 14*day, 1, 40, false, 1
		},
		"120 uploads received parts in the last 2 days, and only 3 in the 24 hours before. One upload went on receiving parts for 45 days; scan suggests at most 30. 2 uploads of 30 days or more received parts in the last 2 days and would stay.": func(g *survey.Suggestion) {
			g.OlderThan, g.Lasted, g.OldStay = 30*day, 45*day, 2
		},
		"120 uploads received parts in the last 2 days, and only 3 in the 24 hours before. Every upload got all its parts at once.": func(g *survey.Suggestion) {
			g.Lasted = 0
		},
	} {
		g := sampleSurvey().Suggestion
		edit(&g)
		if got := whySentences(g); got != want {
			t.Errorf("\n got %s\nwant %s", got, want)
		}
	}
	for want, g := range map[string]survey.Suggestion{
		"": {OlderThan: day},
		"No thresholds are suggested: the clocks are too far apart to go by ages.": {Lack: survey.LackClock},
		"No thresholds are suggested: the age and idle time of 1 upload is known, and it takes 20 to see a pattern. older_than = \"7d\" with idle_for = \"24h\", its default, is a careful start.": {Lack: survey.LackUploads, Known: 1, LeastOf: 20},
	} {
		if got := lackSentence(g); got != want {
			t.Errorf("got %s", got)
		}
	}
}

// A survey's tables fit the terminals that it is read on.
func TestSurveyFitsTheTerminal(t *testing.T) {
	for _, width := range []int{60, 80, 100} {
		var out bytes.Buffer
		if err := Survey(&out, sampleSurvey(), Options{Width: width}); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out.String()) {
			line = strings.TrimRight(line, "\n")
			if Width(line) > width {
				t.Errorf("width %d: a line takes %d: %s", width, Width(line), line)
			}
		}
	}
}
