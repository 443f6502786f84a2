package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"offcut/cmd/offcut/view"
)

// A lineScreen is what a terminal shows of a line that is edited: the prompt and the text,
// from the first column of a row on, over as many rows as they take.
type lineScreen struct {
	columns int
	prompt  string
	text    string
	cursor  cell
}

// A cell is a place on a terminal, counted from where the prompt begins.
type cell struct{ row, column int }

// begin returns what shows the prompt.
func (s *lineScreen) begin() string {
	var out strings.Builder
	s.write(&out, s.prompt)
	return out.String()
}

// clear returns what shows the prompt, and nothing else.
func (s *lineScreen) clear() string {
	s.text, s.cursor = "", cell{}
	return "\x1b[2J\x1b[H" + s.begin()
}

// update returns what makes a terminal show another text, with the cursor at an offset in
// it.
func (s *lineScreen) update(text string, at int) string {
	var out strings.Builder
	if s.text != text {
		same := sameCharacters(s.text, text)
		s.move(&out, s.cellOf(text[:same]))
		if same < len(s.text) {
			out.WriteString("\x1b[J")
		}
		s.write(&out, text[same:])
		s.text = text
	}
	s.move(&out, s.cellOf(text[:at]))
	return out.String()
}

// write writes text from the cursor on. Each row is ended here, as terminals differ in
// where the cursor is behind the last column, and in what they do with a wide character
// that has half of the room that it needs.
func (s *lineScreen) write(out *strings.Builder, text string) {
	for text != "" {
		size := after(text, 0)
		width, next := view.Width(text[:size]), s.behind(s.cursor, text[:size])
		if s.cursor.column+width > s.columns {
			out.WriteString("\r\n")
		}
		out.WriteString(text[:size])
		if width > 0 && next.column == 0 {
			out.WriteString("\r\n")
		}
		s.cursor, text = next, text[size:]
	}
}

// move moves the cursor.
func (s *lineScreen) move(out *strings.Builder, to cell) {
	steps := func(n int, direction byte) {
		switch {
		case n == 1:
			out.WriteString("\x1b[" + string(direction))
		case n > 1:
			fmt.Fprintf(out, "\x1b[%d%c", n, direction)
		}
	}
	steps(s.cursor.row-to.row, 'A')
	steps(to.row-s.cursor.row, 'B')
	steps(to.column-s.cursor.column, 'C')
	steps(s.cursor.column-to.column, 'D')
	s.cursor = to
}

// cellOf is where the cursor is behind the prompt and a text.
func (s *lineScreen) cellOf(text string) cell {
	at := cell{}
	for _, part := range []string{s.prompt, text} {
		for part != "" {
			size := after(part, 0)
			at, part = s.behind(at, part[:size]), part[size:]
		}
	}
	return at
}

// behind is where the cursor is behind a character that is written in a cell.
func (s *lineScreen) behind(at cell, character string) cell {
	width := view.Width(character)
	if at.column+width > s.columns {
		at = cell{at.row + 1, 0}
	}
	if at.column += width; at.column >= s.columns {
		at = cell{at.row + 1, 0}
	}
	return at
}

// sameCharacters is how many bytes of two texts are the same characters.
func sameCharacters(a, b string) int {
	same := 0
	for same < len(a) && same < len(b) {
		end := after(a, same)
		if end != after(b, same) || a[same:end] != b[same:end] {
			break
		}
		same = end
	}
	return same
}

// after is where the character at an offset ends: what combines with it is a part of it.
func after(text string, at int) int {
	if at == len(text) {
		return at
	}
	at += runeSize(text[at:])
	for at < len(text) && startsNoCharacter(text[at:]) {
		at += runeSize(text[at:])
	}
	return at
}

// before is where the character before an offset begins.
func before(text string, at int) int {
	for at > 0 {
		_, size := utf8.DecodeLastRuneInString(text[:at])
		at -= size
		if !startsNoCharacter(text[at:]) {
			break
		}
	}
	return at
}

// startsNoCharacter reports whether a text begins with what takes no cell, as marks do
// that combine with the character before them.
func startsNoCharacter(text string) bool { return view.Width(text[:runeSize(text)]) == 0 }

func runeSize(text string) int {
	_, size := utf8.DecodeRuneInString(text)
	return size
}
