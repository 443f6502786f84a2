package rules

import (
	"sync/atomic"
	"time"

	"github.com/robfig/cron/v3"
)

// A Config is what a rule set means once every value is known. It is plain data:
// nothing in it refers to HCL. A literal is as good as one from Set.Resolve, in any
// order; it is used by pointer, from any number of goroutines, and must not be
// changed after its first use.
type Config struct {
	MinimumAge time.Duration // floor of older_than and idle_for; 24h unless the offcut block says otherwise
	PlanTTL    time.Duration // how long after planning a plan may be applied; 0: for ever. 1h unless the offcut block says otherwise
	Retention  time.Duration // how long the ledger keeps finished runs; 0: for ever
	Limits     RunLimits     // of a whole plan
	Confirm    Confirm       // above it, a prompt wants the number of uploads typed

	Providers []Provider // in the order of their addresses; only those that a rule uses
	Rules     []Rule     // in the order of their addresses
	Protects  []Protect  // in the order of their addresses

	index atomic.Pointer[index] // built at the first use
}

// A Provider is one endpoint with the settings that its block gave. Empty fields
// mean "not given": the environment or the kind's default decides.
type Provider struct {
	Address    string // "ks3", or "s3.minio" with an alias
	Kind       string // "ks3" or "s3"
	Region     string // a KS3 region code such as BEIJING; an AWS region for s3
	Endpoint   string // URL or host
	Internal   bool   // use the region's internal host
	Addressing string // "virtual", "path" or empty
	Signature  string // "kss", "kss4", "aws4" or empty

	RequestsPerSecond float64 // cap of the request rate; 0 means the default

	// AllowedAccounts are the only owners of buckets that may be looked at, as the
	// store spells them (of ks3 also without its Base64), sorted; empty allows every account.
	AllowedAccounts []string
	// CheckCompleted asks for a HEAD of the key before an upload counts as stale; nil
	// means the store's default.
	CheckCompleted *bool

	Range Range
}

// A Rule is one rule block.
type Rule struct {
	Address     string // "rule.stale_media"
	Name        string
	Description string
	Provider    string // address of its provider

	Schedule Schedule // zero without a schedule argument
	Mode     Mode     // what the daemon does at a tick

	Scan   Scan
	Stale  Stale
	Limits Limits
	Range  Range
}

// A Mode is what the daemon does at a tick of a rule's schedule.
type Mode string

const (
	ModePlan  Mode = "plan" // the default
	ModeApply Mode = "apply"
)

// A Schedule is a parsed cron text with its time zone.
type Schedule struct {
	Text     string // as written, e.g. "0 3 * * *"; empty without a schedule
	Timezone string // IANA name; "UTC" when not given
	Cron     cron.Schedule
}

// A Scan says where a rule looks.
type Scan struct {
	Buckets    []string // sorted, without duplicates, never empty
	Prefixes   []string // sorted, without duplicates; [""] with whole_bucket = true
	Exclude    []Glob
	AllowEmpty bool // a named bucket may be absent
}

// Stale holds the thresholds of a rule.
type Stale struct {
	OlderThan   time.Duration
	IdleFor     time.Duration
	MaxLifetime time.Duration // 0: none
}

// Limits stop a rule before its first abort when its plan exceeds them.
type Limits struct {
	MaxUploads int64   // 10000 when not given
	MaxBytes   int64   // 0: none
	MaxPercent float64 // of the uploads listed in the rule's scopes; 0: none. Not looked at below 20 uploads

	// The next two stop the rule while it is applied.
	MaxFailures int64   // uploads that end failed or not-verified; 100 when not given, 0: none
	MaxChanged  float64 // percent of the uploads concluded that turn out became-active or gone; 20 when not given, 0: none. Not looked at below 20 uploads
}

// RunLimits stop every rule of a plan before the first abort.
type RunLimits struct {
	MaxUploads int64 // 0: none
	MaxBytes   int64 // 0: none
}

// A Confirm holds thresholds of a plan; 0 means none.
type Confirm struct {
	Uploads int64 // 100000 when not given
	Bytes   int64 // 10 TiB when not given
}

// A Protect is a veto over every rule and provider.
type Protect struct {
	Address  string // "protect.legal_hold"
	Buckets  []Glob
	Prefixes []string  // [""] with whole_bucket = true
	Until    time.Time // zero: for ever
	Reason   string
	Range    Range
}

// A Range is a place in a rule file. Lines and columns count from 1.
type Range struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Col  int    `json:"column"`
}
