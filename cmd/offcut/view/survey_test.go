package view

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"offcut/cmd/offcut/survey"
	"offcut/engine"
	"offcut/rules"
)

func sampleSurvey() *survey.Survey {
	cost := engine.Cost{Monthly: 36, Currency: "USD", PricedAt: "2021-11"}
	group := survey.Group{Uploads: 1200, Parts: 9000, Bytes: 3 << 39, Cost: cost, Oldest: planNow().Add(-93 * day)}
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
		s.Ages[i] = survey.Band{Uploads: 100, Bytes: 1 << 30, Idle: [survey.Bands]int64{1, 2, 3, 4, 1000}}
	}
	return s
}

func TestSurvey(t *testing.T) {
	counted := sampleSurvey()
	counted.Measured, counted.Parts, counted.Bytes, counted.Cost = 0, 0, 0, engine.Cost{}
	broken := sampleSurvey()
	broken.Err = errors.New("list multipart uploads of media-prod: 503 SlowDown\x1b[31m")
	for name, s := range map[string]*survey.Survey{
		"survey.txt":         sampleSurvey(),
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
