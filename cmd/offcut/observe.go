package main

import (
	"time"

	"github.com/rs/zerolog"

	"offcut/engine"
	"offcut/engine/objectstore"
)

// An observer turns what the engine does into log lines and a progress line.
type observer struct {
	log      zerolog.Logger
	failures zerolog.Level // of what did not work out
	progress *progress
}

var _ engine.Observer = (*observer)(nil)

// newObserver returns the observer of one plan and what is done with it. Its log
// lines carry the plan's id as their run. Where the command's result names every
// failure, the log need not warn of it again.
func (a *app) newObserver(plan string) engine.Observer {
	o := &observer{log: a.log.With().Str("run", plan).Logger(), failures: zerolog.WarnLevel}
	if a.resultTells {
		o.failures = zerolog.InfoLevel
	}
	status := a.status
	if a.json {
		status = nil
	}
	o.progress = newProgress(status, o.log, time.Now)
	return o
}

// Observe logs what is worth a line and updates the progress line.
func (o *observer) Observe(e engine.Event) {
	switch e := e.(type) {
	case engine.ScopeStarted:
		o.log.Debug().Str("provider", e.Scope.Provider).Str("bucket", e.Scope.Bucket).
			Str("prefix", e.Scope.Prefix).Strs("rules", e.Scope.Rules).Msg("listing begins")
	case engine.ScopeFinished:
		o.scopeFinished(e.Scope)
	case engine.PartsRead:
		level := zerolog.DebugLevel
		if e.Err != nil {
			level = o.failures
		}
		o.log.WithLevel(level).EmbedObject(place{e.Provider, e.Ref}).Err(e.Err).Msg("parts read")
	case engine.AbortRetried:
		o.log.Warn().EmbedObject(place{e.Provider, e.Ref}).Str("rule", e.Rule).Int("attempt", e.Attempt).
			Stringer("wait", e.Wait).Err(e.Err).Msg("abort is tried again")
	case engine.AbortAnswered:
		o.log.Info().EmbedObject(place{e.Provider, e.Ref}).Str("rule", e.Rule).Int("status", e.Receipt.Status).
			Str("request_id", e.Receipt.RequestID).Msg("abort answered")
	case engine.OutcomeReached:
		o.outcome(e.Outcome)
	case engine.UploadSettled:
		o.settled(e)
	}
	o.progress.observe(e)
}

// A place is the log fields that name an upload.
type place struct {
	provider string
	ref      engine.Ref
}

// MarshalZerologObject implements zerolog.LogObjectMarshaler.
func (p place) MarshalZerologObject(e *zerolog.Event) {
	e.Str("provider", p.provider).Str("bucket", p.ref.Bucket).Str("key", p.ref.Key).Str("upload_id", p.ref.ID)
}

func (o *observer) scopeFinished(s engine.Scope) {
	level := zerolog.InfoLevel
	if s.Status == engine.ScopePartial || s.Status == engine.ScopeFailed {
		level = o.failures
	}
	o.log.WithLevel(level).Str("provider", s.Provider).Str("bucket", s.Bucket).Str("prefix", s.Prefix).
		Strs("rules", s.Rules).Str("status", string(s.Status)).Int64("listed", s.Listed).
		Int64("pages", s.Pages).Stringer("took", s.Duration).Err(s.Err).Msg("listed")
}

func (o *observer) outcome(out engine.Outcome) {
	level := zerolog.InfoLevel
	if out.Result == engine.Failed || out.Result == engine.NotVerified {
		level = o.failures
	}
	u := out.Item.Upload
	o.log.WithLevel(level).EmbedObject(place{u.Provider, engine.Ref{Bucket: u.Bucket, Key: u.Key, ID: u.ID}}).
		Str("rule", out.Item.Rule).Str("result", string(out.Result)).Int("attempts", out.Attempts).
		Str("request_id", out.RequestID).Str("why", out.Err).Msg("outcome")
}

// settled logs what became of an upload of a run that did not finish, which
// of_run names.
func (o *observer) settled(e engine.UploadSettled) {
	u := e.Outcome.Item.Upload
	o.log.Info().EmbedObject(place{u.Provider, engine.Ref{Bucket: u.Bucket, Key: u.Key, ID: u.ID}}).
		Str("of_run", e.Run).Str("rule", e.Outcome.Item.Rule).Str("result", string(e.Outcome.Result)).
		Str("request_id", e.Outcome.RequestID).Str("why", e.Outcome.Err).Msg("outcome settled")
}

// logRequest logs one request at debug level.
func (a *app) logRequest(e objectstore.RequestEvent) {
	a.log.Debug().Str("provider", e.Provider).Str("action", e.Action).Str("bucket", e.Bucket).
		Str("key", e.Key).Str("upload_id", e.ID).Int("status", e.Status).Str("code", e.Code).
		Str("request_id", e.RequestID).Stringer("took", e.Duration).Err(e.Err).Msg("request")
}
