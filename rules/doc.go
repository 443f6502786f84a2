// Package rules is the language: it turns rule files into plain rules, and plain
// rules into verdicts about unfinished multipart uploads.
//
// Load reads rule files and values into a Set and reports every mistake in them as
// a diagnostic; Set.Resolve makes a Config of it, which is plain data. Config.Decide
// reaches the verdict on one upload: keep, abort, or "read its parts first". All
// rules and protects take part in every verdict; whoever wants fewer uploads
// aborted chooses among the verdicts, never among the rules.
//
// Nothing here asks the clock, the network or a store: the instant that ages count
// from is an argument, and so is what a store said. What was not said is unknown,
// and what is unknown is kept. No type of the HCL libraries leaves this package.
package rules
