package rules

import "time"

// Decide reaches the verdict of all rules and protects on one upload. It is pure:
// the same arguments always give the same verdict. parts is nil as long as they
// were not read; NeedParts asks for them. now is the instant that ages count from.
func (c *Config) Decide(u *Upload, parts *Parts, now time.Time) Verdict { panic("TODO") }

// Covering appends to dst the indexes in c.Rules of the rules in whose scan
// (provider, bucket and a prefix) the upload lies, whatever their excludes, and
// returns it.
func (c *Config) Covering(dst []int, u *Upload) []int { panic("TODO") }
