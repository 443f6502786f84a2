package main

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"offcut/rules"
)

// typedIn runs a console in which keys are typed, and returns what it writes to stdout and
// to the terminal.
func typedIn(t *testing.T, keys string) (values, shown string) {
	t.Helper()
	var out, errs transcript
	c := &console{
		app:  &app{world: world{stdout: &out, stderr: &errs}, log: zerolog.Nop()},
		set:  new(rules.Set),
		asks: true, editor: newEditor(strings.NewReader(keys), &errs),
	}
	if err := c.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return out.String(), errs.String()
}

// On a terminal a line is edited, and those before come back.
func TestConsoleEditsLines(t *testing.T) {
	const up, left, ctrlA, ctrlC, ctrlD = "\x1b[A", "\x1b[D", "\x01", "\x03", "\x04"
	for name, c := range map[string]struct{ keys, want string }{
		"back":              {"1 + 1\r" + up + "\r" + ctrlD, "2\n2\n"},
		"two back":          {"1 + 1\r5\r" + up + up + "\r" + ctrlD, "2\n5\n2\n"},
		"in the line":       {"1 + 1" + left + "4" + ctrlA + "2" + "\r" + ctrlD, "62\n"}, // 21 + 41
		"empty lines":       {"7\r\r\r" + up + "\r" + ctrlD, "7\n7\n"},
		"exit":              {"exit\r99\r", ""},
		"quit":              {"1\r quit \r99\r", "1\n"},
		"dropped":           {"nonsense" + ctrlC + "3\r" + ctrlD, "3\n"},
		"dropped, not kept": {"7\rnonsense" + ctrlC + up + "\r" + ctrlD, "7\n7\n"},
		"open and dropped":  {"[1,\r" + ctrlC + "3\r" + ctrlD, "3\n"},
		"nothing to drop":   {"3\r" + ctrlC + "4\r", "3\n"},
		"end of the input":  {"3\r", "3\n"},
	} {
		if got, shown := typedIn(t, c.keys); got != c.want {
			t.Errorf("%s: %q, want %q; the terminal shows %q", name, got, c.want, shown)
		}
	}
}

func TestConsoleShowsWhatWasDropped(t *testing.T) {
	_, shown := typedIn(t, "[1,\r2\x03\x04")
	if want := "> [1,\r\n: 2^C\r\n> \n"; strings.ReplaceAll(shown, "2\x1b[D", "") != want {
		t.Errorf("%q, want %q", shown, want)
	}
}

func TestConsoleSaysWhatCanBeTyped(t *testing.T) {
	values, _ := typedIn(t, "help\r\x04")
	for _, word := range []string{"exit, quit", "help", "upload"} {
		if !strings.Contains(values, word) {
			t.Errorf("%q is not in %q", word, values)
		}
	}
}

// A Ctrl-C does not get lost between reads that are as short as can be.
func TestKeysStandForCtrlC(t *testing.T) {
	k := keys{in: strings.NewReader("a\x03b\x03")}
	var got []byte
	for p := make([]byte, 1); ; {
		n, err := k.Read(p)
		got = append(got, p[:n]...)
		if errors.Is(err, io.EOF) {
			break
		}
	}
	if string(got) != "a\x1c\rb\x1c\r" {
		t.Errorf("%q", got)
	}
}
