package ledger

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"offcut/engine"
)

// A Filter chooses outcomes. Empty fields choose everything.
type Filter struct {
	Since, Until time.Time // of the outcome; Until is not included
	Run          string    // id, or its beginning
	Rule         string    // address of a rule, of one instance of it, or of all of its instances
	Provider     string
	Bucket       string
	Key          string // the whole key, or its beginning where KeyPrefix is set
	KeyPrefix    bool
	KeyGlob      string // a glob of the language over the whole key; Key is then its beginning, and KeyPrefix is set
	UploadID     string
	Results      []engine.Result
	Limit        int // rows at most; 0 means all
}

func (f *Filter) byKey() bool { return f.ofKeys() || f.UploadID != "" }

// ofKeys reports whether keys are chosen by what they are.
func (f *Filter) ofKeys() bool { return f.Key != "" || f.KeyGlob != "" }

// usual reports whether the outcome that most uploads have may be among those chosen.
func (f *Filter) usual() bool {
	return len(f.Results) == 0 || slices.Contains(f.Results, engine.Aborted)
}

// narrow reports whether anything is chosen by more than key, upload id and run.
func (f *Filter) narrow() bool {
	return !f.Since.IsZero() || !f.Until.IsZero() || f.Rule != "" || f.Provider != "" || f.Bucket != "" || len(f.Results) > 0
}

// conditions collects the conditions of a statement. Their texts are fixed; what was
// asked for goes into args.
type conditions struct {
	texts []string
	args  []any
}

func (c *conditions) and(text string, args ...any) {
	c.texts = append(c.texts, text)
	c.args = append(c.args, args...)
}

// where is the clause, beginning with a space, or empty.
func (c *conditions) where() string {
	if len(c.texts) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.texts, " AND ")
}

// chosenBy adds what rows of sums and of outcomes have in common; t is the table.
func (c *conditions) chosenBy(t string, f *Filter) {
	if f.Rule != "" {
		// The address of a block with for_each stands for all of its instances.
		c.and(t+".rule IN (SELECT id FROM rules WHERE address = ? OR substr(address, 1, length(?)) = ?)", f.Rule, f.Rule+"[", f.Rule+"[")
	}
	if f.Provider != "" || f.Bucket != "" {
		c.and(t+".bucket IN (SELECT id FROM buckets WHERE (? = '' OR provider = ?) AND (? = '' OR bucket = ?))",
			f.Provider, f.Provider, f.Bucket, f.Bucket)
	}
	if len(f.Results) > 0 {
		args := make([]any, len(f.Results))
		for i, r := range f.Results {
			args[i] = string(r)
		}
		c.and(t+".result IN (?"+strings.Repeat(", ?", len(args)-1)+")", args...)
	}
}

// ofRun adds the choice of runs; column holds a run's number.
func (c *conditions) ofRun(column string, f *Filter) {
	if f.Run != "" {
		c.and(column+" IN (SELECT id FROM runs WHERE substr(plan, 1, length(?)) = ?)", f.Run, f.Run)
	}
}

// ofOutcomes adds the whole choice of outcomes as o and, where it has to be known,
// items as i.
func (c *conditions) ofOutcomes(f *Filter) {
	c.chosenBy("o", f)
	if !f.usual() {
		c.and("o.result <> 'aborted'") // what the index of the others holds
	}
	if !f.Since.IsZero() {
		c.and("o.at >= ?", f.Since.UnixMicro())
	}
	if !f.Until.IsZero() {
		c.and("o.at < ?", f.Until.UnixMicro())
	}
	c.ofRun("i.run", f)
	if f.UploadID != "" {
		c.and("i.upload_id = ?", f.UploadID)
	}
	if f.KeyGlob != "" {
		c.and("offcut_glob(?, CAST(i.key AS BLOB))", f.KeyGlob) // a text would end at its first zero byte
	}
	switch after := afterPrefix(f.Key); {
	case f.Key == "":
	case !f.KeyPrefix:
		c.and("i.key = ?", f.Key)
	case after == "":
		c.and("i.key >= ?", f.Key)
	default:
		c.and("i.key >= ? AND i.key < ?", f.Key, after)
	}
}

// afterPrefix is the first text after all that begin with prefix; empty where there is
// none.
func afterPrefix(prefix string) string {
	end := prefix
	for end != "" && end[len(end)-1] == 0xff { // a byte and no character: keys need not be UTF-8
		end = end[:len(end)-1]
	}
	if end == "" {
		return ""
	}
	return end[:len(end)-1] + string([]byte{end[len(end)-1] + 1})
}

// A zone is a row of the sums: where outcomes of one run, day, rule, bucket and result
// lie in the chain, and what they come to.
type zone struct {
	run, rule, bucket int64
	day, result       string
	totals            engine.Totals
	first, last       int64 // numbers
	firstAt, lastAt   int64
}

const selectZones = `SELECT s.run, s.rule, s.bucket, s.day, s.result, s.uploads, s.parts, s.bytes,
	s.monthly, s.currency, s.priced_at, s.unpriced_bytes, s.first_number, s.last_number, s.first_at, s.last_at FROM sums AS s`

// zones returns the zones that may hold outcomes of the choice, of one run or, where
// run is 0, of all. Key and upload id are not looked at.
func (l *Ledger) zones(ctx context.Context, f *Filter, run int64) ([]zone, error) {
	var c conditions
	if run != 0 {
		c.and("s.run = ?", run)
	}
	c.chosenBy("s", f)
	c.ofRun("s.run", f)
	if !f.Since.IsZero() {
		c.and("s.last_at >= ?", f.Since.UnixMicro())
	}
	if !f.Until.IsZero() {
		c.and("s.first_at < ?", f.Until.UnixMicro())
	}
	rows, err := l.read.QueryContext(ctx, selectZones+c.where(), c.args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	return scanZones(rows)
}

func scanZones(rows *sql.Rows) ([]zone, error) {
	var zones []zone
	for rows.Next() {
		var z zone
		t := &z.totals
		err := rows.Scan(&z.run, &z.rule, &z.bucket, &z.day, &z.result, &t.Uploads, &t.Parts, &t.Bytes,
			&t.Cost.Monthly, &t.Cost.Currency, &t.Cost.PricedAt, &t.Cost.UnpricedBytes, &z.first, &z.last, &z.firstAt, &z.lastAt)
		if err != nil {
			return nil, err
		}
		zones = append(zones, z)
	}
	return zones, rows.Err()
}

// within reports whether all outcomes of a zone lie in the time that was asked for.
func (f *Filter) within(z *zone) bool {
	return (f.Since.IsZero() || z.firstAt >= f.Since.UnixMicro()) && (f.Until.IsZero() || z.lastAt < f.Until.UnixMicro())
}

// A segment is a stretch of the chain that holds outcomes of the choice.
type segment struct {
	first, last int64
	uploads     int64 // of the zones in it
	zones       []zone
}

// segments merges zones that overlap, the newest first.
func segments(zones []zone) []segment {
	slices.SortFunc(zones, func(a, b zone) int { return cmp.Compare(b.last, a.last) })
	var list []segment
	for _, z := range zones {
		if n := len(list); n == 0 || z.last < list[n-1].first {
			list = append(list, segment{first: z.first, last: z.last})
		}
		s := &list[len(list)-1]
		s.first = min(s.first, z.first)
		s.uploads += z.totals.Uploads
		s.zones = append(s.zones, z)
	}
	return list
}
