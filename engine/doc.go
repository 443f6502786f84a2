// Package engine does the work: it scans stores, plans, applies and reports.
//
// Build reads and returns a *Plan, Apply is the only writer and returns a *Report;
// both are values that views print. What the engine asks of the world goes through
// its ports: Store is one object storage endpoint, Journal remembers what applies do,
// Observer hears what happens. Decisions are not taken here but in package rules, from
// what was read here.
//
// With a Journal, Apply leaves enough behind at every instant for the next run: the
// whole plan before its first abort, the intent before the first request about an
// upload, the store's answer, the outcome. Settle gives the uploads of a run that was
// killed the outcomes that are missing. A plan is applied at most once, and not after
// it expired.
//
// A plan and a report keep their rows in spools on disk, so that memory does not
// grow with the number of uploads. Close gives the space back.
//
// What must never happen in this package: a verdict from anything but a page or a
// part list that was checked against what was asked for; a request that writes
// outside Apply; an abort of which the Journal does not know that it may be sent; a
// planned upload with no outcome, or with two; a fault that leaves no trace in the plan
// or the report; a decision that reads the machine's clock other than through
// Options.Clock.
package engine
