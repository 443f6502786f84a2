package rules

import (
	"cmp"
	"io"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
)

// Diagnostics are messages about rule files, with the text that they point into.
type Diagnostics struct {
	list  hcl.Diagnostics      // sorted by place, without duplicates
	files map[string]*hcl.File // by name; what a terminal must not see is replaced
}

// maxShown bounds how many messages a terminal gets. Whoever has more mistakes
// than this fixes the first ones and looks again.
const maxShown = 100

func newDiagnostics(list hcl.Diagnostics, files map[string]*hcl.File) Diagnostics {
	d := Diagnostics{files: map[string]*hcl.File{}}
	for _, diag := range sorted(list) {
		d.list = append(d.list, harmless(diag))
	}
	for name, f := range files {
		d.files[printable(name)] = &hcl.File{Bytes: printableBytes(f.Bytes), Nav: navOf(f)}
	}
	return d
}

// With returns the messages of d and of more, each once, in the order of their places.
func (d Diagnostics) With(more Diagnostics) Diagnostics {
	files := maps.Clone(d.files)
	if files == nil {
		files = map[string]*hcl.File{}
	}
	maps.Copy(files, more.files)
	return Diagnostics{list: sorted(slices.Concat(d.list, more.list)), files: files}
}

// sorted returns the messages in the order of their places, each once.
func sorted(list hcl.Diagnostics) hcl.Diagnostics {
	list = slices.Clone(list)
	slices.SortStableFunc(list, compareDiagnostics)
	return slices.CompactFunc(list, func(a, b *hcl.Diagnostic) bool { return compareDiagnostics(a, b) == 0 })
}

// without returns the messages of d that are not in known.
func (d Diagnostics) without(known Diagnostics) Diagnostics {
	d.list = slices.DeleteFunc(slices.Clone(d.list), func(diag *hcl.Diagnostic) bool {
		_, found := slices.BinarySearchFunc(known.list, diag, compareDiagnostics) // both are in order
		return found
	})
	return d
}

// compareDiagnostics orders by file, line and column; messages without a place
// come last.
func compareDiagnostics(a, b *hcl.Diagnostic) int {
	if a.Subject == nil || b.Subject == nil {
		if a.Subject != b.Subject {
			return cmp.Compare(btoi(a.Subject == nil), btoi(b.Subject == nil))
		}
		return cmp.Or(cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.Summary, b.Summary), cmp.Compare(a.Detail, b.Detail))
	}
	return cmp.Or(
		cmp.Compare(a.Subject.Filename, b.Subject.Filename),
		cmp.Compare(a.Subject.Start.Byte, b.Subject.Start.Byte),
		cmp.Compare(a.Severity, b.Severity),
		cmp.Compare(a.Summary, b.Summary),
		cmp.Compare(a.Detail, b.Detail),
	)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// HasErrors reports whether one of the messages is an error.
func (d Diagnostics) HasErrors() bool { return d.list.HasErrors() }

// Counts counts errors and warnings.
func (d Diagnostics) Counts() (errors, warnings int) {
	for _, diag := range d.list {
		if diag.Severity == hcl.DiagError {
			errors++
		} else {
			warnings++
		}
	}
	return errors, warnings
}

// WriteText writes the messages for people, with snippets. width 0 means no
// wrapping. Control characters of the files never reach w.
func (d Diagnostics) WriteText(w io.Writer, width int, color bool) error {
	shown := d.list
	if len(shown) > maxShown {
		shown = shown[:maxShown]
	}
	t := &textWriter{w: w, width: width, color: color}
	for _, diag := range shown {
		var file *hcl.File
		if diag.Subject != nil {
			file = d.files[diag.Subject.Filename]
		}
		t.message(diag, file)
	}
	if hidden := len(d.list) - len(shown); hidden > 0 {
		t.printf("... and %d more. The JSON form of these messages holds all of them.\n\n", hidden)
	}
	return t.err
}
