package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"offcut/engine"
)

func TestConclude(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		name string
		ctx  context.Context
		err  error
		code int
		said string
	}{
		{"nothing", t.Context(), nil, exitOK, ""},
		{"an error", t.Context(), errors.New("plan: no rule"), exitError, "Error: plan: no rule\n"},
		{"said already", t.Context(), silent(exitIncomplete), exitIncomplete, ""},
		{"a code with a text", t.Context(), exitStatus{code: exitIncomplete, err: errors.New("left over")}, exitIncomplete, "Error: left over\n"},
		{"work found", t.Context(), silent(exitWorkFound), exitWorkFound, ""},
		{"left over beside an error", t.Context(), errors.Join(silent(exitIncomplete), errors.New("lock")), exitIncomplete, "Error: lock\n"},
		{"a code beside an error", t.Context(), errors.Join(exitStatus{code: exitWorkFound}, errors.New("spool")), exitError, "Error: spool\n"},
		{"interrupted", cancelled, fmt.Errorf("plan: %w", context.Canceled), exitInterrupted, "Error: interrupted\n"},
		{"cancelled by somebody else", t.Context(), context.Canceled, exitError, "Error: context canceled\n"},
		{"an escape in an error", t.Context(), errors.New("key \x1b[31m"), exitError, "Error: key \\x1b[31m\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var stderr bytes.Buffer
			a := &app{world: world{stderr: &stderr}}
			if code := a.conclude(c.ctx, c.err); code != c.code || stderr.String() != c.said {
				t.Errorf("code %d, said %q; want %d, %q", code, stderr.String(), c.code, c.said)
			}
		})
	}
}

func TestExitCodesOfAPlan(t *testing.T) {
	work := engine.Totals{Uploads: 3}
	failed := []engine.Scope{{Status: engine.ScopeFailed}}
	partial := []engine.Scope{{Status: engine.ScopePartial}}
	stopped := []engine.RuleTotal{{Stopped: "too many"}}
	for _, c := range []struct {
		name           string
		plan           engine.Plan
		plain, details int
	}{
		{"nothing to do", engine.Plan{}, exitOK, exitOK},
		{"work", engine.Plan{Abort: work}, exitOK, exitWorkFound},
		{"a failed scope beats work", engine.Plan{Abort: work, Scopes: failed}, exitError, exitError},
		{"a partial scope", engine.Plan{Scopes: partial}, exitError, exitError},
		{"a limit beats work", engine.Plan{Abort: work, Rules: stopped}, exitError, exitError},
		{"an absent bucket", engine.Plan{Scopes: []engine.Scope{{Status: engine.ScopeAbsent}}}, exitOK, exitOK},
	} {
		if plain, details := planCode(&c.plan, false), planCode(&c.plan, true); plain != c.plain || details != c.details {
			t.Errorf("%s: %d and %d, want %d and %d", c.name, plain, details, c.plain, c.details)
		}
	}
}

func TestExitCodesOfAnApply(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	results := func(r engine.Result) map[engine.Result]engine.Totals {
		return map[engine.Result]engine.Totals{engine.Aborted: {Uploads: 3}, r: {Uploads: 1}}
	}
	whole := engine.Plan{}
	for _, c := range []struct {
		name   string
		ctx    context.Context
		plan   engine.Plan
		report engine.Report
		want   int
	}{
		{"all aborted", t.Context(), whole, engine.Report{Results: results(engine.Aborted)}, exitOK},
		{"gone", t.Context(), whole, engine.Report{Results: results(engine.Gone)}, exitOK},
		{"became active", t.Context(), whole, engine.Report{Results: results(engine.BecameActive)}, exitOK},
		{"failed", t.Context(), whole, engine.Report{Results: results(engine.Failed)}, exitIncomplete},
		{"not verified", t.Context(), whole, engine.Report{Results: results(engine.NotVerified)}, exitIncomplete},
		{"not attempted", t.Context(), whole, engine.Report{Results: results(engine.NotAttempted)}, exitIncomplete},
		{"a scope failed", t.Context(), engine.Plan{Scopes: []engine.Scope{{Status: engine.ScopeFailed}}}, engine.Report{Results: results(engine.Aborted)}, exitIncomplete},
		{"interrupted", t.Context(), whole, engine.Report{Results: results(engine.NotAttempted), Interrupted: true}, exitInterrupted},
		{"interrupted twice", cancelled, whole, engine.Report{Results: results(engine.Failed)}, exitInterrupted},
	} {
		if got := applyCode(c.ctx, &c.plan, &c.report); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

func TestErrorsAreOneLineOfJSONToo(t *testing.T) {
	var stdout, stderr bytes.Buffer
	a := &app{world: world{stdout: &stdout, stderr: &stderr}, common: common{json: true}}
	if err := a.announce("plan"); err != nil {
		t.Fatal(err)
	}
	stdout.Reset()
	if code := a.conclude(t.Context(), errors.New("key \x1b[31m & <more>")); code != exitError {
		t.Errorf("code %d", code)
	}
	want := `{"type":"diagnostic","format":"1","severity":"error","summary":"key \u001b[31m & <more>"}` + "\n"
	if stdout.String() != want || !strings.HasPrefix(stderr.String(), "Error: ") {
		t.Errorf("stdout %q, stderr %q", stdout.String(), stderr.String())
	}
}

func TestTidyingUpThatFailsIsLoggedAndChangesNoCode(t *testing.T) {
	var stderr bytes.Buffer
	a := &app{world: world{stderr: &stderr}}
	if err := a.openLog("warn", "console"); err != nil {
		t.Fatal(err)
	}
	a.tidyUp("release the lock", func() error { return errors.New("disk gone") })
	if got := stderr.String(); !strings.Contains(got, "release the lock") || !strings.Contains(got, "disk gone") {
		t.Errorf("logged %q", got)
	}
}

// A signal that ends an apply before its first abort is an interruption, although
// the context lives on so that requests in hand may finish.
func TestConcludeAfterASignal(t *testing.T) {
	stop := make(chan struct{})
	close(stop)
	var stderr bytes.Buffer
	a := &app{world: world{stderr: &stderr}, stop: stop}
	if code := a.conclude(t.Context(), fmt.Errorf("apply: %w", context.Canceled)); code != exitInterrupted {
		t.Errorf("code %d, want %d", code, exitInterrupted)
	}
}
