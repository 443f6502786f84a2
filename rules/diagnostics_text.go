package rules

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"golang.org/x/text/width"
)

// The form of diagnostics for people: HCL's and Terraform's, with a line of carets
// under the place where no colour can mark it, and with bounds on what is shown.
const (
	maxSnippetLines = 6
	maxSnippetWidth = 1000 // columns of a line where no terminal is narrower, as logs have an end too
	minSnippetWidth = 20
	tabWidth        = 8 // between the tab stops of terminals
)

// A textWriter writes one message after the other and keeps the first error.
type textWriter struct {
	w     io.Writer
	width int // columns of the terminal; 0: there is none
	color bool
	err   error
}

func (t *textWriter) printf(format string, args ...any) {
	if t.err != nil {
		return
	}
	if _, err := fmt.Fprintf(t.w, format, args...); err != nil {
		t.err = fmt.Errorf("write failed: %w", err)
	}
}

// colored wraps s in the terminal's code, when colours are wanted.
func (t *textWriter) colored(code, s string) string {
	if !t.color || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (t *textWriter) message(diag *hcl.Diagnostic, file *hcl.File) {
	severity := t.colored("31", "Error")
	if diag.Severity == hcl.DiagWarning {
		severity = t.colored("33", "Warning")
	}
	t.printf("%s: %s\n\n", severity, diag.Summary)
	if note, ok := diag.Extra.(instanceNote); ok {
		t.printf("  with %s,\n", note.address)
	}
	switch {
	case diag.Subject == nil:
	case file == nil:
		t.printf("  on %s line %d\n\n", diag.Subject.Filename, diag.Subject.Start.Line)
	default:
		t.snippet(diag, file)
	}
	t.values(diag)
	if diag.Detail != "" {
		t.printf("%s\n\n", wrapped(diag.Detail, t.width))
	}
}

// values tells what the variables and locals of the expression were.
func (t *textWriter) values(diag *hcl.Diagnostic) {
	lead := "with "
	values := valuesOf(diag)
	for i, v := range values {
		end := ",\n"
		if i == len(values)-1 {
			end = ".\n\n"
		}
		t.printf("%s%s as %s%s", lead, v.traversal, v.value, end)
		lead = "     "
	}
}

// snippet writes the lines of a message's place.
func (t *textWriter) snippet(diag *hcl.Diagnostic, file *hcl.File) {
	at := *diag.Subject
	within := ""
	if context := contextOf(file, at.Start.Byte); context != "" {
		within = ", in " + context
	}
	t.printf("  on %s line %d%s:\n", at.Filename, at.Start.Line, within)
	shown := shownRange(diag)
	mark := markedBytes{min(at.Start.Byte, len(file.Bytes)), min(max(at.End.Byte, at.Start.Byte+1), len(file.Bytes)+1)}
	from := bytes.LastIndexByte(file.Bytes[:min(shown.Start.Byte, len(file.Bytes))], '\n') + 1
	for n := 0; from <= len(file.Bytes) && (n == 0 || from < min(shown.End.Byte, len(file.Bytes))); n++ {
		if n == maxSnippetLines {
			t.printf("      ...\n")
			break
		}
		to := len(file.Bytes)
		if i := bytes.IndexByte(file.Bytes[from:], '\n'); i >= 0 {
			to = from + i
		}
		line := sourceLine{number: shown.Start.Line + n, text: strings.TrimSuffix(string(file.Bytes[from:to]), "\r")}
		t.line(line.marked(mark.first-from, mark.end-from))
		from = to + 1
	}
	t.printf("\n")
}

// contextOf names the block around a byte of a file; of the end of a file, that around
// what comes before it.
func contextOf(f *hcl.File, offset int) string {
	nav := harmlessNav{f.Nav}
	if context := nav.ContextString(offset); context != "" || offset < len(f.Bytes) {
		return context
	}
	return nav.ContextString(len(f.Bytes) - 1)
}

// shownRange is what a snippet holds: the place of a message, and what is around it
// where that is short.
func shownRange(diag *hcl.Diagnostic) hcl.Range {
	if c := diag.Context; c != nil && c.End.Line-c.Start.Line < maxSnippetLines {
		return hcl.RangeOver(*diag.Subject, *c)
	}
	return *diag.Subject
}

// markedBytes is the part of a file that a message is about.
type markedBytes struct{ first, end int }

// A sourceLine is one line of a snippet: what stands before, in and behind its
// marked part.
type sourceLine struct {
	number int
	text   string

	before, mark, after string
	marks               bool // the place begins in this line
}

// marked splits the line at the bytes first and end.
func (s sourceLine) marked(first, end int) sourceLine {
	if first > len(s.text) { // the place begins in a later line
		s.after = s.text
		return s
	}
	s.marks = first >= 0
	first, end = max(first, 0), min(max(end, 0), len(s.text))
	s.before, s.mark, s.after = s.text[:first], s.text[first:max(first, end)], s.text[max(first, end):]
	return s
}

// cutTo is a line that takes at most room columns, of which what is near to the marked
// part is left. Its tabs are blanks, as nobody knows how wide one is behind a cut.
func (s sourceLine) cutTo(room int) sourceLine {
	untabbed := func(text string) string { return strings.ReplaceAll(text, "\t", " ") }
	s.before, s.mark, s.after = untabbed(s.before), untabbed(s.mark), untabbed(s.after)
	s.before = lastColumns(s.before, max(room/3, room-columns(s.mark)-columns(s.after)))
	room -= columns(s.before)
	if columns(s.mark) > room || columns(s.mark) == room && s.after != "" {
		s.mark, s.after = firstColumns(s.mark+s.after, room), ""
		return s
	}
	s.after = firstColumns(s.after, room-columns(s.mark))
	return s
}

// firstColumns is s, or as much of its beginning as fits into this many columns with an
// ellipsis behind it.
func firstColumns(s string, room int) string {
	if columns(s) <= room {
		return s
	}
	room--
	for end, r := range s {
		if room -= runeColumns(r); room < 0 {
			return s[:end] + "…"
		}
	}
	return s
}

// lastColumns is s, or as much of its end as fits into this many columns with an ellipsis
// before it.
func lastColumns(s string, room int) string {
	if columns(s) <= room {
		return s
	}
	room--
	from, width := len(s), 0 // a mark stays with the character that it combines with
	for at := len(s); at > 0; {
		r, size := utf8.DecodeLastRuneInString(s[:at])
		at -= size
		if width += runeColumns(r); width > room {
			break
		}
		if runeColumns(r) > 0 {
			from = at
		}
	}
	return "…" + s[from:]
}

func (t *textWriter) line(s sourceLine) {
	number := fmt.Sprintf("%4d: ", s.number)
	width := maxSnippetWidth
	if t.width > 0 {
		width = max(t.width, minSnippetWidth)
	}
	if columnsFrom(len(number), s.text) > width {
		s = s.cutTo(width - len(number))
	}
	t.printf("%s\n", strings.TrimRight(number+s.before+t.colored("1;4", s.mark)+s.after, " \t"))
	if s.marks && !t.color {
		t.printf("%s%s%s\n", strings.Repeat(" ", len(number)), blanksFor(s.before), strings.Repeat("^", max(1, columns(s.mark))))
	}
}

// columnsFrom is where the cursor is behind s, which is written in a column.
func columnsFrom(column int, s string) int {
	for _, r := range s {
		if column += runeColumns(r); r == '\t' {
			column = (column-1)/tabWidth*tabWidth + tabWidth
		}
	}
	return column
}

// blanksFor is as wide on a terminal as s: tabs stay tabs.
func blanksFor(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r == '\t' {
			b.WriteByte('\t')
			continue
		}
		b.WriteString(strings.Repeat(" ", runeColumns(r)))
	}
	return b.String()
}

// columns is how many columns of a terminal s takes.
func columns(s string) int {
	n := 0
	for _, r := range s {
		n += runeColumns(r)
	}
	return n
}

func runeColumns(r rune) int {
	switch kind := width.LookupRune(r).Kind(); {
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case kind == width.EastAsianWide || kind == width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// wrapped breaks s between words, so that no line is wider than limit where the
// words allow it. 0 means no limit.
func wrapped(s string, limit int) string {
	if limit <= 0 {
		return s
	}
	var b strings.Builder
	used := 0
	for i, word := range strings.Split(s, " ") {
		first, _, _ := strings.Cut(word, "\n")
		switch {
		case i == 0:
		case used+1+columns(first) > limit:
			b.WriteByte('\n')
			used = 0
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		if n := strings.LastIndexByte(word, '\n'); n >= 0 {
			used = columns(word[n+1:])
		} else {
			used += columns(word)
		}
	}
	return b.String()
}
