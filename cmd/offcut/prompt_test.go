package main

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestAskTakesOneLine(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"yes\n", "yes"}, {"yes\r\n", "yes"}, {"yes", "yes"}, {"\n", ""}, {"no\nyes\n", "no"}, {" yes \n", " yes "},
	} {
		var out strings.Builder
		got, err := ask(t.Context(), strings.NewReader(c.in), &out)
		if err != nil || got != c.want {
			t.Errorf("%q: %q, %v", c.in, got, err)
		}
		if !strings.HasPrefix(out.String(), "\nEnter a value: ") {
			t.Errorf("%q: asked %q", c.in, out.String())
		}
	}
}

// An input that ends is no empty line: nobody answered.
func TestAskTellsTheEndOfTheInput(t *testing.T) {
	if answer, err := ask(t.Context(), strings.NewReader(""), io.Discard); !errors.Is(err, io.EOF) || answer != "" {
		t.Errorf("%q, %v", answer, err)
	}
}

func TestAskReturnsTheReadersError(t *testing.T) {
	broken := errors.New("input/output error")
	in, feed := io.Pipe()
	feed.CloseWithError(broken)
	if _, err := ask(t.Context(), in, io.Discard); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}

func TestAskEndsWithTheContext(t *testing.T) {
	in, feed := io.Pipe() // nobody answers
	defer func() { _ = feed.Close() }()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if answer, err := ask(ctx, in, io.Discard); !errors.Is(err, context.Canceled) || answer != "" {
		t.Errorf("%q, %v", answer, err)
	}
}
