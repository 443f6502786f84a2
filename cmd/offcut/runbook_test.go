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

// TestRunbooks runs every command of the runbooks, in their order, by a shell of their
// own against the built-in KS3 server, and compares what they print. Blocks:
//
//	```console        commands after "$ ", each with its output; all of them succeed
//	```console exit=3 the same; each of them ends with that exit code
//	```hcl            a file, named by the comment of its first line, which is written
//	```json           a policy
//
// "Enter a value: x" in an output is a question that the test answers with x.
func TestRunbooks(t *testing.T) {
	for _, program := range []string{"bash", "flock"} {
		if _, err := exec.LookPath(program); err != nil {
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
			updated := newBookShelf(t).run(string(text))
			if *updateRunbooks && updated != string(text) {
				writeFile(t, path, updated)
			}
		})
	}
}

// A bookShelf is the place where one runbook is tried: a directory, the variables of
// its shell, and what its changing words stand for.
type bookShelf struct {
	t        *testing.T
	dir      string
	examples string            // absolute
	words    map[string]string // by what the runbook says: ids and addresses of this run
}

func newBookShelf(t *testing.T) *bookShelf {
	t.Helper()
	examples, err := filepath.Abs("../../examples")
	if err != nil {
		t.Fatal(err)
	}
	return &bookShelf{t: t, dir: t.TempDir(), examples: examples, words: map[string]string{}}
}

// run tries a runbook and returns its text with the outputs of this run, where they
// differ.
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
				body.WriteString("$ " + c.command + "\n" + b.try(c, block.exit))
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

// try runs a command and returns what the runbook should say of it: its own output
// where that is the same.
func (b *bookShelf) try(c consoleBlock, want int) string {
	b.t.Helper()
	var got string
	switch {
	case strings.HasPrefix(c.command, "offcut emulator "):
		got = b.startServer(c.command)
	case strings.HasPrefix(c.command, "offcut serve ") && !strings.Contains(c.command, "-once"):
		got = b.serve(c)
	default:
		got = b.shell(c, want)
	}
	got = b.asWritten(got, c.output)
	if same(squeeze(got), squeeze(c.output)) {
		return c.output
	}
	if !*updateRunbooks {
		b.t.Errorf("$ %s\nprints\n%s\nand the runbook says (go test ./cmd/offcut -run Runbooks -update-runbooks rewrites it)\n%s", c.command, got, c.output)
	}
	return got
}

// startServer starts the KS3 server of a rehearsal.
func (b *bookShelf) startServer(command string) string {
	args := strings.Fields(strings.ReplaceAll(command, "examples/", b.examples+"/"))[2:]
	p, env := startEmulator(b.t, args...)
	_, admin, _ := strings.Cut(p.stdout.String(), "# curl -d '{\"by\": \"36h\"}' ")
	b.words["http://127.0.0.1:9000"] = env["KS3_ENDPOINT"]
	b.words["http://127.0.0.1:9001"] = strings.TrimSuffix(strings.TrimSpace(admin), "/-/age")
	return p.stdout.String()
}

// serve runs the daemon until it has written as many lines as the runbook shows.
func (b *bookShelf) serve(c consoleBlock) string {
	b.t.Helper()
	cmd := b.command(c, "exec "+b.inThisRun(c.command))
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
func (b *bookShelf) shell(c consoleBlock, want int) string {
	b.t.Helper()
	cmd := b.command(c, b.inThisRun(c.command)+"\ncode=$?; export -p >\"$SHELF_VARIABLES\"; exit $code")
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
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + b.dir, "TZ=UTC", "LC_ALL=C.UTF-8", "SHELF_VARIABLES=" + variables}
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
