package main

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
)

// A version of the command library whose scripts are other ones is noticed here.
func TestCompletionScripts_AreEditedWhereTheyShould(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		var out, errs bytes.Buffer
		code := run(context.Background(), world{
			args: []string{"completion", shell}, stdin: strings.NewReader(""), stdout: &out, stderr: &errs,
			getenv: func(string) string { return "" },
		})
		if code != 0 || !strings.Contains(out.String(), "__offcut_debug") {
			t.Errorf("%s: exit code %d, %s", shell, code, errs.String())
		}
	}
	err := writeScript(io.Discard, func(w io.Writer) error {
		_, err := io.WriteString(w, "one two one")
		return err
	}, []scriptEdit{{"two", "2"}, {"one", "1"}})
	if err == nil || !strings.Contains(err.Error(), `"one" 2 times`) {
		t.Errorf("an edit that fits twice: %v", err)
	}
}
