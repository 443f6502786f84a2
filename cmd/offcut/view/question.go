package view

import (
	"io"
	"strconv"

	"offcut/engine"
	"offcut/rules"
)

// A Question is what apply asks before the first abort.
type Question struct {
	Plan    *engine.Plan
	Confirm rules.Confirm
	Now     map[string]engine.Identity // who would abort, by provider; the plan may be somebody else's
}

// Answer is what alone approves: "yes", or for a plan above a threshold the number
// of its uploads in digits.
func (q Question) Answer() string {
	if q.tooLarge() == "" {
		return "yes"
	}
	return strconv.FormatInt(q.Plan.Abort.Uploads, 10)
}

func (q Question) tooLarge() string { return engine.ConfirmReason(q.Confirm, q.Plan.Abort) }

// questionBuckets is how many buckets a question names.
const questionBuckets = 5

// Write writes the question: the totals, the largest buckets, and what to type.
func (q Question) Write(w io.Writer, o Options) error {
	out := newPage(w, o)
	p := q.Plan
	what := "these " + count(p.Abort.Uploads) + " uploads"
	if p.Abort.Uploads == 1 {
		what = "this upload"
	}
	out.blank()
	out.labelled(plain, "Do you want to abort "+what, " (%s)?", TotalsPhrase(p.Abort))
	if err := q.writeBuckets(out); err != nil {
		return err
	}
	out.blank()
	q.writeSenders(out)
	out.line("An abort cannot be undone.")
	if why := q.tooLarge(); why != "" {
		out.line("This is a large plan: %s.", why)
		out.line("Only the number of uploads, typed as %s, will be accepted; 'yes' will not.", q.Answer())
	} else {
		out.line("Only 'yes' will be accepted.")
	}
	return out.Flush()
}

// writeSenders says where the aborts go and as whom, which a saved plan does not: it may
// have been made with other credentials of the same account.
func (q Question) writeSenders(out *page) {
	for _, p := range q.Plan.Providers {
		now, ok := q.Now[p.Address]
		if !ok {
			continue
		}
		prefix := "The aborts go"
		if len(q.Plan.Providers) > 1 {
			prefix = Text(p.Address) + ": the aborts go"
		}
		also := ""
		if now.AccessKeyID != p.Identity.AccessKeyID || now.CredentialSource != p.Identity.CredentialSource {
			also = "; the plan was made" + credentials(p.Identity)
		}
		out.line("%s to %s%s%s.", prefix, where(now), credentials(now), also)
	}
}

// writeBuckets writes the buckets with the most bytes, and how much is in the others.
func (q Question) writeBuckets(out *page) error {
	groups := bucketGroups(q.Plan)
	t := table{columns: []column{
		{head: "BUCKET"}, {head: "UPLOADS", right: true}, {head: "SIZE", right: true}, {head: "A MONTH", right: true},
	}, cuts: []cut{{0, 24}, {3, leave}, {0, 12}}}
	for _, g := range groups[:min(questionBuckets, len(groups))] {
		t.rows = append(t.rows, []string{Text(g.Name), count(g.Uploads), rules.FormatSize(g.Bytes), moneyCell(g.Cost)})
	}
	if len(t.rows) == 0 {
		return nil
	}
	out.blank()
	if err := t.write(out); err != nil {
		return err
	}
	var rest engine.Totals
	for _, g := range groups[len(t.rows):] {
		rest.Merge(g.Totals)
	}
	if hidden := len(groups) - len(t.rows); hidden > 0 {
		out.line("… and %s with %s, %s", countOf(int64(hidden), "more bucket"), countOf(rest.Uploads, "upload"), rules.FormatSize(rest.Bytes))
	}
	return nil
}
