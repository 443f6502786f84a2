package daemon

import (
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"offcut/engine"
)

// A cronLog is cron's logger over ours. It passes errors on, which are panics.
// The rest tells of cron's own bookkeeping, partly after cron has been stopped,
// when nobody expects another line.
type cronLog struct{ log zerolog.Logger }

func (cronLog) Info(string, ...any) {}

func (l cronLog) Error(err error, msg string, keysAndValues ...any) {
	l.log.Error().Err(err).Fields(keysAndValues).Msg("cron: " + msg)
}

// A skipLog is the logger of one job's SkipIfStillRunning, which says something
// only when it skips.
type skipLog struct {
	cronLog
	skipped prometheus.Counter
}

func (l skipLog) Info(string, ...any) {
	l.skipped.Inc()
	l.log.Warn().Msg("tick skipped: the run before it has not ended")
}

// logField is a result as the name of a log field.
func logField(r engine.Result) string { return strings.ReplaceAll(string(r), "-", "_") }
