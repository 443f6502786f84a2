//go:build linux

package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"offcut/cmd/offcut/view"
)

const terminalColumns = 20

// openPTY opens a pseudo-terminal: the side of the person and the side of the program.
func openPTY(t *testing.T) (person, program *os.File) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("no pseudo-terminal: %v", err)
	}
	t.Cleanup(func() { _ = person.Close() })
	if err := unix.IoctlSetPointerInt(int(person.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(int(person.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: terminalColumns}); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(person.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = program.Close() })
	return person, program
}

// A terminalScreen is what a terminal shows, and where its cursor is.
type terminalScreen struct {
	rows        [][]string // a character for each column, and nothing behind a wide one
	row, column int        // the column is behind the last one where that was written
}

// String is the text, without blanks at the ends of rows, and with | for the cursor.
func (s *terminalScreen) String() string {
	var lines strings.Builder
	for row, cells := range s.rows {
		line := strings.Join(cells, "")
		if row == s.row {
			line = strings.Join(cells[:s.column], "") + "|" + strings.Join(cells[s.column:], "")
		}
		lines.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return strings.TrimRight(lines.String(), "\n")
}

// write shows a character, or does what a control character says.
func (s *terminalScreen) write(r rune) {
	switch width := view.Width(string(r)); {
	case r == '\r':
		s.column = 0
	case r == '\n':
		s.row++
	case r == '\b':
		s.column = max(0, min(s.column, terminalColumns-1)-1)
	case width == 0:
		last := s.column - 1
		for last > 0 && s.rows[s.row][last] == "" {
			last--
		}
		s.rows[s.row][last] += string(r)
	default:
		if s.column+width > terminalColumns {
			s.row, s.column = s.row+1, 0
			s.grow()
		}
		clear(s.rows[s.row][s.column : s.column+width])
		s.rows[s.row][s.column] = string(r)
		s.column += width
	}
	s.grow()
}

// act does what a sequence says.
func (s *terminalScreen) act(sequence string) {
	name := sequence[len(sequence)-1]
	n, _ := strconv.Atoi(sequence[1 : len(sequence)-1]) // 0 where there is none
	switch name {
	case 'A':
		s.row -= n
	case 'G':
		s.column = n - 1
	case 'J', 'K': // from the cursor on
		for column := s.column; column < terminalColumns; column++ {
			s.rows[s.row][column] = " "
		}
		if name == 'J' {
			s.rows = s.rows[:s.row+1]
		}
	default: // a question to the terminal, which the person would see as keys
		for _, r := range "(" + sequence + ")" {
			s.write(r)
		}
	}
}

func (s *terminalScreen) grow() {
	for len(s.rows) <= s.row {
		s.rows = append(s.rows, strings.Split(strings.Repeat(" ", terminalColumns), ""))
	}
}

// A consoleTerminal is a terminal on which a console runs.
type consoleTerminal struct {
	*testing.T
	person, program *os.File
	found           unix.Termios // as it was before
	console         *exec.Cmd

	mu      sync.Mutex
	screen  terminalScreen
	changed chan struct{}
}

func startConsole(t *testing.T) *consoleTerminal {
	t.Helper()
	c := &consoleTerminal{T: t, changed: make(chan struct{}, 1)}
	c.screen.grow()
	c.person, c.program = openPTY(t)
	c.found = c.termios()
	c.console = exec.CommandContext(t.Context(), "offcut", "console", t.TempDir())
	c.console.Stdin, c.console.Stdout, c.console.Stderr = c.program, c.program, c.program
	c.console.Env = append(os.Environ(), "TERM=xterm")
	c.console.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := c.console.Start(); err != nil {
		t.Fatal(err)
	}
	go c.show()
	c.press("", "> |")
	return c
}

func (c *consoleTerminal) termios() unix.Termios {
	c.Helper()
	state, err := unix.IoctlGetTermios(int(c.program.Fd()), unix.TCGETS)
	if err != nil {
		c.Fatal(err)
	}
	return *state
}

// show shows what comes from the console, until it has gone.
func (c *consoleTerminal) show() {
	in := bufio.NewReader(c.person)
	for {
		do, err := nextOutput(in)
		if err != nil {
			return
		}
		c.mu.Lock()
		do(&c.screen)
		c.mu.Unlock()
		select {
		case c.changed <- struct{}{}:
		default:
		}
	}
}

// nextOutput reads what a terminal is to do next.
func nextOutput(in *bufio.Reader) (do func(*terminalScreen), err error) {
	r, _, err := in.ReadRune()
	if err != nil || r != '\x1b' {
		return func(s *terminalScreen) { s.write(r) }, err
	}
	var sequence strings.Builder
	for r == '\x1b' || r == '[' || '0' <= r && r <= '9' || r == ';' {
		if r, _, err = in.ReadRune(); err != nil {
			return nil, err
		}
		sequence.WriteRune(r)
	}
	return func(s *terminalScreen) { s.act(sequence.String()) }, nil
}

// shown is what the terminal shows.
func (c *consoleTerminal) shown() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.screen.String()
}

// press types keys, and waits until what the terminal shows ends in a text.
func (c *consoleTerminal) press(keys, until string) {
	c.Helper()
	if _, err := c.person.WriteString(keys); err != nil {
		c.Fatal(err)
	}
	late := time.After(20 * time.Second)
	for !strings.HasSuffix(c.shown(), until) {
		select {
		case <-c.changed:
		case <-late:
			c.Fatalf("behind %q the terminal shows\n%s\nand not\n%s", keys, c.shown(), until)
		}
	}
}

// end waits until the console has ended, and left the terminal as it was found.
func (c *consoleTerminal) end(code int) {
	c.Helper()
	_ = c.console.Wait() // the code tells
	if got := c.console.ProcessState.ExitCode(); got != code {
		c.Errorf("the console ended with %d, want %d; the terminal shows\n%s", got, code, c.shown())
	}
	if left := c.termios(); left != c.found {
		c.Errorf("the terminal was %+v and is %+v", c.found, left)
	}
}

// On a real terminal a line before comes back, and Ctrl-C drops what was typed.
func TestConsoleOnATerminal(t *testing.T) {
	c := startConsole(t)
	c.press("20 + 22\r", "42\n> |")
	c.press("[1,", "> [1,|")
	c.press("\x03", "> [1,^C\n> |")
	c.press("[1,\r", "> [1,\n: |")
	c.press("2\x03", ": 2^C\n> |")
	c.press("\x1b[A\x1b[A", "> 20 + 22|")
	c.press("0\r", "240\n> |")
	c.press("\x1b[A\x1b[A\x1b[B\x1b[D\x7f", "> 20 + 2|0")
	c.press("\r", "> 20 + 20\n40\n> |")
	c.press("exit", "> exit|")
	c.press("\r", "> exit\n|")
	c.end(0)
}

// The end of the input ends the console, as Ctrl-C does where there is nothing to drop.
func TestConsoleEndsOnATerminal(t *testing.T) {
	for _, key := range []string{"\x03", "\x04"} {
		c := startConsole(t)
		c.press("99\x03", "^C\n> |")
		c.press(key, "\n|")
		c.end(0)
	}
}

// A signal leaves the terminal as it was, whatever stands in the line.
func TestConsoleSignalRestoresTheTerminal(t *testing.T) {
	c := startConsole(t)
	c.press("[1, 2]", "> [1, 2]|")
	if err := c.console.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	c.end(exitInterrupted)
}

// What is pasted is one line after the other.
func TestConsoleTakesPastedLines(t *testing.T) {
	c := startConsole(t)
	c.press("[\"媒体\",\r\t2,\r\n][0]\r1 + 1\r", "> [\"媒体\",\n:     2,\n: ][0]\n\"媒体\"\n> 1 + 1\n2\n> |")
	c.press("\x04", "\n|")
	c.end(0)
}

// Whatever a character is made of and however wide it is, keys go by characters, and the
// cursor stands where they go.
func TestConsoleEditsByCharacters(t *testing.T) {
	const left, right, del, home, end, backspace = "\x1b[D", "\x1b[C", "\x1b[3~", "\x1b[H", "\x1b[F", "\x7f"
	c := startConsole(t)
	for _, step := range []struct{ keys, until string }{
		{"\"媒体/存\"" + left + left + "库", "> \"媒体/库|存\""},
		{"\"，🗑\"" + left + left + "a", "> \"，a|🗑\""},
		{"\"媒体\"" + home + right + right, "> \"媒|体\""},
		{"\"媒体\"" + left + backspace, "> \"媒|\""},
		{"\"媒体\"" + home + right + del, "> \"|体\""},
		{"e\u0301x" + left + left, "> |e\u0301x"},
		{"e\u0301x" + home + right, "> e\u0301|x"},
		{"e\u0301x" + left + backspace, "> |x"},
		{"e\u0301\u0323x" + home + del, "> |x"},
		{"ex" + left + "\u0301", "> e\u0301|x"},
		{"a\u0085b\x1a", "> ab|"}, // a terminal would act on the first, and the process on the second
		{"e\u0301\u0323x" + left + "\x08", "> |x"},
		{"12345678901234567体存", "> 12345678901234567\n体存|"},      // half of the room is none
		{"123456789012345678", "> 123456789012345678\n|"},        // behind the last column
		{"12345678901234567体" + left, "> 12345678901234567\n|体"}, // where the wide one is
		{"1234567890123456体存" + left + left + "1", "> 12345678901234561\n|体存"},
		{"媒体媒体媒体媒体媒体媒体" + home + "库", "> 库|媒体媒体媒体媒体\n媒体媒体"},
		{"媒体媒体媒体媒体媒体媒体" + home + end + backspace, "> 媒体媒体媒体媒体媒\n体媒|"},
	} {
		c.press(step.keys, step.until)
		c.press(end+"\x15", "> |")
	}
	c.press("\x04", "\n|")
	c.end(0)
}
