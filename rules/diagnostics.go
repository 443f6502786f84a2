package rules

import (
	"cmp"
	"fmt"
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

// InFlags reports whether there are errors, and all of them are about -var and none about
// a file.
func (d Diagnostics) InFlags() bool {
	return d.HasErrors() && !slices.ContainsFunc(d.list, func(diag *hcl.Diagnostic) bool {
		_, flag := diag.Extra.(flagMistake)
		validation, _ := diag.Extra.(authored)
		return diag.Severity == hcl.DiagError && !flag && !validation.flag
	})
}

// maxShown bounds how many messages a terminal gets. Whoever has more mistakes
// than this fixes the first ones and looks again.
const maxShown = 100

// maxInstancesShown bounds how many messages about instances a terminal gets of one
// place: what is wrong with one entry of a for_each is often wrong with all.
const maxInstancesShown = 3

// sameOfInstances reports whether a and b are one message about two instances.
func sameOfInstances(a, b *hcl.Diagnostic) bool {
	_, one := a.Extra.(instanceNote)
	_, other := b.Extra.(instanceNote)
	return one && other && a.Severity == b.Severity && a.Summary == b.Summary &&
		a.Subject != nil && b.Subject != nil && *a.Subject == *b.Subject
}

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

// WriteText writes the messages for people, with snippets. width is that of the terminal
// in columns: texts are wrapped to it, and lines of snippets cut around the place. 0 means
// that there is none, and that only lines beyond all measure are cut. Control characters
// of the files never reach w.
func (d Diagnostics) WriteText(w io.Writer, width int, color bool) error {
	t := &textWriter{w: w, width: width, color: color}
	shown, folded := 0, 0
	for i, diag := range d.list {
		if shown == maxShown {
			t.printf("... and %d more. The JSON form of these messages holds all of them.\n\n", len(d.list)-i)
			break
		}
		if i >= maxInstancesShown && sameOfInstances(d.list[i-maxInstancesShown], diag) {
			folded++
		} else {
			var file *hcl.File
			if diag.Subject != nil {
				file = d.files[diag.Subject.Filename]
			}
			t.message(diag, file)
			shown++
		}
		if folded > 0 && (i+1 == len(d.list) || !sameOfInstances(diag, d.list[i+1])) {
			t.printf("%s\n\n", wrapped(fmt.Sprintf("The same is told of %s at this place. The JSON form of these messages names all of them.", counted(folded, "more instance")), width))
			folded = 0
		}
	}
	return t.err
}
