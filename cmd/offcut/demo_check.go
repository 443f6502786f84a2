package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"offcut/engine"
	"offcut/rules"
)

// The evidence is what the checks look at: what was planned and done.
type evidence struct {
	first, again *engine.Plan
	report       *engine.Report
	verdicts     map[engine.Ref]rules.Reason // of the first plan
}

// collect notes the verdict on every upload that a plan looked at.
func (e *evidence) collect(p *engine.Plan) error {
	e.verdicts = map[engine.Ref]rules.Reason{}
	for item, err := range p.Items() {
		if err != nil {
			return err
		}
		e.verdicts[refOf(item.Upload)] = item.Reason
	}
	for item, err := range p.KeptItems() {
		if err != nil {
			return err
		}
		e.verdicts[refOf(item.Upload)] = item.Reason
	}
	return nil
}

func refOf(u rules.Upload) engine.Ref { return engine.Ref{Bucket: u.Bucket, Key: u.Key, ID: u.ID} }

// checkAll compares what happened with what had to happen, and says so line by
// line. It goes on after a check that fails.
func (j *journey) checkAll(ctx context.Context) error {
	if err := errors.Join(j.step("Was everything right?"), j.tell("\n")); err != nil {
		return err
	}
	checks := []struct {
		claim string
		check func(context.Context) error
	}{
		{"the plan reached the right verdict on every upload", j.checkVerdicts},
		{"every planned upload was aborted and proven gone", j.checkReport},
		{"nothing is left to abort", j.checkAgain},
		{"every other upload is still there", j.checkRemaining},
		{"the finished object still has the same bytes", j.checkObject},
	}
	var failed []error
	for _, c := range checks {
		label := "ok    "
		if err := c.check(ctx); err != nil {
			label = "FAIL  "
			failed = append(failed, fmt.Errorf("not so: %s: %w", c.claim, err))
		}
		if err := j.tell("%s%s\n", label, c.claim); err != nil {
			return err
		}
	}
	return errors.Join(failed...)
}

func (j *journey) checkVerdicts(context.Context) error {
	want := map[engine.Ref]rules.Reason{}
	for _, u := range j.data.uploads {
		if u.want != "" {
			want[u.ref] = u.want
		}
	}
	var wrong []string
	for ref, reason := range want {
		if got := j.verdicts[ref]; got != reason {
			wrong = append(wrong, fmt.Sprintf("%s/%q is %q, not %q", ref.Bucket, ref.Key, got, reason))
		}
	}
	for ref := range j.verdicts {
		if _, known := want[ref]; !known {
			wrong = append(wrong, fmt.Sprintf("%s/%q should not have been looked at", ref.Bucket, ref.Key))
		}
	}
	return complain(wrong)
}

func (j *journey) checkReport(context.Context) error {
	if got, want := j.report.Results[engine.Aborted].Uploads, j.first.Abort.Uploads; got != want || !j.report.Clean() {
		return fmt.Errorf("%d of %d were aborted", got, want)
	}
	return nil
}

func (j *journey) checkAgain(context.Context) error {
	if !j.again.Whole() || j.again.Abort.Uploads != 0 {
		return fmt.Errorf("the second plan is whole: %t, and names %d uploads", j.again.Whole(), j.again.Abort.Uploads)
	}
	if !maps.Equal(j.again.Kept, j.first.Kept) {
		return fmt.Errorf("the second plan keeps %v, the first one kept %v", j.again.Kept, j.first.Kept)
	}
	return nil
}

// checkRemaining asks every bucket, not only what the rules look at.
func (j *journey) checkRemaining(ctx context.Context) error {
	there := map[engine.Ref]bool{}
	for _, bucket := range j.data.buckets {
		for page, err := range j.client.ListUploads(ctx, bucket, "") {
			if err != nil {
				return err
			}
			for _, u := range page.Uploads {
				there[engine.Ref{Bucket: bucket, Key: strings.Clone(u.Key), ID: strings.Clone(u.ID)}] = true
			}
		}
	}
	var wrong []string
	for _, u := range j.data.uploads {
		if doomed := u.want == rules.AbortStale || u.want == rules.AbortOverLifetime; there[u.ref] == doomed {
			wrong = append(wrong, fmt.Sprintf("%s/%q is there: %t", u.bucket, u.key, !doomed))
		}
	}
	return complain(wrong)
}

func (j *journey) checkObject(ctx context.Context) error {
	sum, err := digest(ctx, j.client)
	if err == nil && sum != j.data.object {
		err = fmt.Errorf("the SHA-256 of %s/%s is %x, it was %x", finishedBucket, finishedKey, sum, j.data.object)
	}
	return err
}

// complain makes an error of what is wrong; nil when nothing is.
func complain(wrong []string) error {
	if len(wrong) == 0 {
		return nil
	}
	slices.Sort(wrong)
	more := ""
	if extra := len(wrong) - 3; extra > 0 {
		wrong, more = wrong[:3], fmt.Sprintf("; and %d more", extra)
	}
	return errors.New(strings.Join(wrong, "; ") + more)
}
