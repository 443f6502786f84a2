package main

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A key is what was pressed on a terminal.
type key struct {
	is   keyKind
	text string // of keyText: the characters; several where they were pasted
}

type keyKind int

const (
	keyNone keyKind = iota // it means nothing here
	keyText
	keyEnter
	keyInterrupt
	keyEndOfInput // or, within a line, keyDelete
	keyLeft
	keyRight
	keyUp
	keyDown
	keyHome
	keyEnd
	keyWordLeft
	keyWordRight
	keyBackspace
	keyDelete
	keyDropWord
	keyDropLeft
	keyDropRight
	keyClearScreen
)

const escape = 0x1b

// nextKey reads the first key of what came from a terminal, which takes size bytes; 0
// where the rest of it is still to come.
func nextKey(b []byte) (k key, size int) {
	switch {
	case len(b) == 0:
		return key{}, 0
	case b[0] == escape:
		return escapedKey(b)
	case b[0] == '\r':
		size = 1
		if bytes.HasPrefix(b, []byte("\r\n")) { // a line that is pasted ends once
			size = 2
		}
		return key{is: keyEnter}, size
	case b[0] < ' ' && b[0] != '\t', b[0] == 0x7f:
		return key{is: controlKey(b[0])}, 1
	}
	return typedText(b)
}

// controlKey is what a control character means, as in shells.
func controlKey(b byte) keyKind {
	switch b {
	case 0x01: // Ctrl-A
		return keyHome
	case 0x02: // Ctrl-B
		return keyLeft
	case 0x03: // Ctrl-C
		return keyInterrupt
	case 0x04: // Ctrl-D
		return keyEndOfInput
	case 0x05: // Ctrl-E
		return keyEnd
	case 0x06: // Ctrl-F
		return keyRight
	case 0x08, 0x7f: // Ctrl-H, and what most terminals send for Backspace
		return keyBackspace
	case '\n':
		return keyEnter
	case 0x0b: // Ctrl-K
		return keyDropRight
	case 0x0c: // Ctrl-L
		return keyClearScreen
	case 0x0e: // Ctrl-N
		return keyDown
	case 0x10: // Ctrl-P
		return keyUp
	case 0x15: // Ctrl-U
		return keyDropLeft
	case 0x17: // Ctrl-W
		return keyDropWord
	}
	return keyNone
}

// typedText reads characters up to the next key that is none. A tab, which would move
// the cursor by nobody knows how much, is a blank, and what a terminal would act on is
// dropped.
func typedText(b []byte) (k key, size int) {
	var text strings.Builder
	for size < len(b) && (b[size] >= ' ' && b[size] != 0x7f || b[size] == '\t') {
		if !utf8.FullRune(b[size:]) {
			break
		}
		r, n := utf8.DecodeRune(b[size:])
		size += n
		switch {
		case r == '\t':
			text.WriteByte(' ')
		case !unicode.IsControl(r):
			text.WriteRune(r)
		}
	}
	return key{is: keyText, text: text.String()}, size
}

// escapedKey reads a key that a terminal sends as a sequence of characters.
func escapedKey(b []byte) (k key, size int) {
	switch {
	case len(b) < 2:
		return key{}, 0
	case b[1] == 'b':
		return key{is: keyWordLeft}, 2
	case b[1] == 'f':
		return key{is: keyWordRight}, 2
	case b[1] == escape:
		return key{}, 1
	case b[1] != '[' && b[1] != 'O':
		return key{}, 2
	}
	for i, c := range b[2:] {
		switch {
		case c >= 0x40 && c <= 0x7e:
			return key{is: sequenceKey(string(b[2:2+i]), c)}, 2 + i + 1
		case c < 0x20 || c > 0x7e: // no part of a sequence: it was cut off
			return key{}, 2 + i
		}
	}
	return key{}, 0
}

// sequenceKey is what a sequence with these parameters and this end means.
func sequenceKey(parameters string, end byte) keyKind {
	switch word := strings.HasSuffix(parameters, ";3") || strings.HasSuffix(parameters, ";5"); { // with Alt or Ctrl
	case end == 'A':
		return keyUp
	case end == 'B':
		return keyDown
	case end == 'C' && word:
		return keyWordRight
	case end == 'C':
		return keyRight
	case end == 'D' && word:
		return keyWordLeft
	case end == 'D':
		return keyLeft
	case end == 'H':
		return keyHome
	case end == 'F':
		return keyEnd
	case end != '~':
	case parameters == "1" || parameters == "7":
		return keyHome
	case parameters == "4" || parameters == "8":
		return keyEnd
	case parameters == "3":
		return keyDelete
	}
	return keyNone
}
