package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"offcut/cmd/offcut/view"
	"offcut/rules"
)

const consoleCodes = `    0  the input ended, or "exit" or "quit" was given
    1  a mistake in the rule files; without a terminal also in an expression,
       which ends the console
  130  interrupted`

// newConsoleCommand makes "offcut console".
func newConsoleCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "console [PATH]",
		Short: "Try expressions of the rule language; sends nothing",
		Long: `Evaluates expressions with the variables, locals and functions of the rule files
in a directory, or in one file, and shows their values. It reads one expression a
line, from a terminal with a prompt; one goes on in the next line while a bracket
or a heredoc is open. It sends nothing, so that the buckets of data blocks are not
known to it.

"upload" and "plan" are samples to try a where and a check on: type one to see its
values, which are always the same. An expression over one is told what it would be
told in a rule file. Where there is no rule file, there are functions and the samples.

"exit", "quit" and Ctrl-D end the console, and "help" says what can be typed. On a
terminal lines can be edited, Up and Down bring back those before, and Ctrl-C drops
what was typed, or ends the console where that is nothing.`,
		Example: `  offcut console
  echo 'upload.age > duration("7d")' | offcut console
  echo local.buckets | offcut console -var region=BEIJING cleanup`,
		Args:        atMostOnePath,
		Annotations: map[string]string{exitCodes: consoleCodes},
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := firstOr(args, ".")
			if err != nil {
				return err
			}
			return a.console(cmd.Context(), path)
		},
	}
	a.addRuleFlags(cmd)
	return cmd
}

func (a *app) console(ctx context.Context, path string) error {
	set, err := a.loadForConsole(path)
	if err != nil {
		return err
	}
	c := &console{app: a, set: set}
	f, ok := a.stdin.(*os.File)
	c.asks = ok && term.IsTerminal(int(f.Fd()))
	if c.asks && a.errs.is && a.getenv("TERM") != "dumb" {
		e, err := newEditor(f, a.stderr)
		if err != nil {
			return fmt.Errorf("edit lines on the terminal: %w", err)
		}
		defer func() { _ = e.Close() }() // each line has left the terminal as it was
		c.next = e.next
		return c.run(ctx)
	}
	if c.asks {
		var end func()
		c.interrupts, end = a.answerInterrupts()
		defer end()
	}
	return c.run(ctx)
}

// loadForConsole loads the rules at path, of which there may be none.
func (a *app) loadForConsole(path string) (*rules.Set, error) {
	src, err := a.readSource(path)
	if err != nil {
		return nil, err
	}
	if len(src.Rules) == 0 {
		if len(a.vars)+len(a.varFiles) > 0 {
			return nil, fmt.Errorf("-var and -var-file set variables of rule files: %w", noRuleFiles(a.path(path)))
		}
		return new(rules.Set), nil
	}
	vals, err := a.ruleValues()
	if err != nil {
		return nil, err
	}
	set, diags := rules.Load(src, vals)
	return set, a.showDiagnostics(diags)
}

// A console reads expressions and shows their values.
type console struct {
	*app
	set        *rules.Set
	asks       bool            // stdin is a terminal
	interrupts <-chan struct{} // Ctrl-C; nil where it is a key, or ends the console
	dropped    bool            // an interrupt was the last that came, and no line
	text       string          // of an expression that goes on
	until      string          // what a line must hold to end it

	// next reads a line behind a prompt; nil where lines cannot be edited.
	next func(ctx context.Context, prompt string) inputLine
}

// run reads to the end of the input. Its prompts are on stderr, so that stdout holds
// values alone.
func (c *console) run(ctx context.Context) error {
	next := c.next
	if next == nil {
		lines := readLines(ctx, c.stdin)
		next = func(ctx context.Context, prompt string) inputLine { return c.nextPlain(ctx, prompt, lines) }
	}
	for {
		line := next(ctx, c.prompt())
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if done, err := c.take(line); done || err != nil {
			return err
		}
	}
}

// nextPlain shows a prompt where a person sits, and takes the next of the lines.
func (c *console) nextPlain(ctx context.Context, prompt string, lines <-chan inputLine) inputLine {
	if c.asks {
		if _, err := io.WriteString(c.stderr, prompt); err != nil {
			return inputLine{err: err}
		}
	}
	select {
	case <-ctx.Done():
		return inputLine{err: ctx.Err()}
	case line := <-lines:
		c.dropped = false
		return line
	case <-c.interrupts:
		_, err := fmt.Fprintln(c.stderr)
		typed := !c.dropped // nobody knows whether anything was, except behind another Ctrl-C
		c.dropped = true
		return inputLine{interrupted: true, typed: typed, err: err}
	}
}

func (c *console) prompt() string {
	if c.text != "" {
		return ": "
	}
	return "> "
}

// take takes a line of the input. done says that it was the last.
func (c *console) take(line inputLine) (done bool, err error) {
	switch {
	case line.interrupted: // what was typed is dropped; where that is nothing, the console ends
		done = c.text == "" && !line.typed
		c.text = ""
		return done, line.err
	case errors.Is(line.err, io.EOF):
		return true, c.finish()
	case line.err != nil:
		return true, fmt.Errorf("read the input: %w", line.err)
	case c.text == "" && strings.TrimSpace(line.text) == "":
		return false, nil
	}
	if word := strings.TrimSpace(line.text); c.text == "" {
		switch word {
		case "exit", "quit":
			return true, nil
		case "help":
			_, err := io.WriteString(c.stdout, consoleWords)
			return false, err
		}
	}
	inside := c.text != "" && len(c.text) <= maxInputLine && !strings.Contains(line.text, c.until)
	c.text += line.text + "\n"
	if inside {
		return false, nil // whatever was read so far is not read again for each line
	}
	until, goesOn := rules.GoesOn(c.text)
	if c.until = until; goesOn {
		return false, nil
	}
	return false, c.evaluate()
}

// finish ends a session at the end of its input: what is still open is a mistake, but
// where a person ended it.
func (c *console) finish() error {
	if c.asks && c.next == nil {
		_, err := fmt.Fprintln(c.stderr) // the editor has ended its row
		return err
	}
	if c.asks || c.text == "" {
		return nil
	}
	return c.evaluate()
}

// evaluate shows the value of what was read. A mistake ends the console where nobody
// sits before it.
func (c *console) evaluate() error {
	value, diags := c.set.Evaluate(strings.TrimRight(c.text, "\r\n"))
	c.text = ""
	if err := diags.WriteText(c.stderr, c.errs.width, c.errs.color); err != nil {
		return err
	}
	if diags.HasErrors() {
		if c.asks {
			return nil
		}
		return silent(exitError)
	}
	_, err := io.WriteString(c.stdout, view.Lines(value)+"\n")
	return err
}

const consoleWords = `Type an expression to see its value: var.NAME, local.NAME, a function, or
upload.size > bytes("1GiB"). "upload" and "plan" are samples.
exit, quit  end the console, as Ctrl-D does
help        this text
`

// An inputLine is one line of the input, or why there are no more.
type inputLine struct {
	text        string
	err         error
	interrupted bool // Ctrl-C ended it
	typed       bool // something was typed before
}

// readLines reads lines beside its caller until the input ends or ctx does. The last
// one holds an error, io.EOF where the input came to its end.
func readLines(ctx context.Context, in io.Reader) <-chan inputLine {
	lines := make(chan inputLine)
	send := func(line inputLine) bool {
		select {
		case lines <- line:
			return true
		case <-ctx.Done():
			return false
		}
	}
	go func() { // it ends with the process where nothing comes: a read cannot be called back
		scanner := bufio.NewScanner(in)
		scanner.Buffer(nil, maxInputLine)
		for scanner.Scan() {
			if !send(inputLine{text: scanner.Text()}) {
				return
			}
		}
		err := scanner.Err()
		if err == nil {
			err = io.EOF
		}
		send(inputLine{err: err})
	}()
	return lines
}

const maxInputLine = 1 << 20 // bytes; the language takes less
