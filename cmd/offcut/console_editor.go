package main

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"unicode"

	"github.com/ergochat/readline"
	"golang.org/x/term"
)

// An editor reads lines from a terminal in which they can be edited, and brings those
// that were typed before back. The terminal is in its usual state except while a line is
// read.
type editor struct {
	*readline.Instance
	line []rune // as the last key left it
	last rune   // that was typed
}

// newEditor makes an editor for stdin, which is a terminal, and shows the lines on out.
func newEditor(stdin *os.File, out io.Writer) (*editor, error) {
	e := new(editor)
	t := &rowStart{in: stdin, out: out}
	instance, err := readline.NewFromConfig(&readline.Config{
		Stdin: t, Stdout: t, Stderr: t,
		FuncGetSize: func() (width, height int) {
			width, height, err := term.GetSize(int(stdin.Fd()))
			if err != nil || width < 2 { // the widest character has two
				return 80, 24
			}
			return width, height
		},
		FuncFilterInputRune: e.take,
		Listener:            e.pressed,
		EOFPrompt:           "\n", // nothing but the end of the row
	})
	e.Instance = instance
	return e, err
}

// next reads a line behind a prompt. The end of ctx ends it, and the editor.
func (e *editor) next(ctx context.Context, prompt string) inputLine {
	defer context.AfterFunc(ctx, func() { _ = e.Close() })() // it makes ReadLine return
	e.SetPrompt(prompt)
	text, err := e.ReadLine()
	switch {
	case ctx.Err() != nil: // what was typed comes as if it were a line
		return inputLine{err: ctx.Err()}
	case errors.Is(err, readline.ErrInterrupt):
		return inputLine{interrupted: true, typed: len(e.line) > 0}
	}
	return inputLine{text: text, err: err}
}

// take says which keys the editor is to see: not the second half of the end of a line that
// was pasted, nor Ctrl-Z, which would wait for ever where no shell brings the process back,
// nor a control character that the terminal would act on.
func (e *editor) take(key rune) (rune, bool) {
	before := e.last
	e.last = key
	switch {
	case key == '\n' && before == '\r', key == readline.CharCtrlZ:
		return 0, false
	}
	return key, key <= unicode.MaxASCII || !unicode.IsControl(key)
}

// pressed looks at the line behind each key. To the library a mark that combines with
// what is before it is a character of its own: here no key leaves the cursor between the
// two, and what removes one of them removes both.
func (e *editor) pressed(line []rune, at int, key rune) (newLine []rune, newAt int, changed bool) {
	newLine, newAt = line, at
	marks := at
	for marks < len(line) && combines(line[marks]) {
		marks++
	}
	switch key {
	case readline.CharBackspace, readline.CharCtrlH:
		if len(e.line) == len(line)+1 && combines(e.line[at]) {
			newAt = characterBefore(line, at)
			newLine = slices.Delete(line, newAt, at)
		}
	case readline.CharEOT, readline.MetaDeleteKey:
		newLine = slices.Delete(line, at, marks)
	case readline.CharBackward:
		if marks > at {
			newAt = characterBefore(line, at)
		}
	default:
		newAt = marks
	}
	changed = newAt != at || len(newLine) != len(line)
	e.line = slices.Clone(newLine)
	return newLine, newAt, changed
}

// characterBefore is where the character before a place in a line begins.
func characterBefore(line []rune, at int) int {
	for at > 0 {
		if at--; !combines(line[at]) {
			break
		}
	}
	return at
}

func combines(r rune) bool { return unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) }

// A rowStart is a terminal that says itself where its cursor is when a line begins: at
// the start of a row, as the console writes whole rows. The editor asks for that, and
// terminals that do not answer would make it wait for ever.
type rowStart struct {
	in    io.Reader
	out   io.Writer
	asked atomic.Bool
}

func (t *rowStart) Write(p []byte) (int, error) {
	if string(p) == "\x1b[6n" {
		t.asked.Store(true)
		return len(p), nil
	}
	return t.out.Write(p)
}

func (t *rowStart) Read(p []byte) (int, error) {
	if t.asked.Swap(false) {
		return strings.NewReader("\x1b[1;1R").Read(p)
	}
	return t.in.Read(p)
}
