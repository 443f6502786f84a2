package ledger

import (
	"cmp"
	"context"
	"slices"
	"time"

	"offcut/engine"
)

// A DayTotal sums the outcomes of one day (UTC).
type DayTotal struct {
	Day     time.Time
	Results map[engine.Result]engine.Totals
}

// Days sums outcomes by day, the newest first. Filters of key and upload id do not
// apply: sums are kept by run, day, rule, bucket and result. Limit counts days.
func (l *Ledger) Days(ctx context.Context, f Filter) ([]DayTotal, error) {
	zones, err := l.zones(ctx, &f, 0)
	if err != nil {
		return nil, l.explain("read the sums of", err)
	}
	days := map[string]*DayTotal{}
	for i := range zones {
		z := &zones[i]
		if !f.within(z) {
			if z.totals, err = l.partOf(ctx, z, &f); err != nil {
				return nil, l.explain("read the outcomes of", err)
			}
		}
		if z.totals.Uploads == 0 {
			continue
		}
		day := days[z.day]
		if day == nil {
			day = &DayTotal{Results: map[engine.Result]engine.Totals{}}
			if day.Day, err = time.Parse(time.DateOnly, z.day); err != nil {
				return nil, l.explain("read the sums of", errDamaged)
			}
			days[z.day] = day
		}
		addTotals(day.Results, z.result, z.totals)
	}
	list := make([]DayTotal, 0, len(days))
	for _, day := range days {
		list = append(list, *day)
	}
	slices.SortFunc(list, func(a, b DayTotal) int { return cmp.Compare(b.Day.Unix(), a.Day.Unix()) })
	if f.Limit > 0 && len(list) > f.Limit {
		list = list[:f.Limit]
	}
	return list, nil
}

// partOf sums the outcomes of a zone that lie in the time that was asked for.
func (l *Ledger) partOf(ctx context.Context, z *zone, f *Filter) (engine.Totals, error) {
	var c conditions
	c.and("o.number BETWEEN ? AND ?", z.first, z.last)
	c.and("o.rule = ? AND o.bucket = ? AND o.result = ? AND o.at BETWEEN ? AND ?", z.rule, z.bucket, z.result, z.firstAt, z.lastAt)
	c.ofOutcomes(&Filter{Since: f.Since, Until: f.Until})
	c.and("i.run = ?", z.run)
	sums := map[engine.Result]engine.Totals{}
	err := l.count(ctx, "outcomes AS o CROSS JOIN items AS i ON i.id = o.item", &c, sums)
	return sums[engine.Result(z.result)], err
}
