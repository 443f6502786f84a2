package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var updateRunbooks = flag.Bool("update-runbooks", false, "rewrite the outputs in examples/runbooks")

const runbooksPath = "../../examples/runbooks"

// usualEndpoint is where the KS3 server is on a page.
const usualEndpoint = "http://127.0.0.1:9000"

// TestRunbooks runs every command of the runbooks, in their order, by a shell of their
// own against the built-in KS3 server, and compares what they print. Blocks:
//
//	```console        commands after "$ ", each with its output; all of them succeed
//	```console exit=3 the same; each of them ends with that exit code
//	```hcl            a file, named by the comment of its first line, which is written
//	```json           a policy
//
// "Enter a value: x" in an output is a question that the test answers with x. The source
// of offcut is in $HOME/offcut.
func TestRunbooks(t *testing.T) {
	for _, program := range []string{"bash", "flock"} {
		if !installed(program) {
			t.Skipf("%s is not installed: the runbooks are not tried", program)
		}
	}
	for _, name := range []string{"first-rollout.md", "stop-everything-now.md", "what-did-it-delete.md"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(runbooksPath, name)
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			shelf := newBookShelf(t)
			updated := shelf.run(string(text))
			if *updateRunbooks && shelf.differs {
				writeFile(t, path, updated)
			}
		})
	}
}

func installed(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}

// A bookShelf is the place where one runbook is tried: a directory, the variables of
// its shell, and what its changing words stand for.
type bookShelf struct {
	*page
	t         *testing.T
	dir, home string
	endpoint  string            // of the server
	addresses *strings.Replacer // those of this run into those of the runbook
	differs   bool              // the runbook says something else than this run
}

func newBookShelf(t *testing.T) *bookShelf {
	t.Helper()
	source, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	if err := os.Symlink(source, filepath.Join(home, "offcut")); err != nil {
		t.Fatal(err)
	}
	return &bookShelf{page: newPage(), t: t, dir: t.TempDir(), home: home, addresses: strings.NewReplacer()}
}

// run tries a runbook and returns its text with all ids and outputs of this run: one of
// them alone would contradict the others.
func (b *bookShelf) run(text string) string {
	blocks := bookBlocks(b.t, text)
	commands := 0
	for i := range blocks {
		block := &blocks[i]
		switch block.language {
		case "hcl":
			b.write(block.body)
		case "json":
			b.checkPolicy(block.body)
		default:
			var body strings.Builder
			for _, c := range bookCommands(block.body) {
				commands++
				now := b.inThisRun(c.command)
				body.WriteString("$ " + now + "\n" + b.try(c, now, block.exit))
			}
			text = text[:block.at] + body.String() + text[block.at+len(block.body):]
			for j := range blocks {
				if blocks[j].at > block.at {
					blocks[j].at += body.Len() - len(block.body)
				}
			}
		}
	}
	if commands == 0 {
		b.t.Error("the runbook has no commands")
	}
	return text
}

// write writes the file that a block holds.
func (b *bookShelf) write(body string) {
	b.t.Helper()
	name, ok := strings.CutPrefix(strings.SplitN(body, "\n", 2)[0], "# ")
	if !ok || !filepath.IsLocal(name) {
		b.t.Fatalf("the first line of a file says which: %s", body)
	}
	writeFile(b.t, filepath.Join(b.dir, name), body)
}

// checkPolicy looks whether a policy is one, and grants nothing but what offcut uses.
func (b *bookShelf) checkPolicy(body string) {
	b.t.Helper()
	var policy struct {
		Version   string
		Statement []struct {
			Effect   string
			Action   []string
			Resource []string
		}
	}
	in := json.NewDecoder(strings.NewReader(body))
	in.DisallowUnknownFields()
	if err := in.Decode(&policy); err != nil {
		b.t.Fatalf("%v in the policy\n%s", err, body)
	}
	for _, s := range policy.Statement {
		for _, action := range s.Action {
			_, name, _ := strings.Cut(action, ":")
			switch name {
			case "ListBuckets", "ListAllMyBuckets", "ListBucketMultipartUploads", "ListMultipartUploadParts", "AbortMultipartUpload":
			default:
				b.t.Errorf("%s of %s: offcut needs no such right", s.Effect, action)
			}
		}
	}
}

// try runs a command, with the ids of this run, and returns its output as the runbook
// should have it.
func (b *bookShelf) try(c consoleBlock, now string, want int) string {
	b.t.Helper()
	var got string
	switch {
	case strings.HasPrefix(now, "offcut emulator "):
		got = b.startServer(now)
	case strings.HasPrefix(now, "offcut serve ") && !strings.Contains(now, "-once"):
		got = b.serve(c, now)
	case strings.Contains(now, "| jq ") && !installed("jq"):
		b.t.Logf("jq is not installed, so this is not tried: %s", now)
		return c.output
	default:
		got = b.shell(c, now, want)
	}
	got = byActor(strings.ReplaceAll(b.addresses.Replace(got), b.dir, "/srv/janitor"), "ops@box")
	if why := b.compare(got, c.output); why != "" {
		b.differs = true
		if !*updateRunbooks {
			b.t.Errorf("$ %s\nprints\n%s\nand the runbook says (%s; go test ./cmd/offcut -run Runbooks -update-runbooks rewrites it)\n%s", c.command, got, why, c.output)
		}
	}
	if strings.HasSuffix(c.output, "\n\n") { // a blank line before the next command
		got += "\n"
	}
	return got
}

// startServer starts the KS3 server of a rehearsal. Its files are in the source.
func (b *bookShelf) startServer(command string) string {
	args := strings.Fields(strings.ReplaceAll(command, "examples/", "../../examples/"))[2:]
	p, env := startEmulator(b.t, args...)
	_, admin, _ := strings.Cut(p.stdout.String(), "# curl -d '{\"by\": \"36h\"}' ")
	b.endpoint = env["KS3_ENDPOINT"]
	b.addresses = strings.NewReplacer(b.endpoint, usualEndpoint, strings.TrimSuffix(strings.TrimSpace(admin), "/-/age"), "http://127.0.0.1:9001")
	return p.stdout.String()
}

// serve runs the daemon until it has written as many lines as the runbook shows.
func (b *bookShelf) serve(c consoleBlock, now string) string {
	b.t.Helper()
	cmd := b.command(c, "exec "+now)
	out := newOutput()
	cmd.Stdout, cmd.Stderr = out, nil
	if err := cmd.Start(); err != nil {
		b.t.Fatal(err)
	}
	out.await(b.t, "\n", max(1, strings.Count(c.output, "\n")))
	if err := errors.Join(cmd.Process.Signal(os.Interrupt), cmd.Wait()); err != nil {
		b.t.Errorf("$ %s: %v after a signal", c.command, err)
	}
	return out.String()
}

// shell runs a command as the reader does, with the variables that the commands before
// it exported. The log of a run on schedule, JSON lines on stderr, is left out.
func (b *bookShelf) shell(c consoleBlock, now string, want int) string {
	b.t.Helper()
	cmd := b.command(c, strings.ReplaceAll(now, usualEndpoint, b.endpoint)+"\ncode=$?; export -p >\"$SHELF_VARIABLES\"; exit $code")
	var out bytes.Buffer
	cmd.Stdout = &out
	if !strings.HasPrefix(c.command, "offcut serve ") {
		cmd.Stderr = &out
	}
	code := 0
	if err := cmd.Run(); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			b.t.Fatalf("$ %s: %v", c.command, err)
		}
		code = exit.ExitCode()
	}
	if code != want {
		b.t.Errorf("$ %s: exit %d, want %d:\n%s", c.command, code, want, out.String())
	}
	return strings.Replace(out.String(), "Enter a value: ", "Enter a value: "+answerOf(c.output)+"\n", 1)
}

// command makes a shell that runs a script in the directory of the runbook. It knows
// none of the credentials of whoever runs the test.
func (b *bookShelf) command(c consoleBlock, script string) *exec.Cmd {
	variables := filepath.Join(b.dir, ".variables")
	cmd := exec.CommandContext(b.t.Context(), "bash", "-c", "[ ! -e \"$SHELF_VARIABLES\" ] || . \"$SHELF_VARIABLES\"\n"+script)
	cmd.Dir = b.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + b.home, "TZ=UTC", "LC_ALL=C.UTF-8", "SHELF_VARIABLES=" + variables}
	cmd.Stdin = strings.NewReader(answerOf(c.output) + "\n")
	return cmd
}

// answerOf is what the reader types in an output; "yes" where the runbook does not say
// yet.
func answerOf(output string) string {
	if m := regexp.MustCompile(`(?m)^Enter a value: (.+)$`).FindStringSubmatch(output); m != nil {
		return m[1]
	}
	return "yes"
}
