package planfile

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"offcut/rules"
)

const (
	// Format is the version of the format that this package writes, and the newest
	// that it reads.
	Format = 1

	// needs is the oldest version of offcut that reads what this package writes. A
	// newer format raises both, so that older programs can name what they lack.
	needs = "0.1.0"
)

// A Header is what a plan file says before its items. Format and Needs stand there in
// every format.
type Header struct {
	Format     int         `json:"format"`
	Needs      string      `json:"needs"`  // the oldest version of offcut that reads the file
	Offcut     string      `json:"offcut"` // version of the program that wrote the file
	Plan       string      `json:"plan"`   // id
	Started    time.Time   `json:"started"`
	Made       time.Time   `json:"made"`             // end of planning
	Expires    time.Time   `json:"expires,omitzero"` // zero: never
	Actor      string      `json:"actor"`            // "user@host"
	Command    string      `json:"command"`          // "offcut plan"; never its arguments, which may hold values
	Directory  string      `json:"directory"`        // that it ran in
	Rules      Source      `json:"rules"`
	Thresholds []Threshold `json:"thresholds"` // of the acting rules, by address

	// Discoveries are what data blocks found, by address: the rules mean the same by it
	// when the plan is applied.
	Discoveries []Discovery `json:"discoveries,omitempty"`
}

// A Discovery is a data block with the buckets that it found.
type Discovery struct {
	Address  string              `json:"data"`     // "data.buckets.media"
	Provider string              `json:"provider"` // address
	Buckets  []rules.FoundBucket `json:"buckets"`  // by name
}

// Found is what data blocks are answered from when the plan is applied; nil without one.
func (h *Header) Found() rules.Found {
	if len(h.Discoveries) == 0 {
		return nil
	}
	found := rules.Found{}
	for _, d := range h.Discoveries {
		found[d.Provider] = append(found[d.Provider], d.Buckets...)
	}
	return found
}

// A Source is what a plan's rules were loaded from.
type Source struct {
	Path        string       `json:"path"`        // as it was given
	Absolute    string       `json:"absolute"`    // the directory or file that it named
	Fingerprint string       `json:"fingerprint"` // rules.Config.Fingerprint
	Files       []SourceFile `json:"files"`

	// The values of declared variables that came from the environment and from the
	// command line, as "name=value"; of sensitive ones only what tells whether another
	// value is the same.
	Environment []string    `json:"environment,omitempty"`
	Flags       []string    `json:"flags,omitempty"`
	Sensitive   []Sensitive `json:"sensitive,omitempty"`
}

// A Sensitive stands for the value of a sensitive variable that no file holds.
type Sensitive struct {
	Variable string `json:"variable"`
	Flag     bool   `json:"flag,omitempty"` // by -var; else by the environment
	Hash     string `json:"hash,omitempty"` // see ValueHash
}

// ValueHash is the SHA-256 (64 hex digits) of a value of a variable, which differs from
// plan to plan. It keeps a value only as secret as that is hard to guess.
func ValueHash(plan, variable, value string) string {
	sum := sha256.New()
	for _, text := range []string{"offcut variable", plan, variable, value} {
		_, _ = fmt.Fprintf(sum, "%d:%s", len(text), text) // a hash never fails
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// A SourceFile is one file that rules were loaded from.
type SourceFile struct {
	Kind   FileKind `json:"kind"`
	Path   string   `json:"path"` // absolute
	SHA256 string   `json:"sha256"`
}

// A FileKind says what a file was read as.
type FileKind string

const (
	RuleFile  FileKind = "rules"
	ValueFile FileKind = "values"   // offcut.vars.hcl, *.auto.vars.hcl
	VarFile   FileKind = "var-file" // -var-file, in the order of the command line
	TextFile  FileKind = "text"     // read by file()
)

// A Threshold is what one acting rule asks for, for people who read the plan. Spans of
// time are in seconds; 0 means none.
type Threshold struct {
	Rule        string  `json:"rule"`
	Description string  `json:"description,omitempty"`
	OlderThan   int64   `json:"older_than_seconds"`
	IdleFor     int64   `json:"idle_for_seconds"`
	MaxLifetime int64   `json:"max_lifetime_seconds,omitempty"`
	MaxUploads  int64   `json:"max_uploads,omitempty"`
	MaxBytes    int64   `json:"max_bytes,omitempty"`
	MaxPercent  float64 `json:"max_percent,omitempty"`
}
