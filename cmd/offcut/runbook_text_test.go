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

// inThisRun replaces the words of the runbook by those of this run.
func (b *bookShelf) inThisRun(text string) string {
	return strings.ReplaceAll(replaceWords(text, b.words), "examples/", b.examples+"/")
}

// changing finds the words that differ from run to run and that later commands name:
// addresses, ids of runs and uploads, and hashes.
func changing() *regexp.Regexp {
	return regexp.MustCompile(`http://127\.0\.0\.1:\d+|\b[0-9a-f]{8}\b|\b[0-9a-f]{16,64}\b`)
}

// shortID is the number of digits by which a run is called.
const shortID = 8

// replaceWords replaces whole words; of a word that is known by its beginning, only that.
func replaceWords(text string, words map[string]string) string {
	return changing().ReplaceAllStringFunc(text, func(word string) string {
		if whole, ok := words[word]; ok {
			return whole
		}
		if begins, ok := words[word[:shortID]]; ok && len(word) == 2*shortID {
			return begins + word[shortID:]
		}
		return word
	})
}

// asWritten puts the output of this run into the words of the runbook: each changing
// word is the one that stands in its place there.
func (b *bookShelf) asWritten(got, written string) string {
	here, there := changing().FindAllString(got, -1), changing().FindAllString(written, -1)
	if len(here) == len(there) {
		for i, word := range there {
			if _, known := b.words[word]; !known {
				b.words[word] = here[i]
			}
			if len(word) == 2*shortID && len(here[i]) == 2*shortID {
				b.words[word[:shortID]] = here[i][:shortID]
			}
		}
	}
	known := map[string]string{}
	for word, now := range b.words {
		known[now] = word
	}
	got = replaceWords(got, known)
	got = strings.ReplaceAll(got, b.examples+"/", "examples/")
	got = strings.ReplaceAll(got, b.dir, "/srv/janitor")
	return padded(got, actor(), "ops@box")
}

// padded replaces a word by another and keeps columns where they are.
func padded(text, word, by string) string {
	cell := regexp.MustCompile(regexp.QuoteMeta(word) + `(  +)?`)
	return cell.ReplaceAllStringFunc(text, func(found string) string {
		if found == word {
			return by
		}
		return by + strings.Repeat(" ", max(2, len(found)-len(by)))
	})
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
