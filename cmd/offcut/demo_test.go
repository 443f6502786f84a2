package main

import (
	"context"
	"strings"
	"testing"

	"offcut/rules"
)

func TestDemoShowsTheWholeJourney(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	code, stdout, stderr := invoke(t, nil, "demo")
	if code != exitOK || stderr != "" {
		t.Fatalf("exit %d, stderr %q, stdout:\n%s", code, stderr, stdout)
	}
	expectIn(t, stdout,
		"40 unfinished uploads",
		"rule.broken_backups  Backups that never finished",
		"older than 7d and idle for 24h, or older than 60d; in media-archive and media-prod",
		"as offcut (environment KS3_ACCESS_KEY_ID)",
		`raw/line\nbreak.mov`, `raw/\x1b[31mred\x1b[0m.mp4`, "raw/影片/生日快乐.mp4",
		"Plan: 25 to abort (2.5 TiB, about $60.48 a month",
		"13 kept (7 young, 3 active, 2 protected, 1 filtered)",
		"Apply: 25 aborted",
		"Plan: nothing to abort.",
		"History: 1 run; 25 aborted", "Audit: the chain of 25 outcomes in ledger.db is whole.",
		"ok    every other upload is still there",
		"ok    the finished object still has the same bytes",
		"Saved: 25 uploads; 2.5 TiB",
		"offcut emulator -seed quickstart",
	)
	if n := strings.Count(stdout, "\nok    "); n != 5 {
		t.Errorf("%d checks were right, want 5", n)
	}
	if strings.ContainsAny(stdout, "\x1b\r") {
		t.Error("a control character reached the output")
	}
	expectEmptyDir(t, dir)
}

func TestDemoLeavesNothingBehindWhenItIsInterrupted(t *testing.T) {
	for _, at := range []string{"1. A KS3 server", "3. What is stale?", "4. Abort it", "6. Who did what", "7. Was everything right?"} {
		t.Run(at, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv("TMPDIR", dir)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			p := &process{stdout: newOutput(), stderr: newOutput()}
			p.stdout.onWrite = func(all string) {
				if strings.Contains(all, at) {
					cancel()
				}
			}
			if code := run(ctx, p.world(nil, []string{"demo"})); code != exitInterrupted {
				t.Errorf("exit %d, want %d; stderr: %s", code, exitInterrupted, p.stderr)
			}
			if strings.Contains(p.stdout.String(), "Saved:") {
				t.Error("it went on to the end")
			}
			expectEmptyDir(t, dir)
		})
	}
}

func TestSeedHoldsEveryKindOfUpload(t *testing.T) {
	seeds := seedUploads()
	count := map[rules.Reason]int{}
	byKey := map[string]int{}
	for _, u := range seeds {
		count[u.want]++
		byKey[u.bucket+"/"+u.key]++
		if u.idle > u.age {
			t.Errorf("%s/%q was idle before it began", u.bucket, u.key)
		}
	}
	for _, reason := range []rules.Reason{
		rules.AbortStale, rules.AbortOverLifetime, rules.KeepYoung, rules.KeepActive, rules.KeepProtected, rules.KeepFiltered, "",
	} {
		if count[reason] == 0 {
			t.Errorf("no upload is for the verdict %q", reason)
		}
	}
	if n := byKey["media-prod/raw/cam-01/2026-03-02.mp4"]; n != 3 {
		t.Errorf("%d uploads of one key, want 3", n)
	}
	if byKey[finishedBucket+"/"+finishedKey] != 1 {
		t.Error("the finished object has no stale upload beside it")
	}
}
