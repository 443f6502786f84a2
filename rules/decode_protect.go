package rules

import "time"

func (l *loader) decodeProtects(blocks []*block) []Protect {
	var protects []Protect
	for _, b := range l.uniquelyNamed(blocks) {
		l.evaluate(b)
		protects = append(protects, Protect{
			Address:  "protect." + b.labels[0],
			Buckets:  get[[]Glob](b, "buckets"),
			Prefixes: l.decodePrefixes(b),
			Until:    get[time.Time](b, "until"),
			Reason:   get[string](b, "reason"),
			Range:    rangeOf(b.header),
		})
	}
	return protects
}
