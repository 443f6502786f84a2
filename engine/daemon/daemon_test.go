package daemon_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/robfig/cron/v3"
	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"offcut/engine"
	"offcut/engine/daemon"
	"offcut/rules"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// every makes a job that comes due at a fixed interval.
func every(rule string, d time.Duration) daemon.Job {
	return daemon.Job{Rule: rule, Schedule: rules.Schedule{Text: "@every " + d.String(), Timezone: "UTC", Cron: cron.Every(d)}}
}

// A diary notes which rule ran when, from many goroutines.
type diary struct {
	mu      sync.Mutex
	start   time.Time
	entries []string
}

func newDiary() *diary { return &diary{start: time.Now()} }

func (d *diary) note(text string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.entries = append(d.entries, time.Since(d.start).String()+" "+text)
}

func (d *diary) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Join(d.entries, "\n")
}

// running starts Run in the background and returns its drain switch, its break-off
// switch and its end.
func running(t *testing.T, o daemon.Options) (drain, breakOff func(), ended <-chan error) {
	t.Helper()
	stop, end := make(chan struct{}), make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	o.Stop = stop
	go func() { end <- daemon.Run(ctx, o) }()
	t.Cleanup(cancel)
	return sync.OnceFunc(func() { close(stop) }), cancel, end
}

func TestRunTicksOnSchedule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		drain, _, ended := running(t, daemon.Options{
			Jobs: []daemon.Job{every("rule.a", 10*time.Second), every("rule.b", 15*time.Second)},
			Run: func(_ context.Context, job daemon.Job, _ <-chan struct{}) daemon.Summary {
				d.note(job.Rule)
				return daemon.Summary{}
			},
			Ready: func(addr string, next []daemon.Next) {
				if addr != "" || len(next) != 2 {
					t.Errorf("Ready(%q, %v), want no address and two jobs", addr, next)
				}
				for i, want := range []time.Duration{10 * time.Second, 15 * time.Second} {
					if got := time.Until(next[i].At); got != want {
						t.Errorf("%s comes due in %s, want %s", next[i].Job.Rule, got, want)
					}
				}
			},
			Log: zerolog.Nop(),
		})
		time.Sleep(25 * time.Second)
		synctest.Wait()
		want := "10s rule.a\n15s rule.b\n20s rule.a"
		if got := d.String(); got != want {
			t.Errorf("runs:\n%s\nwant:\n%s", got, want)
		}
		drain()
		if err := <-ended; err != nil {
			t.Errorf("Run after a drain = %v, want nil", err)
		}
		time.Sleep(time.Minute)
		if got := d.String(); got != want {
			t.Errorf("after the drain it ran again:\n%s", got)
		}
	})
}

func TestNothingRunsBeforeReadyHasReturned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		drain, _, ended := running(t, daemon.Options{
			Jobs: []daemon.Job{every("rule.a", time.Second)},
			Run: func(context.Context, daemon.Job, <-chan struct{}) daemon.Summary {
				d.note("run")
				return daemon.Summary{}
			},
			Ready: func(string, []daemon.Next) {
				time.Sleep(1500 * time.Millisecond)
				d.note("ready")
			},
			Log: zerolog.Nop(),
		})
		time.Sleep(1800 * time.Millisecond)
		drain()
		<-ended
		if got, want := d.String(), "1.5s ready\n1.5s run"; got != want {
			t.Errorf("it went\n%s\nwant\n%s", got, want)
		}
	})
}

func TestRunSkipsTicksOfARunThatLasts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		var log bytes.Buffer
		drain, _, ended := running(t, daemon.Options{
			Jobs: []daemon.Job{every("rule.slow", 10*time.Second)},
			Run: func(context.Context, daemon.Job, <-chan struct{}) daemon.Summary {
				d.note("begin")
				time.Sleep(25 * time.Second)
				d.note("end")
				return daemon.Summary{}
			},
			Log: zerolog.New(zerolog.SyncWriter(&log)),
		})
		time.Sleep(59 * time.Second)
		drain()
		<-ended
		want := "10s begin\n35s end\n40s begin\n1m5s end"
		if got := d.String(); got != want {
			t.Errorf("runs:\n%s\nwant:\n%s", got, want)
		}
		if n := strings.Count(log.String(), "tick skipped"); n != 3 { // at 20, 30 and 50
			t.Errorf("%d skipped ticks logged, want 3:\n%s", n, log.String())
		}
	})
}

func TestRunsOfDifferentRulesNeverOverlap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		var inside, worst int
		var mu sync.Mutex
		count := func(by int) {
			mu.Lock()
			defer mu.Unlock()
			inside += by
			worst = max(worst, inside)
		}
		drain, _, ended := running(t, daemon.Options{
			Jobs: []daemon.Job{every("rule.a", 10*time.Second), every("rule.b", 10*time.Second), every("rule.c", 10*time.Second)},
			Run: func(_ context.Context, job daemon.Job, _ <-chan struct{}) daemon.Summary {
				count(1)
				time.Sleep(2 * time.Second)
				count(-1)
				d.note(job.Rule)
				return daemon.Summary{}
			},
			Log: zerolog.Nop(),
		})
		time.Sleep(19 * time.Second)
		drain()
		<-ended
		for _, rule := range []string{"rule.a", "rule.b", "rule.c"} {
			if !strings.Contains(d.String(), rule) {
				t.Errorf("%s did not run:\n%s", rule, d)
			}
		}
		if worst != 1 {
			t.Errorf("%d runs at once, want 1", worst)
		}
	})
}

func TestRunGoesOnAfterAPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		var log bytes.Buffer
		drain, _, ended := running(t, daemon.Options{
			Jobs: []daemon.Job{every("rule.bad", 10*time.Second)},
			Run: func(context.Context, daemon.Job, <-chan struct{}) daemon.Summary {
				d.note("run")
				panic("the index is out of range")
			},
			Log: zerolog.New(zerolog.SyncWriter(&log)),
		})
		time.Sleep(35 * time.Second)
		drain()
		if err := <-ended; err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
		if got, want := d.String(), "10s run\n20s run\n30s run"; got != want {
			t.Errorf("runs:\n%s\nwant:\n%s", got, want)
		}
		if n := strings.Count(log.String(), `"result":"error"`); n != 3 {
			t.Errorf("%d runs logged as errors, want 3:\n%s", n, log.String())
		}
		for _, want := range []string{"the index is out of range", "daemon_test.go"} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("the log does not tell %q", want)
			}
		}
	})
}

func TestDrainFinishesTheRunInHandAndBeginsNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		drain, _, ended := running(t, daemon.Options{
			Jobs: []daemon.Job{every("rule.a", 10*time.Second), every("rule.b", 11*time.Second)},
			Run: func(ctx context.Context, job daemon.Job, stop <-chan struct{}) daemon.Summary {
				d.note(job.Rule + " begins")
				<-stop
				d.note("told to stop")
				time.Sleep(5 * time.Second) // the requests in hand
				if ctx.Err() != nil {
					t.Error("the drain broke the requests in hand off")
				}
				d.note(job.Rule + " ends")
				return daemon.Summary{Err: daemon.ErrStopped}
			},
			Log: zerolog.Nop(),
		})
		time.Sleep(13 * time.Second) // rule.b waits for its turn by now
		drain()
		if err := <-ended; err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
		want := "10s rule.a begins\n13s told to stop\n18s rule.a ends"
		if got := d.String(); got != want {
			t.Errorf("runs:\n%s\nwant:\n%s", got, want)
		}
	})
}

func TestEndOfContextBreaksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, breakOff, ended := running(t, daemon.Options{
			Jobs: []daemon.Job{every("rule.a", 10*time.Second)},
			Run: func(ctx context.Context, _ daemon.Job, _ <-chan struct{}) daemon.Summary {
				<-ctx.Done()
				return daemon.Summary{Err: ctx.Err()}
			},
			Log: zerolog.Nop(),
		})
		time.Sleep(12 * time.Second)
		breakOff()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("Run = %v, want the context's cause", err)
		}
	})
}

func TestRunRefusesWhatCanNeverWork(t *testing.T) {
	never := every("rule.never", time.Minute)
	never.Schedule = rules.Schedule{Text: "0 0 30 2 *", Cron: neverDue{}}
	tests := []struct {
		name   string
		jobs   []daemon.Job
		listen string
		want   string
	}{
		{"no job", nil, "", "no job"},
		{"a schedule that never comes due", []daemon.Job{never}, "", `rule.never: "0 0 30 2 *" never comes due`},
		{"a port that others can reach", []daemon.Job{every("rule.a", time.Minute)}, "0.0.0.0:0", "not a loopback address"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := daemon.Run(t.Context(), daemon.Options{Jobs: tt.jobs, Listen: tt.listen, Log: zerolog.Nop()})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Run = %v, want an error with %q", err, tt.want)
			}
		})
	}
}

type neverDue struct{}

func (neverDue) Next(time.Time) time.Time { return time.Time{} }

func TestOnceRunsEveryJobInOrder(t *testing.T) {
	var ran []string
	var log bytes.Buffer
	sums := daemon.Once(t.Context(), daemon.Options{
		Jobs: []daemon.Job{every("rule.b", time.Hour), every("rule.bad", time.Hour), every("rule.a", time.Hour)},
		Run: func(_ context.Context, job daemon.Job, _ <-chan struct{}) daemon.Summary {
			ran = append(ran, job.Rule)
			if job.Rule == "rule.bad" {
				panic("no")
			}
			return daemon.Summary{Plan: &engine.Plan{ID: "plan of " + job.Rule, Abort: engine.Totals{Uploads: 7}}}
		},
		Log: zerolog.New(zerolog.SyncWriter(&log)),
	})
	if got := strings.Join(ran, " "); got != "rule.b rule.bad rule.a" {
		t.Errorf("ran %s", got)
	}
	var results []string
	for _, s := range sums {
		results = append(results, string(s.Result()))
	}
	if got := strings.Join(results, " "); got != "ok error ok" {
		t.Errorf("results: %s, want ok error ok", got)
	}
	var last struct {
		Rule, Result, Run string
		Planned           int64
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil {
		t.Fatal(err)
	}
	if last.Rule != "rule.a" || last.Result != "ok" || last.Run != "plan of rule.a" || last.Planned != 7 {
		t.Errorf("last log line: %s", lines[len(lines)-1])
	}
}

func TestOnceBeginsNothingAfterStop(t *testing.T) {
	stop := make(chan struct{})
	sums := daemon.Once(t.Context(), daemon.Options{
		Jobs: []daemon.Job{every("rule.a", time.Hour), every("rule.b", time.Hour)},
		Stop: stop,
		Run: func(_ context.Context, job daemon.Job, _ <-chan struct{}) daemon.Summary {
			if job.Rule != "rule.a" {
				t.Errorf("%s was begun after the stop", job.Rule)
			}
			close(stop)
			return daemon.Summary{}
		},
		Log: zerolog.Nop(),
	})
	if len(sums) != 2 || sums[0].Err != nil || !errors.Is(sums[1].Err, daemon.ErrStopped) {
		t.Errorf("summaries: %+v", sums)
	}
}

func TestSummaryResult(t *testing.T) {
	whole := &engine.Plan{Scopes: []engine.Scope{{Status: engine.ScopeComplete}}}
	partial := &engine.Plan{Scopes: []engine.Scope{{Status: engine.ScopePartial}}}
	limited := &engine.Plan{Rules: []engine.RuleTotal{{Address: "rule.a", Stopped: "max_uploads"}}}
	report := func(r engine.Result) *engine.Report {
		return &engine.Report{Results: map[engine.Result]engine.Totals{r: {Uploads: 1}}}
	}
	tests := []struct {
		name string
		sum  daemon.Summary
		want daemon.Result
	}{
		{"plan only", daemon.Summary{Plan: whole}, daemon.ResultOK},
		{"all aborted", daemon.Summary{Plan: whole, Report: report(engine.Aborted)}, daemon.ResultOK},
		{"a scope not listed to its end", daemon.Summary{Plan: partial}, daemon.ResultIncomplete},
		{"a limit", daemon.Summary{Plan: limited}, daemon.ResultIncomplete},
		{"one still there", daemon.Summary{Plan: whole, Report: report(engine.NotVerified)}, daemon.ResultIncomplete},
		{"interrupted", daemon.Summary{Plan: whole, Report: &engine.Report{Interrupted: true}}, daemon.ResultIncomplete},
		{"drained", daemon.Summary{Err: daemon.ErrStopped}, daemon.ResultIncomplete},
		{"no plan", daemon.Summary{Err: errors.New("connection refused")}, daemon.ResultError},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.sum.Result(); got != tt.want {
				t.Errorf("Result() = %s, want %s", got, tt.want)
			}
		})
	}
}
