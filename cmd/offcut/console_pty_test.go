//go:build linux

package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sys/unix"

	"offcut/rules"
)

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

// On a real terminal a line before comes back, Ctrl-C is a key, and the terminal is left
// as it was found.
func TestConsoleOnATerminal(t *testing.T) {
	person, program := openPTY(t)
	found, err := unix.IoctlGetTermios(int(program.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	var shown transcript
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := person.Read(buf)
			_, _ = shown.Write(buf[:n])
			if err != nil {
				return
			}
		}
	}()
	c := &console{
		app:  &app{world: world{stdout: program, stderr: program}, log: zerolog.Nop()},
		set:  new(rules.Set),
		asks: true, editor: newTerminalEditor(program, program),
	}
	ended := make(chan error, 1)
	go func() { ended <- c.run(t.Context()) }()
	typeKeys := func(keys, until string) {
		t.Helper()
		if _, err := person.WriteString(keys); err != nil {
			t.Fatal(err)
		}
		for range 500 {
			if strings.HasSuffix(shown.String(), until) {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Fatalf("behind %q the terminal shows %q, and not %q", keys, shown.String(), until)
	}
	typeKeys("", "> ")
	typeKeys("20 + 22\r", "42\r\n> ")
	typeKeys("[1,", "[1,")
	typeKeys("\x03", "[1,^C\r\n> ")
	typeKeys("\x1b[A", "20 + 22")
	typeKeys("\r", "42\r\n> ")
	if _, err := person.WriteString("\x04"); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	left, err := unix.IoctlGetTermios(int(program.Fd()), unix.TCGETS)
	if err != nil || *left != *found {
		t.Errorf("the terminal was %+v and is %+v (%v)", found, left, err)
	}
}
