package main

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A page is Markdown whose outputs are compared with those of a run. Each output may have
// ids and instants of its own, but all of them must be those of one run: what is one id or
// one moment now is one on the page too.
type page struct {
	began time.Time
	words map[string]string // ids and addresses of this run, by what the page says
	back  map[string]string // what the page says, by those of this run
	drift time.Duration     // from the page's instants to this run's
	timed bool              // drift is known
}

func newPage() *page {
	return &page{began: time.Now(), words: map[string]string{}, back: map[string]string{}}
}

// compare says in what an output of this run differs from what the page says; empty when
// in nothing that matters. The words of both are known from then on.
func (p *page) compare(got, written string) string {
	comparable := func(text string) string { return changing.ReplaceAllString(squeeze(text), "ID") }
	if !same(comparable(got), comparable(written)) {
		return "other words"
	}
	if contradiction := p.bind(got, written); contradiction != "" {
		return contradiction
	}
	return p.compareInstants(got, written)
}

// shortID is the number of digits by which a run is called.
const shortID = 8

// changing finds the words that differ from run to run and that later commands name:
// ids of runs and uploads, and hashes.
var changing = regexp.MustCompile(`\b[0-9a-f]{8}\b|\b[0-9a-f]{16,64}\b`)

// bind learns the words of an output and says which of them contradicts an output above.
func (p *page) bind(got, written string) string {
	here, there := changing.FindAllString(got, -1), changing.FindAllString(written, -1)
	if len(here) != len(there) {
		return "another number of ids"
	}
	contradiction := ""
	for i := range there {
		contradiction = cmp.Or(contradiction, p.bindWord(here[i], there[i]))
		if len(there[i]) == 2*shortID && len(here[i]) == 2*shortID { // of a run, which is called by its beginning
			contradiction = cmp.Or(contradiction, p.bindWord(here[i][:shortID], there[i][:shortID]))
		}
	}
	return contradiction
}

func (p *page) bindWord(here, there string) string {
	if now, known := p.words[there]; known && now != here {
		return fmt.Sprintf("the page says %s for %s and for %s", there, now, here)
	}
	if says, known := p.back[here]; known && says != there {
		return fmt.Sprintf("the page says %s and %s for one id", says, there)
	}
	p.words[there], p.back[here] = here, there
	return ""
}

// inThisRun replaces the page's ids by those of this run.
func (p *page) inThisRun(text string) string {
	return changing.ReplaceAllStringFunc(text, func(word string) string {
		if now, known := p.words[word]; known {
			return now
		}
		return word
	})
}

var (
	instant  = regexp.MustCompile(`\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2})?`)
	schedule = regexp.MustCompile(`(?m)^.*  only plans \(mode = "plan"\)$`) // when a tick comes does not depend on now alone
)

// compareInstants holds that the page's instants are as far from one another as those of
// this run: to the minute, as some tell no seconds, and to the time that a run takes.
func (p *page) compareInstants(got, written string) string {
	here := instant.FindAllString(schedule.ReplaceAllString(got, ""), -1)
	there := instant.FindAllString(schedule.ReplaceAllString(written, ""), -1)
	if len(here) != len(there) {
		return "another number of instants"
	}
	for i := range there {
		drift := moment(here[i]).Sub(moment(there[i]))
		if !p.timed {
			p.drift, p.timed = drift, true
		}
		if off := (drift - p.drift).Abs(); off > 90*time.Second+time.Since(p.began) {
			return fmt.Sprintf("%s is %s from where it would be in a run that begins as the page does", there[i], off)
		}
	}
	return ""
}

func moment(text string) time.Time {
	layout := "2006-01-02 15:04:05"
	at, err := time.Parse(layout[:len(text)], strings.Replace(text, "T", " ", 1))
	if err != nil {
		panic(err)
	}
	return at
}

// byActor puts another user and machine into an output, and keeps columns as narrow as
// that one needs.
func byActor(text, by string) string {
	if wider := len(actor()) - len(by); wider != 0 {
		heading := regexp.MustCompile(`\bBY {` + fmt.Sprint(len(actor())) + `,}`)
		text = heading.ReplaceAllStringFunc(text, func(found string) string {
			return "BY" + strings.Repeat(" ", len(found)-len("BY")-wider)
		})
	}
	return strings.ReplaceAll(text, actor(), by)
}

func TestPageIsOneRun(t *testing.T) {
	for name, c := range map[string]struct{ got, written, want string }{
		"other ids, an hour ago": {
			"run 11111111aaaaaaaa at 2026-01-02 10:00:00\nshow 11111111", "run 22222222bbbbbbbb at 2026-01-02 09:00:00\nshow 22222222", "",
		},
		"an id that stands for two":  {"3333333a 4444444a", "3333333b 3333333b", "for 3333333a and for 4444444a"},
		"two ids that stand for one": {"3333333a 3333333a", "3333333b 4444444b", "for one id"},
		"a run by another beginning": {"run 11111111aaaaaaaa, show 11111111", "run 22222222bbbbbbbb, show 3333333c", "for one id"},
		"instants further apart":     {"2026-01-02 10:00:00 2026-01-02T11:00:00Z", "2026-01-02 10:00:00 2026-01-02T11:02:00Z", "from where it would be"},
		"another day":                {"2026-01-02 10:00 2026-01-02 10:00", "2026-01-02 10:00 2026-01-03 10:00", "from where it would be"},
		"other words":                {"2 runs", "1 run", "other words"},
	} {
		t.Run(name, func(t *testing.T) {
			got := newPage().compare(c.got, c.written)
			if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
				t.Errorf("says %q, want %q", got, c.want)
			}
		})
	}
}
