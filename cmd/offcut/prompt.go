package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ask returns one line of the answer to a question that was written already, without
// the line break. Where the input ends without any answer, the error is io.EOF. A
// cancelled context ends the waiting.
func ask(ctx context.Context, in io.Reader, out io.Writer) (string, error) {
	if _, err := fmt.Fprint(out, "\nEnter a value: "); err != nil {
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
		switch {
		case errors.Is(a.err, io.EOF) && a.text == "":
			return "", io.EOF
		case a.err != nil && !errors.Is(a.err, io.EOF):
			return "", fmt.Errorf("read the answer: %w", a.err)
		}
		return strings.TrimRight(a.text, "\r\n"), nil
	}
}
