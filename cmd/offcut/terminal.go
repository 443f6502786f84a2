package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"time"

	"golang.org/x/term"

	"offcut/cmd/offcut/view"
)

// A terminal is what is known about an output stream.
type terminal struct {
	is    bool
	width int // columns; 0 when it is no terminal
	color bool
}

// openTerminals looks at stdout and stderr. Where stderr is a terminal, both
// are wrapped so that whatever is written erases the progress line first.
func (a *app) openTerminals() {
	a.out, a.errs = describe(a.stdout), describe(a.stderr)
	if a.getenv("TERM") == "dumb" {
		a.out.color, a.errs.color = false, false
		return
	}
	if !a.errs.is {
		return
	}
	a.status = &statusLine{w: a.stderr, width: a.errs.width, now: time.Now}
	a.stderr = a.status.eraser(a.stderr)
	if a.out.is {
		a.stdout = a.status.eraser(a.stdout)
	}
}

// A stdout says in its errors that it is stdout: of itself a write to a pipe that
// nobody reads, or to a disk that is full, fails with a text that helps nobody.
type stdout struct{ io.Writer }

func (s stdout) Write(p []byte) (int, error) {
	n, err := s.Writer.Write(p)
	var inner *fs.PathError
	if errors.As(err, &inner) {
		err = inner.Err
	}
	switch {
	case errors.Is(err, syscall.EPIPE):
		err = fmt.Errorf("write to stdout: %w", errNobodyReads)
	case err != nil:
		err = fmt.Errorf("write to stdout: %w", err)
	}
	return n, err
}

// errNobodyReads is a write to a pipe whose reader went away.
var errNobodyReads = errors.New("broken pipe")

func describe(w io.Writer) terminal {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return terminal{}
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil || width < 20 {
		width = 80
	}
	return terminal{is: true, width: width, color: true}
}

// viewOptions are the view's options for what goes to stdout.
func (a *app) viewOptions() view.Options {
	return view.Options{Width: a.out.width, Color: a.out.color}
}

// printError writes an error once: for people to stderr, and for programs to
// stdout as well where that carries JSON lines. A command line that was not
// understood begins none, so that its error is on stderr alone.
func (a *app) printError(err error) {
	text := strings.TrimSpace(view.Lines(err.Error()))
	if text == "" {
		text = "failed without a reason"
	}
	label := "Error: "
	if a.errs.color {
		label = "\x1b[1;31mError:\x1b[0m "
	}
	_, writeErr := io.WriteString(a.stderr, label+text+"\n")
	if a.jsonLines {
		writeErr = errors.Join(writeErr, view.Error(a.stdout, err))
	}
	_ = writeErr // there is no third place to say that both outputs are gone
}
