package main

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"
)

var updateReadme = flag.Bool("update-readme", false, "rewrite the outputs in README.md")

const readmePath = "../../README.md"

// A consoleBlock is one ```console block of the README: a command and its output.
type consoleBlock struct {
	command, output string
}

// The tour of the README prints what its commands print.
func TestReadmeTour(t *testing.T) {
	text, err := os.ReadFile(readmePath)
	if err != nil {
		t.Fatal(err)
	}
	readme := string(text)
	blocks := consoleBlocks(readme)
	if len(blocks) != 7 {
		t.Fatalf("the README has %d console blocks, want 7", len(blocks))
	}
	p, env := startEmulator(t, "-seed", "quickstart")
	_, admin, _ := strings.Cut(p.stdout.String(), "# curl -d '{\"by\": \"36h\"}' ")
	data, tour, differs := t.TempDir(), newPage(), false
	places := strings.NewReplacer(env["KS3_ENDPOINT"], usualEndpoint, strings.TrimSuffix(strings.TrimSpace(admin), "/-/age"), "http://127.0.0.1:9001", data, ".offcut")
	for _, b := range blocks {
		got := p.stdout.String()
		if !strings.HasPrefix(b.command, "offcut emulator") {
			got = runTourCommand(t, env, b.command, data)
		}
		got = byActor(strings.Trim(places.Replace(got), "\n")+"\n", "sre@ops")
		if why := tour.compare(got, b.output); why != "" {
			differs = true
			if !*updateReadme {
				t.Errorf("$ %s\nprints\n%s\nand the README says (%s; go test ./cmd/offcut -run ReadmeTour -update-readme rewrites it)\n%s", b.command, got, why, b.output)
			}
		}
		readme = strings.Replace(readme, "$ "+b.command+"\n"+b.output, "$ "+b.command+"\n"+got, 1)
	}
	if *updateReadme && differs { // all of it: one output alone would contradict the others
		if err := os.WriteFile(readmePath, []byte(readme), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// What the README evaluates on the console is what it shows.
func TestReadmeConsole(t *testing.T) {
	text, err := os.ReadFile(readmePath)
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^    \$ echo '(.+)' \| offcut console (\S+)\n    (.+)$`).FindStringSubmatch(string(text))
	if m == nil {
		t.Fatal("the README has no line for the console")
	}
	p := &process{stdout: newOutput(), stderr: newOutput()}
	w := p.world(nil, []string{"console", "../../" + m[2]})
	w.stdin = strings.NewReader(m[1] + "\n")
	if code := run(t.Context(), w); code != exitOK || strings.TrimSpace(p.stdout.String()) != m[3] {
		t.Errorf("exit %d: %s%s, want %s", code, p.stdout, p.stderr, m[3])
	}
}

// runTourCommand runs a command of the tour. What it reads is in ../../examples; a
// question is answered with yes, and the plan before it is left out, as the README
// says.
func runTourCommand(t *testing.T, env map[string]string, command, data string) string {
	args := strings.Fields(strings.ReplaceAll(command, "examples/", "../../examples/"))[1:]
	if args[0] != "scan" {
		args = append(args, "-data-dir", data)
	}
	p := &process{stdout: newOutput(), stderr: newOutput()}
	w := p.world(env, args)
	w.stdin = strings.NewReader("yes\n")
	if code := run(t.Context(), w); code != exitOK {
		t.Fatalf("$ %s: exit %d: %s", command, code, p.stderr)
	}
	out := p.stdout.String()
	if args[0] != "apply" {
		return out
	}
	_, rest, ok := strings.Cut(out, "Do you want")
	if !ok {
		t.Fatalf("$ %s asks nothing:\n%s", command, out)
	}
	return "(the plan, as above)\n\nDo you want" + strings.Replace(rest, "Enter a value: ", "Enter a value: yes\n", 1)
}

// same compares outputs without what differs from run to run: ports, instants and
// random ids.
func same(a, b string) bool {
	for _, m := range append(masks(),
		mask{regexp.MustCompile(`\b([0-9a-f]{8}|[0-9a-f]{32}|[0-9a-f]{64})\b`), "ID"}, mask{regexp.MustCompile(`hh:mm:\d\d`), "hh:mm:ss"},
		mask{regexp.MustCompile(`\S+@\S+ +`), "USER@HOST "}, mask{regexp.MustCompile(`\bBY +`), "BY "},
	) {
		a, b = m.pattern.ReplaceAllString(a, m.with), m.pattern.ReplaceAllString(b, m.with)
	}
	return a == b
}

// consoleBlocks finds the console blocks of a Markdown text.
func consoleBlocks(text string) []consoleBlock {
	var blocks []consoleBlock
	for _, m := range regexp.MustCompile("(?s)```console\n\\$ ([^\n]*)\n(.*?)```").FindAllStringSubmatch(text, -1) {
		blocks = append(blocks, consoleBlock{command: m[1], output: m[2]})
	}
	return blocks
}
