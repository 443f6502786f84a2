package main

import (
	"fmt"
	"io"
	"os"
	"slices"

	"golang.org/x/term"
)

// An editor reads lines from a terminal in which they can be edited, and brings those
// that were typed before back. The cursor goes by what a terminal shows as one character,
// which takes no cell, one, or two.
type editor struct {
	in   io.Reader
	out  io.Writer
	size func() (width, height int, err error)
	// raw makes the terminal hand over keys as they are typed, until restore is called.
	raw func() (restore func(), err error)

	pending <-chan inputLine // of a line that is being read
	unread  []byte           // keys that no line took
	ended   error            // why no more keys come
	before  []string         // lines, the newest first
}

const (
	maxBefore      = 500      // lines that are brought back
	maxEdited      = 64 << 10 // bytes of a line; the language takes no longer ones
	standardWidth  = 80       // columns of a terminal that does not tell
	keysReadAtOnce = 4096     // bytes
)

// newEditor makes an editor for keys that come from in, and shows the line on out.
func newEditor(in io.Reader, out io.Writer) *editor {
	return &editor{
		in: in, out: out,
		size: func() (int, int, error) { return standardWidth, 24, nil },
		raw:  func() (func(), error) { return func() {}, nil },
	}
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
	columns, _, err := e.size()
	if err != nil || columns < 2 { // the widest character has two
		columns = standardWidth
	}
	lines := make(chan inputLine, 1)
	e.pending = lines
	go func() { // it ends with the process where nothing comes: a read cannot be called back
		lines <- e.readLine(&editedLine{before: e.before}, &lineScreen{columns: columns, prompt: prompt})
	}()
	return lines, restore, nil
}

// took says that the line has come.
func (e *editor) took() { e.pending = nil }

// readLine reads one line. The screen is brought up to date whenever all keys that came
// are looked at, so that a pasted text is not drawn again for each of its characters.
func (e *editor) readLine(line *editedLine, screen *lineScreen) inputLine {
	if _, err := io.WriteString(e.out, screen.begin()); err != nil {
		return inputLine{err: fmt.Errorf("show the line: %w", err)}
	}
	for {
		shown := ""
		for {
			k, size := nextKey(e.unread)
			if size == 0 {
				break
			}
			e.unread = e.unread[size:]
			if k.is == keyClearScreen {
				shown += screen.clear()
			}
			if !line.press(k) {
				continue
			}
			shown += screen.update(line.text, len(line.text)) + line.taken.ending()
			if _, err := io.WriteString(e.out, shown); err != nil {
				return inputLine{err: fmt.Errorf("show the line: %w", err)}
			}
			e.remember(line.taken)
			return line.taken
		}
		if _, err := io.WriteString(e.out, shown+screen.update(line.text, line.at)); err != nil {
			return inputLine{err: fmt.Errorf("show the line: %w", err)}
		}
		if e.ended != nil {
			return inputLine{err: e.ended}
		}
		var keys [keysReadAtOnce]byte
		n, err := e.in.Read(keys[:])
		e.unread, e.ended = append(e.unread, keys[:n]...), err
	}
}

// ending is what is shown behind a line that is at its end. Behind the end of the input
// there is nothing, as in other terminals.
func (l *inputLine) ending() string {
	switch {
	case l.interrupted:
		return "^C\r\n"
	case l.err != nil:
		return ""
	}
	return "\r\n"
}

// remember keeps a line to bring it back. What is empty, was dropped, or came just before
// is not kept.
func (e *editor) remember(line inputLine) {
	if line.interrupted || line.err != nil || line.text == "" || len(e.before) > 0 && e.before[0] == line.text {
		return
	}
	e.before = slices.Insert(e.before, 0, line.text)
	e.before = e.before[:min(len(e.before), maxBefore)]
}

// An editedLine is a line and the place of the cursor in it.
type editedLine struct {
	text string
	at   int // offset in text, at the beginning of a character or the end

	before []string // lines that can be brought back, the newest first
	back   int      // which of them the text was; 0: none, 1: the newest
	own    string   // the text as it was before the first one was brought back

	taken inputLine // what the line came to
}

// press does what a key says. done says that the line has come to its end.
func (l *editedLine) press(k key) (done bool) {
	switch k.is {
	case keyText:
		if len(l.text)+len(k.text) <= maxEdited {
			l.replace(l.at, l.at, k.text)
		}
	case keyEnter:
		l.taken = inputLine{text: l.text}
		return true
	case keyInterrupt:
		l.taken = inputLine{interrupted: true, typed: l.text != ""}
		return true
	case keyEndOfInput:
		if l.text == "" {
			l.taken = inputLine{err: io.EOF}
			return true
		}
		l.replace(l.at, after(l.text, l.at), "")
	case keyUp:
		l.bring(l.back + 1)
	case keyDown:
		l.bring(l.back - 1)
	default:
		l.edit(k.is)
	}
	return false
}

// edit does what the keys say that move the cursor or remove something.
func (l *editedLine) edit(k keyKind) {
	switch k {
	case keyLeft:
		l.at = before(l.text, l.at)
	case keyRight:
		l.at = after(l.text, l.at)
	case keyHome:
		l.at = 0
	case keyEnd:
		l.at = len(l.text)
	case keyWordLeft:
		l.at = wordBefore(l.text, l.at)
	case keyWordRight:
		l.at = wordAfter(l.text, l.at)
	case keyBackspace:
		l.replace(before(l.text, l.at), l.at, "")
	case keyDelete:
		l.replace(l.at, after(l.text, l.at), "")
	case keyDropWord:
		l.replace(wordBefore(l.text, l.at), l.at, "")
	case keyDropLeft:
		l.replace(0, l.at, "")
	case keyDropRight:
		l.replace(l.at, len(l.text), "")
	}
}

// replace puts a text in the place of what stands between two offsets, and the cursor
// behind it.
func (l *editedLine) replace(from, to int, text string) {
	l.text = l.text[:from] + text + l.text[to:]
	l.at = from + len(text)
	for l.at < len(l.text) && startsNoCharacter(l.text[l.at:]) { // a mark that combines with what is before it now
		l.at += runeSize(l.text[l.at:])
	}
}

// bring brings a line back: 1 is the newest, and 0 what was typed before.
func (l *editedLine) bring(back int) {
	if back < 0 || back > len(l.before) {
		return
	}
	if l.back == 0 {
		l.own = l.text
	}
	if l.back, l.text = back, l.own; back > 0 {
		l.text = l.before[back-1]
	}
	l.at = len(l.text)
}

// wordBefore is where the word before an offset begins.
func wordBefore(text string, at int) int {
	blank := func() bool { return text[before(text, at):at] == " " }
	for at > 0 && blank() {
		at = before(text, at)
	}
	for at > 0 && !blank() {
		at = before(text, at)
	}
	return at
}

// wordAfter is where the word behind the one at an offset begins.
func wordAfter(text string, at int) int {
	blank := func() bool { return text[at:after(text, at)] == " " }
	for at < len(text) && !blank() {
		at = after(text, at)
	}
	for at < len(text) && blank() {
		at = after(text, at)
	}
	return at
}
