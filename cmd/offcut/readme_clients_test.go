package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A client block is an ```sh or ```go block of the README: what a reader pastes.
type clientBlock struct{ language, text string }

func clientBlocks(t *testing.T) []clientBlock {
	t.Helper()
	text, err := os.ReadFile(readmePath)
	if err != nil {
		t.Fatal(err)
	}
	var blocks []clientBlock
	for _, m := range regexp.MustCompile("(?s)```(sh|go)\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		blocks = append(blocks, clientBlock{m[1], m[2]})
	}
	return blocks
}

// What the README says of other clients works as pasted, in its order and against
// one server.
func TestReadmeClients(t *testing.T) {
	blocks := clientBlocks(t)
	if len(blocks) != 5 {
		t.Fatalf("the README has %d blocks to paste, want 5", len(blocks))
	}
	p, env := startEmulator(t, "-seed", "quickstart")
	_, command, _ := strings.Cut(p.stdout.String(), "# curl -d '")
	_, ageURL, _ := strings.Cut(strings.TrimSpace(command), "' ")
	ports := strings.NewReplacer("http://127.0.0.1:9001", strings.TrimSuffix(ageURL, "/-/age"))
	outputs := make([]string, len(blocks))
	for i, b := range blocks {
		outputs[i] = runClientBlock(t, b, ports.Replace(b.text), env)
	}
	for i, want := range []string{"<UploadId>", "raw/from-curl.mp4", "uploaded part 1 of", `{"uploads":`, "minio"} {
		if outputs[i] != skipped && !strings.Contains(outputs[i], want) {
			t.Errorf("block %d does not print %q:\n%s\n%s", i+1, want, blocks[i].text, outputs[i])
		}
	}
}

// skipped stands for the output of a block whose program is not installed.
const skipped = "skipped"

func runClientBlock(t *testing.T, b clientBlock, text string, env map[string]string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	var cmd *exec.Cmd
	switch b.language {
	case "go":
		source := filepath.Join(t.TempDir(), "main.go")
		writeFile(t, source, text)
		cmd = exec.CommandContext(ctx, "go", "run", source)
	default:
		for _, program := range []string{"bash", "curl", "openssl", "aws"} {
			if _, err := exec.LookPath(program); err != nil && strings.Contains(text, program+" ") {
				t.Logf("%s is not installed: its lines are not tried", program)
				return skipped
			}
		}
		cmd = exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", text)
	}
	cmd.Env = os.Environ()
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s\n%s", err, text, out)
	}
	return string(out)
}
