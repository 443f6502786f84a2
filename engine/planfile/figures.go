package planfile

import (
	"errors"
	"maps"
	"time"

	"offcut/engine"
	"offcut/rules"
)

// A head is the first line: the header, and what has to be known of a plan before its
// items can be read.
type head struct {
	Header
	Acting    []string   `json:"acting"`
	Partial   bool       `json:"partial,omitempty"`
	Disabled  []string   `json:"disabled,omitempty"`
	Empty     []string   `json:"empty,omitempty"`
	Providers []provider `json:"providers"`
	Scopes    []scope    `json:"scopes"`
}

type provider struct {
	Address  string          `json:"provider"`
	Identity engine.Identity `json:"identity"`
	Now      time.Time       `json:"now,omitzero"`
	Skew     time.Duration   `json:"skew_ns"`
	Buckets  []engine.Bucket `json:"buckets,omitempty"`
	Notes    []string        `json:"notes,omitempty"`

	// Prices are missing in files of older versions, whose prices were the built-in ones.
	Prices *rules.PriceList `json:"prices,omitempty"`
}

type scope struct {
	Provider string             `json:"provider"`
	Bucket   string             `json:"bucket"`
	Prefix   string             `json:"prefix"`
	Rules    []string           `json:"rules"`
	Status   engine.ScopeStatus `json:"status"`
	Error    string             `json:"error,omitempty"`
	Listed   int64              `json:"listed"`
	Unread   int64              `json:"unread,omitempty"`
	UnreadBy string             `json:"unread_by,omitempty"`
	Pages    int64              `json:"pages"`
	Notes    []string           `json:"notes,omitempty"`
	Duration time.Duration      `json:"duration_ns"`
}

func headOf(h Header, p *engine.Plan) head {
	h.Format, h.Needs = Format, needs
	h.Plan, h.Started, h.Made, h.Expires = p.ID, p.Started.UTC(), p.Finished.UTC(), p.Expires.UTC()
	first := head{Header: h, Acting: p.Acting, Partial: p.Partial, Disabled: p.Disabled, Empty: p.Empty}
	for _, s := range p.Providers {
		first.Providers = append(first.Providers, provider{
			Address: s.Address, Identity: s.Identity, Now: s.Now.UTC(), Skew: s.Skew, Buckets: s.Buckets, Notes: s.Notes, Prices: &s.Prices,
		})
	}
	for i := range p.Scopes {
		s := &p.Scopes[i]
		first.Scopes = append(first.Scopes, scope{
			Provider: s.Provider, Bucket: s.Bucket, Prefix: s.Prefix, Rules: s.Rules, Status: s.Status,
			Error: textOf(s.Err), Listed: s.Listed, Unread: s.Unread, UnreadBy: textOf(s.UnreadBy),
			Pages: s.Pages, Notes: s.Notes, Duration: s.Duration,
		})
	}
	return first
}

// plan is the plan as far as the first line tells it.
func (h *head) plan() *engine.Plan {
	p := &engine.Plan{
		ID: h.Plan, Started: h.Started, Finished: h.Made, Expires: h.Expires, Acting: h.Acting, Partial: h.Partial,
		Disabled: h.Disabled, Empty: h.Empty,
	}
	for _, s := range h.Providers {
		p.Providers = append(p.Providers, engine.ProviderStatus{
			Address: s.Address, Identity: s.Identity, Now: s.Now, Skew: s.Skew, Buckets: s.Buckets, Notes: s.Notes,
			Prices: s.Prices.OrDefault(s.Identity.Kind),
		})
	}
	for _, s := range h.Scopes {
		p.Scopes = append(p.Scopes, engine.Scope{
			Provider: s.Provider, Bucket: s.Bucket, Prefix: s.Prefix, Rules: s.Rules, Status: s.Status,
			Err: errorOf(s.Error), Listed: s.Listed, Unread: s.Unread, UnreadBy: errorOf(s.UnreadBy),
			Pages: s.Pages, Notes: s.Notes, Duration: s.Duration,
		})
	}
	return p
}

func textOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func errorOf(text string) error {
	if text == "" {
		return nil
	}
	return errors.New(text)
}

// A summary is the last line: the plan's totals.
type summary struct {
	Rules    []ruleTotal            `json:"rules"`
	Abort    totals                 `json:"abort"`
	Listed   int64                  `json:"listed"`
	Unread   int64                  `json:"unread,omitempty"`
	Kept     map[rules.Reason]int64 `json:"kept"`
	ByBucket []groupTotal           `json:"by_bucket"`
	ByOwner  []groupTotal           `json:"by_owner"`
	Requests int64                  `json:"requests"`
	Checks   []rules.CheckResult    `json:"checks,omitempty"`
}

type totals struct {
	Uploads  int64   `json:"uploads"`
	Parts    int64   `json:"parts"`
	Bytes    int64   `json:"bytes"`
	Monthly  float64 `json:"monthly_cost,omitempty"`
	Currency string  `json:"currency,omitempty"`
	PricedAt string  `json:"priced_at,omitempty"`
	Unpriced int64   `json:"unpriced_bytes,omitempty"`

	Others []amount `json:"other_costs,omitempty"` // in other currencies
}

type amount struct {
	Monthly  float64 `json:"monthly_cost"`
	Currency string  `json:"currency"`
	PricedAt string  `json:"priced_at,omitempty"`
}

type ruleTotal struct {
	Rule    string                 `json:"rule"`
	Listed  int64                  `json:"listed"`
	Abort   totals                 `json:"abort"`
	Kept    map[rules.Reason]int64 `json:"kept"`
	ByAge   *byAge                 `json:"by_age,omitempty"`
	Stopped string                 `json:"stopped,omitempty"`
	Refused bool                   `json:"refused,omitempty"`
}

// A byAge is what the rule would abort besides by ages alone; left out where that is
// nothing.
type byAge struct {
	Uploads   int64         `json:"uploads"`
	Bytes     int64         `json:"bytes"`
	OlderThan time.Duration `json:"older_than_ns"`
	Within    time.Duration `json:"parts_within_ns"`
}

func byAgeOf(b engine.ByAge) *byAge {
	if b == (engine.ByAge{}) {
		return nil
	}
	return &byAge{Uploads: b.Uploads, Bytes: b.Bytes, OlderThan: b.OlderThan, Within: b.Within}
}

func (b *byAge) engine() engine.ByAge {
	if b == nil {
		return engine.ByAge{}
	}
	return engine.ByAge{Uploads: b.Uploads, Bytes: b.Bytes, OlderThan: b.OlderThan, Within: b.Within}
}

type groupTotal struct {
	Name string `json:"name"`
	totals
}

func summaryOf(p *engine.Plan) *summary {
	s := &summary{Abort: totalsOf(p.Abort), Listed: p.Listed, Unread: p.Unread, Kept: p.Kept, Requests: p.Requests, Checks: p.Checks}
	for i := range p.Rules {
		r := &p.Rules[i]
		s.Rules = append(s.Rules, ruleTotal{
			Rule: r.Address, Listed: r.Listed, Abort: totalsOf(r.Abort), Kept: r.Kept, ByAge: byAgeOf(r.ByAge), Stopped: r.Stopped, Refused: r.Refused,
		})
	}
	s.ByBucket, s.ByOwner = groupsOf(p.ByBucket), groupsOf(p.ByOwner)
	return s
}

// complete adds the totals to a plan.
func (s *summary) complete(p *engine.Plan) {
	p.Abort, p.Listed, p.Unread, p.Requests = s.Abort.engine(), s.Listed, s.Unread, s.Requests
	p.Kept, p.Checks = kept(s.Kept), s.Checks
	for _, r := range s.Rules {
		p.Rules = append(p.Rules, engine.RuleTotal{
			Address: r.Rule, Listed: r.Listed, Abort: r.Abort.engine(), Kept: kept(r.Kept), ByAge: r.ByAge.engine(), Stopped: r.Stopped, Refused: r.Refused,
		})
	}
	p.ByBucket, p.ByOwner = engineGroups(s.ByBucket), engineGroups(s.ByOwner)
}

// kept is never nil, as in a plan that was just built.
func kept(counts map[rules.Reason]int64) map[rules.Reason]int64 {
	if counts == nil {
		return map[rules.Reason]int64{}
	}
	return maps.Clone(counts)
}

func totalsOf(t engine.Totals) totals {
	var others []amount
	for i, a := range t.Cost.Amounts() {
		if i > 0 {
			others = append(others, amount(a))
		}
	}
	return totals{
		Others:  others,
		Uploads: t.Uploads, Parts: t.Parts, Bytes: t.Bytes, Monthly: t.Cost.Monthly,
		Currency: t.Cost.Currency, PricedAt: t.Cost.PricedAt, Unpriced: t.Cost.UnpricedBytes,
	}
}

func (t totals) engine() engine.Totals {
	cost := engine.Cost{Monthly: t.Monthly, Currency: t.Currency, PricedAt: t.PricedAt, UnpricedBytes: t.Unpriced}
	for _, a := range t.Others[:min(len(t.Others), len(cost.Others))] {
		cost.AddAmount(engine.Amount(a))
	}
	return engine.Totals{Uploads: t.Uploads, Parts: t.Parts, Bytes: t.Bytes, Cost: cost}
}

func groupsOf(groups []engine.GroupTotal) []groupTotal {
	var all []groupTotal
	for _, g := range groups {
		all = append(all, groupTotal{Name: g.Name, totals: totalsOf(g.Totals)})
	}
	return all
}

func engineGroups(groups []groupTotal) []engine.GroupTotal {
	var all []engine.GroupTotal
	for _, g := range groups {
		all = append(all, engine.GroupTotal{Name: g.Name, Totals: g.engine()})
	}
	return all
}
