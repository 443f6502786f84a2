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
	Empty     []string   `json:",omitempty"` // addresses of rules whose for_each is empty and may be, sorted
	Checks    []Check    `json:",omitempty"` // in the order of their addresses
	Prices    []Price    `json:",omitempty"` // in the order of their addresses

	// Discoveries are the data blocks with what they found, in the order of their addresses.
	Discoveries []Discovery `json:",omitempty"`

	currencies currencies            // that prices are in; follows from Prices and the provider blocks
	index      atomic.Pointer[index] // built at the first use
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
	// AccountsHidden says that AllowedAccounts are sensitive: no message tells them.
	AccountsHidden bool `json:",omitempty"`
	// CheckCompleted asks for a HEAD of the key before an upload counts as stale; nil
	// means the store's default.
	CheckCompleted *bool
	// MinBandwidth is the slowest line, in bytes a second, over which parts are sent;
	// 0: not stated. idle_for is held against it.
	MinBandwidth int64 `json:",omitempty"`

	Range Range
}

// A Rule is one rule block.
type Rule struct {
	Address     string // "rule.stale_media"; with for_each also its key: `rule.stale_media["raw"]`
	Name        string
	Key         string `json:",omitempty"` // of for_each; empty without
	Description string
	Provider    string // address of its provider

	Schedule Schedule // zero without a schedule argument
	Mode     Mode     // what the daemon does at a tick

	// Disabled (enabled = false) rules never act. They take part in every verdict all
	// the same, so that disabling a rule never adds an abort.
	Disabled bool `json:",omitempty"`
	// Refused is why the rule must not act although it is enabled: the messages of its
	// preconditions that do not hold. Its plan is stopped as by a limit.
	Refused []string `json:",omitempty"`

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
	Buckets    []string // sorted, without duplicates; empty only with AllowEmpty
	Prefixes   []string // sorted, without duplicates; [""] with whole_bucket = true
	Exclude    []Glob
	AllowEmpty bool // a named bucket may be absent
}

// Stale holds the thresholds of a rule.
type Stale struct {
	OlderThan   time.Duration
	IdleFor     time.Duration
	MaxLifetime time.Duration // 0: none
	Where       *Condition    `json:",omitempty"` // over upload; nil: none. What it is false for is kept as filtered
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
	Prefixes []string // [""] with whole_bucket = true
	Keys     []Glob   `json:",omitempty"` // besides the prefixes
	Owners   []string `json:",omitempty"` // account ids; empty: everybody's. An upload whose owner is not told is protected too
	// OwnersHidden says that Owners are sensitive: no message tells them.
	OwnersHidden bool      `json:",omitempty"`
	Until        time.Time // zero: for ever
	Reason       string
	Range        Range
}

// A Check is a check block: it warns about a plan, and never blocks it.
type Check struct {
	Address string // "check.leak"
	Asserts []Assert
	Range   Range
}

// An Assert is a condition over a plan, with what to say where it does not hold.
type Assert struct {
	Condition *Condition
	Message   *Condition // a text; it may tell figures of the plan
}

// A Price is a price block: what storage costs, in one currency.
type Price struct {
	Address     string             // "price.ks3"
	Provider    string             // address of the only provider it is for; empty: all that no other block is for
	Currency    string             // "USD"
	AsOf        string             // when the price was looked up: "2026-01"
	PerGiBMonth map[string]float64 // by storage class as the store spells it
	Range       Range
}

// A Discovery is a data block and the buckets that it stands for.
type Discovery struct {
	Address  string   `json:"address"`  // "data.buckets.media"
	Provider string   `json:"provider"` // address
	Names    []string `json:"names"`    // sorted
}

// A Range is a place in a rule file. Lines and columns count from 1.
type Range struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Col  int    `json:"column"`
}

// MaxCurrencies bounds the currencies of all prices together.
const MaxCurrencies = 4
