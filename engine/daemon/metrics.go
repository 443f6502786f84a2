package daemon

import (
	"runtime"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"offcut/engine"
	"offcut/rules"
)

// outcomePlanned counts what plans named for aborting, beside the results.
const outcomePlanned = "planned"

// runSeconds are the buckets of a run's duration: from an empty bucket to a night.
func runSeconds() []float64 { return []float64{.1, .5, 1, 5, 15, 60, 300, 900, 3600, 4 * 3600} }

// metrics are the figures of one daemon, in a registry of its own. Labels are
// rule addresses and fixed words.
type metrics struct {
	registry *prometheus.Registry
	members  map[string][]string // addresses of the instances that acted in a family's last run

	runs        *prometheus.CounterVec   // rule, result
	seconds     *prometheus.HistogramVec // rule
	lastRun     *prometheus.GaugeVec     // rule
	lastSuccess *prometheus.GaugeVec     // rule
	skipped     *prometheus.CounterVec   // rule
	stopped     *prometheus.CounterVec   // rule
	uploads     *prometheus.CounterVec   // rule, outcome
	bytes       *prometheus.CounterVec   // rule, outcome

	unfinished   *prometheus.GaugeVec // rule
	staleUploads *prometheus.GaugeVec // rule
	staleBytes   *prometheus.GaugeVec // rule
	kept         *prometheus.GaugeVec // rule, reason
	checks       *prometheus.GaugeVec // rule, check
}

func newMetrics(o Options) *metrics {
	reg := prometheus.NewRegistry()
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		v := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
		reg.MustRegister(v)
		return v
	}
	gauge := func(name, help string, labels ...string) *prometheus.GaugeVec {
		v := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
		reg.MustRegister(v)
		return v
	}
	m := &metrics{
		registry: reg,
		members:  map[string][]string{},
		runs:     counter("offcut_runs_total", "Runs by how they ended: ok, incomplete or error.", "rule", "result"),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "offcut_run_duration_seconds", Help: "Duration of runs.", Buckets: runSeconds(),
		}, []string{"rule"}),
		lastRun:      gauge("offcut_last_run_timestamp_seconds", "When the last run ended. Absent until there was one.", "rule"),
		lastSuccess:  gauge("offcut_last_success_timestamp_seconds", "When the last run with the result ok ended. Absent until there was one.", "rule"),
		skipped:      counter("offcut_runs_skipped_total", "Ticks skipped because the rule's run before had not ended.", "rule"),
		stopped:      counter("offcut_rules_stopped_total", "Runs in which a limit or a precondition stopped the rule before its first abort.", "rule"),
		uploads:      counter("offcut_uploads_total", "Uploads by outcome; planned counts those that plans named for aborting.", "rule", "outcome"),
		bytes:        counter("offcut_bytes_total", "Bytes of uploads by outcome.", "rule", "outcome"),
		unfinished:   gauge("offcut_scopes_unfinished", "Listings of the last plan that did not come to their end.", "rule"),
		staleUploads: gauge("offcut_stale_uploads", "Uploads that the last plan found stale in listings that came to their end.", "rule"),
		staleBytes:   gauge("offcut_stale_bytes", "Bytes of the uploads that the last plan found stale.", "rule"),
		kept:         gauge("offcut_kept_uploads", "Uploads that the last plan kept, by reason.", "rule", "reason"),
		checks:       gauge("offcut_check_failed", "1 where a check of the last plan failed or could not be evaluated, 0 where it passed.", "rule", "check"),
	}
	reg.MustRegister(m.seconds, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	gauge("offcut_build_info", "Always 1; the labels say what is running.", "version", "goversion").
		WithLabelValues(o.Version, runtime.Version()).Set(1)
	for _, job := range o.Jobs {
		m.prepare(job)
	}
	return m
}

// prepare makes a job's counters exist at zero, so that a first increase is seen
// as one.
func (m *metrics) prepare(job Job) {
	for _, r := range []Result{ResultOK, ResultIncomplete, ResultError} {
		m.runs.WithLabelValues(job.Rule, string(r))
	}
	m.skipped.WithLabelValues(job.Rule)
	if !job.Family {
		m.prepareRule(job.Rule)
	}
}

// prepareRule does so for what is counted of each rule that acts.
func (m *metrics) prepareRule(rule string) {
	m.stopped.WithLabelValues(rule)
	outcomes := []string{outcomePlanned}
	for _, r := range engine.Results {
		outcomes = append(outcomes, string(r))
	}
	for _, o := range outcomes {
		m.uploads.WithLabelValues(rule, o)
		m.bytes.WithLabelValues(rule, o)
	}
}

// record writes one run down.
func (m *metrics) record(job Job, s Summary, started time.Time, took time.Duration) {
	ended := float64(started.Add(took).UnixMilli()) / 1000
	m.runs.WithLabelValues(job.Rule, string(s.Result())).Inc()
	m.seconds.WithLabelValues(job.Rule).Observe(took.Seconds())
	m.lastRun.WithLabelValues(job.Rule).Set(ended)
	if s.Result() == ResultOK {
		m.lastSuccess.WithLabelValues(job.Rule).Set(ended)
	}
	acting := []string{job.Rule}
	if job.Family {
		acting = m.meet(job.Rule, s)
	}
	if s.Plan != nil {
		m.recordPlan(job.Rule, s.Plan, acting)
	}
	if s.Report != nil {
		m.recordReport(s.Report, acting)
	}
}

// meet returns the instances of a family that acted in a run, and forgets the gauges of
// those that are no more. A run without a plan, that did not fail, had none.
func (m *metrics) meet(family string, s Summary) (acting []string) {
	if s.Plan == nil && s.Err != nil {
		return m.members[family]
	}
	if s.Plan != nil {
		acting = s.Plan.Acting
	}
	for _, rule := range acting {
		m.prepareRule(rule)
	}
	for _, rule := range m.members[family] {
		if !slices.Contains(acting, rule) {
			m.staleUploads.DeleteLabelValues(rule)
			m.staleBytes.DeleteLabelValues(rule)
			m.kept.DeletePartialMatch(prometheus.Labels{"rule": rule})
		}
	}
	m.members[family] = acting
	return acting
}

func (m *metrics) recordPlan(rule string, p *engine.Plan, acting []string) {
	unfinished := 0
	for _, sc := range p.Scopes {
		if sc.Status == engine.ScopePartial || sc.Status == engine.ScopeFailed {
			unfinished++
		}
	}
	m.unfinished.WithLabelValues(rule).Set(float64(unfinished))
	for _, c := range p.Checks {
		failed := 0.0
		if c.Status != rules.CheckPassed {
			failed = 1
		}
		m.checks.WithLabelValues(rule, c.Address).Set(failed)
	}
	for _, t := range p.Rules {
		if slices.Contains(acting, t.Address) {
			m.recordTotal(t)
		}
	}
}

func (m *metrics) recordTotal(t engine.RuleTotal) {
	m.staleUploads.WithLabelValues(t.Address).Set(float64(t.Abort.Uploads))
	m.staleBytes.WithLabelValues(t.Address).Set(float64(t.Abort.Bytes))
	m.kept.DeletePartialMatch(prometheus.Labels{"rule": t.Address})
	for reason, n := range t.Kept {
		m.kept.WithLabelValues(t.Address, string(reason)).Set(float64(n))
	}
	if t.Stopped != "" {
		m.stopped.WithLabelValues(t.Address).Inc()
		return
	}
	m.count(t.Address, outcomePlanned, t.Abort)
}

func (m *metrics) recordReport(r *engine.Report, acting []string) {
	for _, rr := range r.Rules {
		if !slices.Contains(acting, rr.Address) {
			continue
		}
		for res, t := range rr.Results {
			m.count(rr.Address, string(res), t)
		}
	}
}

func (m *metrics) count(rule, outcome string, t engine.Totals) {
	m.uploads.WithLabelValues(rule, outcome).Add(float64(t.Uploads))
	m.bytes.WithLabelValues(rule, outcome).Add(float64(t.Bytes))
}

// nextTicks tells, when it is asked, when each rule comes due.
type nextTicks struct {
	w    *watch
	desc *prometheus.Desc
}

func newNextTicks(w *watch) nextTicks {
	return nextTicks{w, prometheus.NewDesc("offcut_next_run_timestamp_seconds",
		"When the rule's schedule comes due next.", []string{"rule", "mode"}, nil)}
}

// Describe implements prometheus.Collector.
func (t nextTicks) Describe(ch chan<- *prometheus.Desc) { ch <- t.desc }

// Collect implements prometheus.Collector.
func (t nextTicks) Collect(ch chan<- prometheus.Metric) {
	for _, n := range t.w.next() {
		mode := n.Job.Mode
		if mode == "" {
			mode = rules.ModePlan
		}
		ch <- prometheus.MustNewConstMetric(t.desc, prometheus.GaugeValue,
			float64(n.At.Unix()), n.Job.Rule, string(mode))
	}
}
