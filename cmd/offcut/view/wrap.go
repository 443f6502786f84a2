package view

import "strings"

// wrap breaks lines between words, so that none is wider than width where the words
// allow it; 0 means no limit. used is how much of the first line is taken already. What
// goes on in a new line hangs further in than the line that it belongs to: by hang, or
// where that is 0 by two more than its own indent. A line is broken at single blanks
// only, so that two different texts never look the same.
func wrap(text string, used, hang, width int) string {
	if width <= 0 {
		return text
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = wrapLine(line, used, hang, width)
		used = 0
	}
	return strings.Join(lines, "\n")
}

// Filled lays out the paragraphs of a text anew for a width. Lines that are indented
// stay as they are.
func Filled(text string, width int) string {
	var out, paragraph []string
	end := func() {
		if len(paragraph) > 0 {
			out = append(out, strings.ReplaceAll(wrapLine(strings.Join(paragraph, " "), 0, 1, width), "\n ", "\n"))
		}
		paragraph = nil
	}
	for line := range strings.SplitSeq(text, "\n") {
		if line != "" && line[0] != ' ' {
			paragraph = append(paragraph, line)
			continue
		}
		end()
		out = append(out, line)
	}
	end()
	return strings.Join(out, "\n")
}

func wrapLine(line string, used, hang, width int) string {
	if hang == 0 {
		hang = len(line) - len(strings.TrimLeft(line, " ")) + len(gap)
	}
	var b strings.Builder
	for i, word := range words(line) {
		switch w := Width(word); {
		case i == 0:
		case used+1+w > width && used > hang:
			b.WriteString("\n" + strings.Repeat(" ", hang))
			used = hang
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += Width(word)
	}
	return b.String()
}

// words splits a line at its single blanks. More than one of them belong to the word
// that they stand in, and so do those around an equals sign: an argument can be copied.
func words(line string) []string {
	var list []string
	from := 0
	for i := 1; i < len(line)-1; i++ {
		single := line[i] == ' ' && line[i-1] != ' ' && line[i+1] != ' '
		if single && !strings.HasPrefix(line[i:], " = ") && !strings.HasSuffix(line[:i], " =") {
			list = append(list, line[from:i])
			from = i + 1
		}
	}
	return append(list, line[from:])
}
