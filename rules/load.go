package rules

import (
	"io"
	"io/fs"
)

// A File is one file's name, as messages show it, and its bytes.
type File struct {
	Name  string
	Bytes []byte
}

// A Source is the text that a Set is loaded from.
type Source struct {
	Rules []File // rule files, sorted by name
	Vars  []File // offcut.vars.hcl first, then *.auto.vars.hcl in name order
}

// ReadSource collects the rule and value files of one directory: every *.hcl
// except *.vars.hcl, *.test.hcl and *.emulator.hcl. Where path names a file, that
// file alone is the rules. prefix goes before the names, for messages.
func ReadSource(fsys fs.FS, path, prefix string) (Source, error) { panic("TODO") }

// Values are what the caller sets variables to. Later ones win: Env, Source.Vars,
// Files, Flags.
type Values struct {
	Env   []string // the whole environment; OFFCUT_VAR_x=... is looked at
	Files []File   // -var-file, in order
	Flags []string // -var: "name=value", in order
}

// A Set is a parsed and checked rule set.
type Set struct{}

// Load parses and checks a rule set. All mistakes are reported, not only the
// first; the Set is usable when the diagnostics hold no error.
func Load(src Source, vals Values) (*Set, Diagnostics) { panic("TODO") }

// Resolve turns the set into plain data.
func (s *Set) Resolve() (*Config, Diagnostics) { panic("TODO") }

// Format rewrites a rule file in the canonical style. It changes no meaning; a
// file with a syntax error is an error.
func Format(f File) ([]byte, Diagnostics) { panic("TODO") }

// Diagnostics are messages about rule files, with the text that they point into.
type Diagnostics struct{}

// HasErrors reports whether one of the messages is an error.
func (d Diagnostics) HasErrors() bool { panic("TODO") }

// Counts counts errors and warnings.
func (d Diagnostics) Counts() (errors, warnings int) { panic("TODO") }

// WriteText writes the messages for people, with snippets. width 0 means no wrapping.
func (d Diagnostics) WriteText(w io.Writer, width int, color bool) error { panic("TODO") }

// WriteJSON writes one object in Terraform's validate shape: format_version,
// valid, error_count, warning_count, diagnostics.
func (d Diagnostics) WriteJSON(w io.Writer) error { panic("TODO") }
