package rules

import (
	"bytes"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// window cuts a diagnostic's file down to the lines that its snippet shows. The
// lines before them are emptied, not dropped, so that line numbers stay. hcl's
// writer walks over the whole file for every message; in a large file that takes
// longer than everything else together.
func (d Diagnostics) window(diag *hcl.Diagnostic) (*hcl.Diagnostic, map[string]*hcl.File) {
	if diag.Subject == nil || d.files[diag.Subject.Filename] == nil {
		return diag, nil
	}
	file := d.files[diag.Subject.Filename]
	shown := *diag.Subject
	if diag.Context != nil {
		shown = hcl.RangeOver(shown, *diag.Context)
	}
	start, end := min(shown.Start.Byte, len(file.Bytes)), min(shown.End.Byte, len(file.Bytes))
	start = bytes.LastIndexByte(file.Bytes[:start], '\n') + 1
	if n := bytes.IndexByte(file.Bytes[end:], '\n'); n >= 0 {
		end += n
	} else {
		end = len(file.Bytes)
	}
	empty := shown.Start.Line - 1
	back := start - empty // how far everything moves towards the beginning

	moved := *diag
	moved.Subject, moved.Context = moveBack(diag.Subject, back), moveBack(diag.Context, back)
	text := strings.Repeat("\n", empty) + string(file.Bytes[start:end])
	nav := movedNav{file.Nav, back}
	return &moved, map[string]*hcl.File{diag.Subject.Filename: {Bytes: []byte(text), Nav: nav}}
}

func moveBack(r *hcl.Range, by int) *hcl.Range {
	if r == nil {
		return nil
	}
	moved := *r
	moved.Start.Byte -= by
	moved.End.Byte -= by
	return &moved
}

// A movedNav answers for offsets into a window.
type movedNav struct {
	nav  any
	back int
}

// ContextString is what hcl's writer puts behind "on main.hcl line 3, in".
func (n movedNav) ContextString(offset int) string {
	return harmlessNav{n.nav}.ContextString(offset + n.back)
}
