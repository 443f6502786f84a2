package main

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/rs/zerolog"
	"pgregory.net/rapid"

	"offcut/cmd/offcut/view"
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
	if want := "> [1,\r\n: 2^C\r\n> \n"; shown != want {
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

// What comes in pieces is the same keys.
func TestConsoleTakesKeysInPieces(t *testing.T) {
	const keys = "\"鍵é\"\x1b[D\x1b[D\x1b[3~\x1b[1;5D\x1bOC\x7f\x1b[200~'\x03[1,\r\n2]\r\x04"
	whole, shownWhole := typedIn(t, keys)
	var out, errs transcript
	c := &console{
		app:  &app{world: world{stdout: &out, stderr: &errs}, log: zerolog.Nop()},
		set:  new(rules.Set),
		asks: true, editor: newEditor(iotest.OneByteReader(strings.NewReader(keys)), &errs),
	}
	if err := c.run(t.Context()); err != nil || out.String() != whole || whole == "" {
		t.Errorf("%q in pieces and %q as a whole (%v); %q, %q", out.String(), whole, err, errs.String(), shownWhole)
	}
}

// Whatever a character is made of and however wide it is, keys go by characters.
func TestConsoleEditsByCharacters(t *testing.T) {
	const left, del, home, end, wordLeft = "\x1b[D", "\x1b[3~", "\x1b[H", "\x1b[F", "\x1bb"
	for name, c := range map[string]struct{ keys, want string }{
		"Chinese":           {"\"媒体/存\"" + left + left + "库", `"媒体/库存"`},
		"backspace":         {"\"媒体\"" + left + "\x7f", `"媒"`},
		"delete":            {"\"媒体\"" + home + "\x06" + del, `"体"`},
		"combining mark":    {"\"e\u0301x\"" + left + left + "\x7fa", `"ax"`},
		"mark of its own":   {"\"ex\"" + left + left + "\u0301", `"éx"`}, // the value is in normal form C
		"emoji":             {"\"🗑️a\"" + left + left + "\x7fb", `"ba"`},
		"word":              {"\"媒体 库存\"" + wordLeft + "a", `"媒体 a库存"`},
		"ends":              {"媒" + home + "\"" + end + "\"", `"媒"`},
		"tab":               {"[\"a\",\t1][1]", "1"},
		"no control":        {"\"a\u0085b\"", `"ab"`},
		"no UTF-8":          {"length(\"\xff\")", "1"},
		"back, and forward": {"3\r4" + "\x1b[A" + "\x1b[B", "3\n4"},
		"all of it":         {"99\x15\"a b c\"\x17d\"\x02\x02\x0b\"", `"a b "`},
	} {
		if got, shown := typedIn(t, c.keys+"\r\x04"); got != c.want+"\n" {
			t.Errorf("%s: %q, want %q; the terminal shows %q", name, got, c.want, shown)
		}
	}
}

// A smallTerminal is a terminal that does not wrap, and notes what is written in each
// cell. It fails for what terminals do not agree on.
type smallTerminal struct {
	columns int
	at      cell
	rows    [][]string // the characters; of a wide one in its first cell
}

func (s *smallTerminal) write(out string) error {
	for out != "" {
		if rest, ok := strings.CutPrefix(out, "\x1b["); ok {
			end := strings.IndexAny(rest, "ABCDJ")
			n, err := strconv.Atoi(cmp.Or(rest[:end], "1"))
			if err != nil {
				return err
			}
			s.act(n, rest[end])
			out = rest[end+1:]
			continue
		}
		switch size := runeSize(out); out[0] {
		case '\r':
			s.at.column, out = 0, out[1:]
		case '\n':
			s.at.row, out = s.at.row+1, out[1:]
		default:
			if err := s.put(out[:size]); err != nil {
				return err
			}
			out = out[size:]
		}
	}
	return nil
}

func (s *smallTerminal) act(n int, direction byte) {
	switch direction {
	case 'A':
		s.at.row -= n
	case 'B':
		s.at.row += n
	case 'C':
		s.at.column += n
	case 'D':
		s.at.column -= n
	case 'J':
		for row := range s.rows[s.at.row:] {
			for column := range s.columns {
				if row > 0 || column >= s.at.column {
					s.rows[s.at.row+row][column] = ""
				}
			}
		}
	}
	s.room()
}

func (s *smallTerminal) room() {
	for len(s.rows) <= s.at.row {
		s.rows = append(s.rows, make([]string, s.columns))
	}
}

func (s *smallTerminal) put(character string) error {
	s.room()
	width := view.Width(character)
	if s.at.column+width > s.columns {
		return fmt.Errorf("%q in column %d of %d", character, s.at.column, s.columns)
	}
	if width == 0 {
		last := s.at
		for last.column--; last.column < 0 || s.rows[last.row][last.column] == ""; last.column-- {
			if last.column < 0 {
				last = cell{last.row - 1, s.columns}
			}
		}
		s.rows[last.row][last.column] += character
		return nil
	}
	for i := range width {
		s.rows[s.at.row][s.at.column+i] = ""
	}
	s.rows[s.at.row][s.at.column] = character
	s.at.column += width
	return nil
}

// shown is what the terminal shows up to a cell.
func (s *smallTerminal) shown(to cell) string {
	var b strings.Builder
	for row := range s.rows {
		for column := range s.columns {
			if row < to.row || row == to.row && column < to.column {
				b.WriteString(s.rows[row][column])
			}
		}
	}
	return b.String()
}

// Whatever is typed, a terminal shows the prompt and the line, and has its cursor behind
// what stands before it.
func TestConsoleShowsTheLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(3, 12).Draw(t, "columns")
		screen, line := &lineScreen{columns: columns, prompt: "> "}, &editedLine{before: []string{"媒体", "raw/cam"}}
		terminal := &smallTerminal{columns: columns}
		show := func(out string) {
			if err := terminal.write(out); err != nil {
				t.Fatalf("%q: %v", out, err)
			}
			whole, before := terminal.shown(cell{row: len(terminal.rows)}), terminal.shown(terminal.at)
			if whole != "> "+line.text || before != "> "+line.text[:line.at] {
				t.Fatalf("%q: the terminal shows %q up to %q, want %q up to %q", out, whole, before, line.text, line.text[:line.at])
			}
		}
		show(screen.begin())
		for range rapid.IntRange(1, 40).Draw(t, "keys") {
			k := key{is: keyText, text: rapid.SampledFrom([]string{"a", "bc", " ", "媒", "体存", "é", "e\u0301", "\u0301", "🗑", "👩\u200d💻", "\ufe0f"}).Draw(t, "text")}
			if rapid.Bool().Draw(t, "edit") {
				k = key{is: keyKind(rapid.IntRange(int(keyEndOfInput)+1, int(keyDropRight)).Draw(t, "key"))}
			}
			if line.at == 0 && k.text != "" && startsNoCharacter(k.text) {
				continue // it would combine with the prompt
			}
			line.press(k)
			show(screen.update(line.text, line.at))
		}
	})
}
