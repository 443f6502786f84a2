package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ask writes a question and returns one line of the answer, without the line
// break. The end of the input is an empty answer. A cancelled context ends the
// waiting.
func ask(ctx context.Context, in io.Reader, out io.Writer, question string) (string, error) {
	if _, err := fmt.Fprintf(out, "%s\n\nEnter a value: ", question); err != nil {
		return "", err
	}
	type answer struct {
		text string
		err  error
	}
	answers := make(chan answer, 1)
	go func() { // it ends with the process where nobody answers: a read cannot be called back
		text, err := bufio.NewReader(in).ReadString('\n')
		answers <- answer{text, err}
	}()
	select {
	case <-ctx.Done():
		_, _ = fmt.Fprintln(out)
		return "", ctx.Err()
	case a := <-answers:
		if a.err != nil { // no line break came from the reader's side
			_, _ = fmt.Fprintln(out)
		}
		if a.err != nil && !errors.Is(a.err, io.EOF) {
			return "", fmt.Errorf("read the answer: %w", a.err)
		}
		return strings.TrimRight(a.text, "\r\n"), nil
	}
}
