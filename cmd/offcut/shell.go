package main

import (
	"strings"

	"offcut/cmd/offcut/view"
)

// shellWord is text as one word of a shell's command line. What a terminal would
// obey is written as the escapes of $'...', which bash and zsh
// read; everything else suits any shell.
func shellWord(text string) string {
	if strings.Contains(text, "\n") || view.Lines(text) != text {
		return "$'" + strings.ReplaceAll(view.Text(text), "'", `\'`) + "'"
	}
	plain := func(r rune) bool {
		return r < 0x80 && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:=+@%", r))
	}
	if text != "" && strings.IndexFunc(text, func(r rune) bool { return !plain(r) }) < 0 {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// shellPath is a path as one word of a command line that no command takes for a
// flag.
func shellPath(path string) string {
	if strings.HasPrefix(path, "-") {
		path = "./" + path
	}
	return shellWord(path)
}
