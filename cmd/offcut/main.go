// Command offcut finds unfinished multipart uploads, plans which of them are
// stale by the rules, aborts those and proves that they are gone.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// A world is everything outside the program that a command touches, so that
// tests can pass their own.
type world struct {
	args           []string // without the program's name
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
	environ        []string
	home           string           // the user's home directory; empty when there is none
	signals        <-chan os.Signal // SIGINT, SIGTERM and SIGHUP; nil: there are none
	unhandle       func()           // gives the signals back to the system, so that a further one kills; may be nil
	now            func() time.Time // the local clock; nil: the system's
}

func main() {
	home, _ := os.UserHomeDir() // no home: no credentials file to look for
	// A reader of stdout or stderr that goes away must not kill a run between an
	// abort and its proof: writes fail instead, and the run ends as it should.
	signal.Ignore(syscall.SIGPIPE)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // nohup is respected
		signal.Notify(signals, syscall.SIGHUP)
	}
	os.Exit(run(context.Background(), world{
		args: os.Args[1:], stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		getenv: os.Getenv, environ: os.Environ(), home: home, signals: signals,
		unhandle: func() { signal.Stop(signals) },
	}))
}
