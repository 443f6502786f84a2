package view

import (
	"bytes"
	"testing"
	"time"

	"offcut/engine"
	"offcut/engine/planfile"
)

func sampleSaved() SavedPlan {
	p := samplePlan()
	p.Expires = p.Finished.Add(time.Hour)
	return SavedPlan{
		File: "stale.plan", Apply: "offcut apply stale.plan", Plan: p, Now: p.Finished.Add(time.Minute),
		Header: &planfile.Header{
			Format: 1, Plan: p.ID, Offcut: "0.1.0", Made: p.Finished, Expires: p.Expires,
			Actor: "ops@build-\x1b[31m7", Command: "offcut plan", Directory: "/srv/clean\u202eup",
			Rules: planfile.Source{
				Path: ".", Absolute: "/srv/cleanup", Fingerprint: "f0",
				Files: []planfile.SourceFile{
					{Kind: planfile.RuleFile, Path: "/srv/cleanup/a.hcl", SHA256: "a0"},
					{Kind: planfile.RuleFile, Path: "/srv/cleanup/b.hcl", SHA256: "b0"},
					{Kind: planfile.VarFile, Path: "/srv/prod.vars.hcl", SHA256: "c0"},
				},
				Environment: []string{"OFFCUT_VAR_region=BEIJING"}, Flags: []string{"stale_after=7d"},
			},
			Thresholds: []planfile.Threshold{
				{Rule: "rule.logs", OlderThan: 36 * 3600, IdleFor: 0},
				{Rule: "rule.stale_media", Description: "Abandoned uploads", OlderThan: 7 * 86400, IdleFor: 86400, MaxLifetime: 60 * 86400, MaxUploads: 10000, MaxBytes: 5 << 40, MaxPercent: 12.5},
			},
		},
	}
}

func TestSavedPlan(t *testing.T) {
	incomplete := sampleSaved()
	incomplete.Plan.Scopes[0].Status = engine.ScopePartial
	incomplete.Now = incomplete.Plan.Expires
	forever := sampleSaved()
	forever.Plan.Expires = time.Time{}
	forever.Header.Expires = time.Time{}
	for name, s := range map[string]SavedPlan{"saved": sampleSaved(), "saved_expired": incomplete, "saved_forever": forever} {
		var text, lines bytes.Buffer
		if err := Saved(&text, s, Options{}); err != nil {
			t.Fatal(err)
		}
		golden(t, name+".txt", text.Bytes())
		if err := SavedJSON(&lines, s); err != nil {
			t.Fatal(err)
		}
		golden(t, name+".jsonl", lines.Bytes())
	}
}

func TestPlanSaved(t *testing.T) {
	s := sampleSaved()
	var b bytes.Buffer
	write := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString("---\n")
	}
	saving := Saving{File: s.File, Apply: s.Apply, Plan: s.Plan}
	write(PlanSaved(&b, saving, Options{}))
	s.Plan.Expires = time.Time{}
	write(PlanSaved(&b, saving, Options{}))
	s.Plan.Abort = engine.Totals{}
	write(PlanSaved(&b, saving, Options{}))
	write(PlanSavedJSON(&b, s.File, s.Plan))
	write(NotSaved(&b, Options{}))
	covered := map[string]int64{"protect.legal": 1, "protect.all\x07": 2345}
	write(ProtectedSince(&b, covered, Options{}))
	write(ProtectedSinceJSON(&b, covered))
	golden(t, "plan_saved.txt", b.Bytes())
}
