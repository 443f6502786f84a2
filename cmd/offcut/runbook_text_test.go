package main

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// A bookBlock is a fenced block of a runbook and where its body stands in the text.
type bookBlock struct {
	language string
	exit     int // the code that its commands end with
	body     string
	at       int
}

// bookBlocks lists the blocks in the order in which they are tried: what sets the stage
// comes first, though it stands last.
func bookBlocks(t *testing.T, text string) []bookBlock {
	t.Helper()
	var page, stage []bookBlock
	last := strings.Index(text, "\n## To rehearse this page\n")
	fence := regexp.MustCompile("(?ms)^```(console|hcl|json)(?: exit=([0-9]+))?\n(.*?)^```$")
	for _, m := range fence.FindAllStringSubmatchIndex(text, -1) {
		block := bookBlock{language: text[m[2]:m[3]], body: text[m[6]:m[7]], at: m[6]}
		if m[4] >= 0 {
			var err error
			if block.exit, err = strconv.Atoi(text[m[4]:m[5]]); err != nil {
				t.Fatal(err)
			}
		}
		if last >= 0 && block.at > last {
			stage = append(stage, block)
		} else {
			page = append(page, block)
		}
	}
	return append(stage, page...)
}

// bookCommands splits a console block into commands and their outputs.
func bookCommands(body string) (commands []consoleBlock) {
	for line := range strings.Lines(body) {
		if command, ok := strings.CutPrefix(line, "$ "); ok {
			commands = append(commands, consoleBlock{command: strings.TrimSpace(command)})
		} else if n := len(commands); n > 0 {
			commands[n-1].output += line
		}
	}
	return commands
}

// squeeze makes texts comparable that differ in the day, in the version, or in how wide
// the name of the machine makes a column.
func squeeze(text string) string {
	for _, m := range []mask{
		{regexp.MustCompile(`  +`), "  "},
		{regexp.MustCompile(`(?m)^\d{4}-\d{2}-\d{2}  `), "YYYY-MM-DD  "},
		{regexp.MustCompile(`"offcut":"[^"]*"`), `"offcut":"VERSION"`},
		{regexp.MustCompile(`\boffcut \d+\.\d+\.\d+[^ )]*`), "offcut VERSION"},
	} {
		text = m.pattern.ReplaceAllString(text, m.with)
	}
	return strings.Trim(text, "\n")
}
