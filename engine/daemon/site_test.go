package daemon_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"offcut/engine"
	"offcut/engine/daemon"
	"offcut/rules"
)

// get fetches a page over a connection of its own.
func get(t *testing.T, method, url string) (status int, body string) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 10 * time.Second}
	req, err := http.NewRequestWithContext(t.Context(), method, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

// onDemand is a schedule that comes due at one instant, then every hour.
type onDemand struct{ first time.Time }

func (o onDemand) Next(t time.Time) time.Time {
	if t.Before(o.first) {
		return o.first
	}
	return t.Add(time.Hour)
}

func TestHealthAndReadinessThroughADrain(t *testing.T) {
	begun, finish, ready := make(chan struct{}), make(chan struct{}), make(chan string, 1)
	drain, _, ended := running(t, daemon.Options{
		Jobs: []daemon.Job{{Rule: "rule.a", Schedule: rules.Schedule{Cron: onDemand{time.Now().Add(100 * time.Millisecond)}}}},
		Run: func(_ context.Context, _ daemon.Job, stop <-chan struct{}) daemon.Summary {
			close(begun)
			<-stop
			<-finish
			return daemon.Summary{}
		},
		Listen: "127.0.0.1:0",
		Ready:  func(addr string, _ []daemon.Next) { ready <- addr },
		Log:    zerolog.Nop(),
	})
	base := "http://" + <-ready
	expect := func(method, path string, wantStatus int, wantBody string) {
		t.Helper()
		if status, body := get(t, method, base+path); status != wantStatus || strings.TrimSpace(body) != wantBody {
			t.Errorf("%s %s = %d %q, want %d %q", method, path, status, body, wantStatus, wantBody)
		}
	}
	expect(http.MethodGet, "/healthz", 200, "ok")
	expect(http.MethodGet, "/readyz", 200, "ready")
	expect(http.MethodGet, "/", 404, "404 page not found")
	expect(http.MethodPost, "/healthz", 405, "Method Not Allowed")

	<-begun
	drain()
	for status := 200; status != 503; { // the drain begins a moment after the signal
		status, _ = get(t, http.MethodGet, base+"/readyz")
	}
	expect(http.MethodGet, "/healthz", 200, "ok")
	expect(http.MethodGet, "/readyz", 503, "draining")
	close(finish)
	if err := <-ended; err != nil {
		t.Errorf("Run = %v, want nil", err)
	}
	var d net.Dialer
	if c, err := d.DialContext(t.Context(), "tcp", strings.TrimPrefix(base, "http://")); err == nil {
		t.Error("the port is still open after Run returned", c.Close())
	}
}

// quick comes due every few milliseconds.
type quick struct{}

func (quick) Next(t time.Time) time.Time { return t.Add(5 * time.Millisecond) }

// metricsAfter runs a rule once for each summary and returns the metrics then.
func metricsAfter(t *testing.T, sums ...daemon.Summary) string {
	t.Helper()
	return metricsOf(t, "rule.a", sums...)
}

// metricsOf is metricsAfter for runs of a rule of any address.
func metricsOf(t *testing.T, rule string, sums ...daemon.Summary) string {
	t.Helper()
	ready, done := make(chan string, 1), make(chan struct{})
	run := 0
	drain, _, ended := running(t, daemon.Options{
		Jobs: []daemon.Job{{Rule: rule, Mode: rules.ModeApply, Schedule: rules.Schedule{Cron: quick{}}}},
		Run: func(_ context.Context, _ daemon.Job, stop <-chan struct{}) daemon.Summary {
			if run == len(sums) { // runs never overlap, so all are recorded by now
				close(done)
				<-stop
				return daemon.Summary{}
			}
			run++
			return sums[run-1]
		},
		Listen:  "127.0.0.1:0",
		Ready:   func(addr string, _ []daemon.Next) { ready <- addr },
		Log:     zerolog.Nop(),
		Version: "1.2.3",
	})
	<-done
	_, body := get(t, http.MethodGet, "http://"+<-ready+"/metrics")
	drain()
	if err := <-ended; err != nil {
		t.Errorf("Run = %v, want nil", err)
	}
	return body
}

// expectLines fails for every line that the metrics do not hold.
func expectLines(t *testing.T, metrics string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains(metrics, "\n"+line+"\n") {
			t.Errorf("the metrics do not hold %q", line)
		}
	}
}

func TestMetricsBeginAtZero(t *testing.T) {
	body := metricsAfter(t)
	expectLines(t, body,
		`offcut_runs_total{result="ok",rule="rule.a"} 0`,
		`offcut_runs_total{result="incomplete",rule="rule.a"} 0`,
		`offcut_runs_total{result="error",rule="rule.a"} 0`,
		`offcut_uploads_total{outcome="planned",rule="rule.a"} 0`,
		`offcut_uploads_total{outcome="not-verified",rule="rule.a"} 0`,
		`offcut_bytes_total{outcome="aborted",rule="rule.a"} 0`,
		`offcut_rules_stopped_total{rule="rule.a"} 0`,
	)
	if !regexp.MustCompile(`\noffcut_build_info\{goversion="go1[^"]*",version="1\.2\.3"\} 1\n`).MatchString(body) {
		t.Error("offcut_build_info is missing")
	}
	if !regexp.MustCompile(`\noffcut_next_run_timestamp_seconds\{mode="apply",rule="rule.a"\} 1\.\d+e\+09\n`).MatchString(body) {
		t.Error("offcut_next_run_timestamp_seconds is missing")
	}
	if strings.Contains(body, "\noffcut_last_success_timestamp_seconds{") {
		t.Error("a success is told of before there was one")
	}
}

func TestMetricsCountWhatRunsCameTo(t *testing.T) {
	totals := func(n, bytes int64) engine.Totals { return engine.Totals{Uploads: n, Bytes: bytes} }
	plan := func(abort engine.Totals, stopped string, scopes ...engine.ScopeStatus) *engine.Plan {
		p := &engine.Plan{Rules: []engine.RuleTotal{
			{Address: "rule.a", Abort: abort, Stopped: stopped, Kept: map[rules.Reason]int64{rules.KeepYoung: 3}},
		}}
		p.Checks = []rules.CheckResult{
			{Address: "check.leak", Status: rules.CheckFailed}, {Address: "check.unknown", Status: rules.CheckError}, {Address: "check.fine", Status: rules.CheckPassed},
		}
		for _, s := range scopes {
			p.Scopes = append(p.Scopes, engine.Scope{Status: s})
		}
		return p
	}
	results := map[engine.Result]engine.Totals{engine.Aborted: totals(4, 400), engine.Failed: totals(1, 7)}
	body := metricsAfter(t,
		daemon.Summary{
			Plan:   plan(totals(5, 407), "", engine.ScopeComplete),
			Report: &engine.Report{Results: results, Rules: []engine.RuleReport{{Address: "rule.a", Results: results}}},
		},
		daemon.Summary{Plan: plan(totals(2, 20), "", engine.ScopeComplete)},
		daemon.Summary{Err: errors.New("connection refused")},
		daemon.Summary{Plan: plan(totals(9, 90), "max_uploads", engine.ScopeComplete, engine.ScopePartial, engine.ScopeFailed, engine.ScopeAbsent)},
	)
	expectLines(t, body,
		`offcut_runs_total{result="ok",rule="rule.a"} 1`,
		`offcut_runs_total{result="incomplete",rule="rule.a"} 2`,
		`offcut_runs_total{result="error",rule="rule.a"} 1`,
		`offcut_run_duration_seconds_count{rule="rule.a"} 4`,
		`offcut_uploads_total{outcome="planned",rule="rule.a"} 7`,
		`offcut_uploads_total{outcome="aborted",rule="rule.a"} 4`,
		`offcut_uploads_total{outcome="failed",rule="rule.a"} 1`,
		`offcut_bytes_total{outcome="planned",rule="rule.a"} 427`,
		`offcut_bytes_total{outcome="aborted",rule="rule.a"} 400`,
		`offcut_rules_stopped_total{rule="rule.a"} 1`,
		`offcut_scopes_unfinished{rule="rule.a"} 2`,
		`offcut_stale_uploads{rule="rule.a"} 9`,
		`offcut_stale_bytes{rule="rule.a"} 90`,
		`offcut_kept_uploads{reason="young",rule="rule.a"} 3`,
		`offcut_check_failed{check="check.leak",rule="rule.a"} 1`,
		`offcut_check_failed{check="check.unknown",rule="rule.a"} 1`,
		`offcut_check_failed{check="check.fine",rule="rule.a"} 0`,
	)
	for _, name := range []string{"offcut_last_success_timestamp_seconds", "offcut_last_run_timestamp_seconds"} {
		if !regexp.MustCompile(`\n` + name + `\{rule="rule.a"\} 1\.\d+e\+09\n`).MatchString(body) {
			t.Errorf("%s is missing", name)
		}
	}
}

// The address of an instance holds quotes, which the labels of metrics escape.
func TestMetricsNameInstances(t *testing.T) {
	address := rules.Address{Block: "rule", Name: "area", Key: `say "${x}" \\ ü`}.String()
	plan := &engine.Plan{Rules: []engine.RuleTotal{{Address: address, Abort: engine.Totals{Uploads: 2}}}}
	label := `rule="` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(address) + `"`
	expectLines(t, metricsOf(t, address, daemon.Summary{Plan: plan}),
		`offcut_runs_total{result="ok",`+label+`} 1`,
		`offcut_stale_uploads{`+label+`} 2`,
		`offcut_uploads_total{outcome="planned",`+label+`} 2`,
	)
}

func TestMetricsCountSkippedTicks(t *testing.T) {
	ready, finish := make(chan string, 1), make(chan struct{})
	drain, _, ended := running(t, daemon.Options{
		Jobs: []daemon.Job{{Rule: "rule.slow", Schedule: rules.Schedule{Cron: quick{}}}},
		Run: func(context.Context, daemon.Job, <-chan struct{}) daemon.Summary {
			<-finish
			return daemon.Summary{}
		},
		Listen: "127.0.0.1:0",
		Ready:  func(addr string, _ []daemon.Next) { ready <- addr },
		Log:    zerolog.Nop(),
	})
	url := "http://" + <-ready + "/metrics"
	skipped := regexp.MustCompile(`\noffcut_runs_skipped_total\{rule="rule.slow"\} ([1-9]\d*)\n`)
	for deadline := time.Now().Add(time.Minute); ; {
		_, body := get(t, http.MethodGet, url)
		if skipped.MatchString(body) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("no tick was skipped within a minute, though the run lasts")
		}
	}
	close(finish)
	drain()
	if err := <-ended; err != nil {
		t.Errorf("Run = %v, want nil", err)
	}
}

func TestListenLoopbackRefusesWhatOthersCanReach(t *testing.T) {
	for _, addr := range []string{":0", "0.0.0.0:0", "[::]:0", "192.0.2.1:0", "example.com:0", "127.0.0.1", "", "127.0.0.1:http:x"} {
		l, err := daemon.ListenLoopback(t.Context(), addr)
		if err == nil {
			t.Errorf("ListenLoopback(%q) listens on %s, want it refused (%v)", addr, l.Addr(), l.Close())
			continue
		}
		if !strings.Contains(err.Error(), "127.0.0.1") {
			t.Errorf("ListenLoopback(%q): the error names no remedy: %v", addr, err)
		}
	}
	for _, addr := range []string{"127.0.0.1:0", "localhost:0"} {
		l, err := daemon.ListenLoopback(t.Context(), addr)
		if err != nil {
			t.Errorf("ListenLoopback(%q): %v", addr, err)
			continue
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
}
