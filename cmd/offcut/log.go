package main

import (
	"io"
	"time"

	"github.com/rs/zerolog"

	"offcut/cmd/offcut/view"
)

// newConsoleLog makes the log for people. Values with anything unprintable in
// them are quoted by the writer; messages are this program's own fixed texts.
func newConsoleLog(w io.Writer, color bool) zerolog.Logger {
	return zerolog.New(zerolog.ConsoleWriter{
		Out: w, NoColor: !color, TimeFormat: time.RFC3339, TimeLocation: time.UTC,
	}).With().Timestamp().Logger()
}

// newJSONLog makes the log for programs: one object a line, without any raw
// control character, so that it is safe on a terminal too.
func newJSONLog(w io.Writer) zerolog.Logger {
	return zerolog.New(view.NewJSONWriter(w)).With().Timestamp().Logger()
}
