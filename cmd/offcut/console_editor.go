package main

import (
	"bytes"
	"io"
	"os"
	"slices"

	"golang.org/x/term"
)

// An editor reads lines from a terminal in which they can be edited, and brings those
// that were typed before back.
type editor struct {
	terminal *term.Terminal
	size     func() (width, height int, err error)
	// raw makes the terminal hand over keys as they are typed, until restore is called.
	raw func() (restore func(), err error)

	pending     <-chan inputLine // of a line that is being read
	before      []string         // lines, the newest first
	interrupted bool             // Ctrl-C ended the line
	typed       bool             // something was typed before it
}

// interruptKey stands for Ctrl-C, which x/term takes for the end of the input. It is a
// key that x/term leaves to others.
const interruptKey = 0x1c

const maxBefore = 500 // lines that are brought back

// newEditor makes an editor for keys that come from in, and shows the line on out.
func newEditor(in io.Reader, out io.Writer) *editor {
	e := &editor{
		terminal: term.NewTerminal(struct {
			io.Reader
			io.Writer
		}{&keys{in: in}, out}, ""),
		size: func() (int, int, error) { return 80, 24, nil },
		raw:  func() (func(), error) { return func() {}, nil },
	}
	e.terminal.History = (*before)(e)
	e.terminal.AutoCompleteCallback = func(line string, pos int, key rune) (string, int, bool) {
		if key != interruptKey {
			return "", 0, false
		}
		e.interrupted, e.typed = true, line != ""
		return line + "^C", len(line) + len("^C"), true
	}
	return e
}

// newTerminalEditor is newEditor for a terminal, which is in its usual state except while
// a line is read.
func newTerminalEditor(in *os.File, out io.Writer) *editor {
	e, fd := newEditor(in, out), int(in.Fd())
	e.size = func() (int, int, error) { return term.GetSize(fd) }
	e.raw = func() (func(), error) {
		state, err := term.MakeRaw(fd)
		if err != nil {
			return nil, err
		}
		return func() { _ = term.Restore(fd, state) }, nil // there is nothing to do about a terminal that has gone
	}
	return e
}

// next begins to read a line behind a prompt, or goes on with the one that is being read.
// The line comes on the channel. Then, and where nobody waits for it any more, restore is
// to be called.
func (e *editor) next(prompt string) (line <-chan inputLine, restore func(), err error) {
	restore, err = e.raw()
	if err != nil || e.pending != nil {
		return e.pending, restore, err
	}
	if width, height, err := e.size(); err == nil && width > 0 {
		_ = e.terminal.SetSize(width, height) // it redraws a line, of which there is none yet
	}
	e.terminal.SetPrompt(prompt)
	lines := make(chan inputLine, 1)
	e.pending = lines
	go func() { // it ends with the process where nothing comes: a read cannot be called back
		e.interrupted = false
		text, err := e.terminal.ReadLine()
		lines <- inputLine{text: text, err: err, interrupted: e.interrupted, typed: e.typed}
	}()
	return lines, restore, nil
}

// took says that the line has come.
func (e *editor) took() { e.pending = nil }

// before are the lines of an editor in the form that x/term asks for.
type before editor

// Add remembers a line. What is empty, was dropped, or came just before is none.
func (b *before) Add(line string) {
	if b.interrupted || line == "" || len(b.before) > 0 && b.before[0] == line {
		return
	}
	b.before = slices.Insert(b.before, 0, line)
	b.before = b.before[:min(len(b.before), maxBefore)]
}

// Len is how many lines there are.
func (b *before) Len() int { return len(b.before) }

// At is a line, counted from the newest.
func (b *before) At(i int) string { return b.before[i] }

// keys are what comes from a terminal, with interruptKey and the end of the line in the
// place of each Ctrl-C.
type keys struct {
	in   io.Reader
	rest []byte
	err  error
}

// Read reads keys.
func (k *keys) Read(p []byte) (int, error) {
	if len(k.rest) == 0 && k.err == nil {
		buf := make([]byte, len(p))
		var n int
		n, k.err = k.in.Read(buf)
		k.rest = bytes.ReplaceAll(buf[:n], []byte{0x03}, []byte{interruptKey, '\r'})
	}
	if n := copy(p, k.rest); n > 0 {
		k.rest = k.rest[n:]
		return n, nil
	}
	return 0, k.err
}
