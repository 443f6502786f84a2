// Package view writes plans, reports and surveys for people and programs. It
// takes values and a writer and decides nothing.
//
// Rules of the output:
//
//   - What ends well and what does not is said in words; colour repeats it.
//   - Counts have thousands separators, sizes are in units of 1024, instants are UTC.
//   - Ages are cut to two units and never rounded up.
//   - Text from a store (keys, ids, owners, error texts) is shown as Text and
//     Lines show it: no control character reaches a terminal.
//   - A table hides rows beyond its limit and says how many; totals are complete.
//     Where the terminal is too narrow, outcomes that did not occur have no column.
//   - What was not aborted is told by reason, and the first uploads of each reason by
//     name; what is hidden is counted, with the command that lists it.
//
// # CSV
//
// PlanCSV writes a header line and one line per upload to abort, in plan order
// (provider, bucket, key, upload id). Columns: provider, bucket, key, upload_id,
// initiated, age_seconds, newest_part, idle_seconds, parts, bytes, storage_class,
// owner, rule, reason. Instants are RFC 3339 in UTC, empty when unknown.
//
// HistoryUploadsCSV writes one line per outcome, the newest first: number (its row in
// the chain), at, run, actor, rule, file, line, provider, bucket, key, upload_id,
// initiated, newest_part, parts, bytes, storage_class, owner, reason, result, attempts,
// request_id, error, monthly_cost, currency, hash. HistoryRunsCSV: run, started,
// finished, actor, command, version, plan_file, rules (with spaces between them),
// planned, a count for each result, freed_bytes, monthly_cost, currency, open, state
// (finished, interrupted, settled, open), settled_by, requests. HistoryDaysCSV: day, a
// count for each result, freed_bytes, monthly_cost, currency. Freed is what was
// aborted, and the cost is what that no longer costs a month; of several currencies
// monthly_cost and currency hold all, with spaces between.
//
// Every text cell follows one reversible rule: a backslash is written \\, what is
// not printable or has no width is written as Go's escape (\n, \x1b, \u202e, \xff
// for a byte that is no UTF-8), and so are a space at either end (\x20), what is
// not in Unicode's composed form (e\u0301) and a first character that a spreadsheet
// takes for a formula (= + - @ as \x3d \x2b \x2d \x40). Undoing the escapes gives
// the bytes of the key.
//
// # JSON lines
//
// With -json every line is one object with "type" and "format" ("1"); validate
// alone writes a single object in Terraform's shape instead. A reader
// ignores fields and types that it does not know. What is wrong with the command
// line itself is told on stderr alone, and no line is written. In the order in which
// a plan writes them:
//
//	version        program, and what it was asked to do
//	saved_plan     the header of a saved plan: who made it, when, of which rules
//	provider       who is asked as whom, by which clock
//	discovery      the buckets that a data block found; which appeared or are gone
//	scope          one listing: provider, bucket, prefix, status, error
//	note           a protect that is over, or that covers what a saved plan names; a
//	               rule that looks at nothing, as it may
//	overlap        a prefix that several rules look at, and who decides there
//	planned_abort  one upload to abort
//	kept           one upload that stays (-show-kept)
//	rule_total     what the plan holds for one rule
//	check          what became of one check: passed, failed or error, its messages, and
//	               notes on what it leaves out
//	plan_summary   the plan's totals
//	plan_saved     where the plan was saved (plan -out)
//	outcome        the end of one planned upload
//	apply_total    the outcomes of one rule in one bucket
//	settled_run    what became of a run that did not finish (before the plan)
//	apply_summary  the report's totals
//	survey_group, survey_summary   what scan found
//	explanation    one upload with its verdict and how every protect and rule stands to it
//	coverage       the same for a key that has no upload (explain)
//	explain_summary   the end of explain
//	history_run, history_outcome, history_day, history_summary   what the ledger remembers
//	audit_break, audit_summary   what checking the chain found
//	halt           whether a data directory is halted
//	test, test_summary   what became of the tests of rules
//	diagnostic     an error or a warning
//
// Sizes are bytes, durations are seconds, instants are RFC 3339 in UTC, money is
// a month's: of one currency in monthly_cost, and of further ones in other_costs. A key that is not valid UTF-8 has its bytes in key_base64, and "key"
// is then for reading only. The structs of this package document the fields.
package view
