package view

import (
	"bytes"
	"errors"
	"flag"
	"iter"
	"os"
	"path/filepath"
	"testing"
	"time"

	"offcut/engine"
	"offcut/rules"
)

var update = flag.Bool("update", false, "rewrite the files in testdata from what the views write")

// golden compares got with testdata/name.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (go test ./cmd/offcut/view -update rewrites it)\n--- got\n%s\n--- want\n%s", path, got, want)
	}
}

// seq yields values and then err, if there is one.
func seq[T any](err error, values ...T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, v := range values {
			if !yield(v, nil) {
				return
			}
		}
		if err != nil {
			var zero T
			yield(zero, err)
		}
	}
}

// planNow is the instant of the plans in these tests.
func planNow() time.Time { return time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC) }

type testItem struct {
	bucket, key, id string
	age, idle       time.Duration
	parts           int
	bytes           int64
	reason          rules.Reason
}

func (i testItem) item() engine.Item {
	newest := planNow().Add(-i.idle)
	if i.parts == 0 {
		newest = time.Time{}
	}
	return engine.Item{
		Upload: rules.Upload{
			Provider: "ks3", Bucket: i.bucket, Key: i.key, ID: i.id, Initiated: planNow().Add(-i.age),
			StorageClass: "STANDARD", Owner: "73000001",
		},
		Parts:  rules.Parts{Count: i.parts, Bytes: i.bytes, Newest: newest},
		Reason: i.reason, Rule: "rule.stale_media", Age: i.age, Idle: i.idle,
	}
}

const day = 24 * time.Hour

// awkward is a plan's rows with keys as stores really hold them.
func awkward() []engine.Item {
	var items []engine.Item
	for _, i := range []testItem{
		{"media-prod", "raw/2026/cam 07.mp4", "0123456789abcdef0123456789abcdef", 93*day + 4*time.Hour, 92 * day, 1204, 612 << 30, rules.AbortStale},
		{"media-prod", "raw/中文/监控录像.mp4", "2f3e4d5c6b7a89900123456789abcdef", 20*day + 90*time.Minute, 20 * day, 3, 25 << 20, rules.AbortStale},
		{"media-prod", "raw/line\nbreak", "a1", 8 * day, 8 * day, 0, 0, rules.AbortStale},
		{"media-prod", "raw/\x1b[31mred\x1b[0m", "a2", 8 * day, 8 * day, 1, 5 << 20, rules.AbortStale},
		{"media-prod", "raw/\u202egnp.exe", "a3", 8 * day, 8 * day, 1, 5 << 20, rules.AbortStale},
		{"media-prod", "raw/\xff\xfe", "a4", 8 * day, 8 * day, 1, 5 << 20, rules.AbortStale},
		{"media-prod", "=HYPERLINK(\"http://evil\",\"x\")", "a5", 8 * day, 8 * day, 1, 5 << 20, rules.AbortStale},
		{"media-prod", " lead and trail ", "a6", 8 * day, 8 * day, 1, 5 << 20, rules.AbortStale},
		{"media-prod", `back\slash`, "a7", 70 * day, 2 * time.Hour, 2, 10 << 20, rules.AbortOverLifetime},
		{"media-stage", "raw/a-very-long-key/with/many/segments/that/goes/on/and/on/until/it/does/not/fit/any/column/part-000001.bin", "b1", 9 * day, 9 * day, 10000, 1 << 40, rules.AbortStale},
	} {
		items = append(items, i.item())
	}
	return items
}

func samplePlan() *engine.Plan {
	items := awkward()
	p := &engine.Plan{
		ID: "00112233aabbccdd", Started: planNow(), Finished: planNow().Add(4 * time.Second),
		Acting: []string{"rule.stale_media"},
		Providers: []engine.ProviderStatus{{
			Address: "ks3",
			Identity: engine.Identity{
				Kind: "ks3", Endpoint: "https://ks3-cn-beijing.ksyuncs.com", Region: "BEIJING", AccessKeyID: "AKLT…9xQ",
				CredentialSource: "environment (KS3_ACCESS_KEY_ID)", Signature: "kss", RequestsPerSecond: 500,
			},
			Now: planNow(), Skew: 300 * time.Millisecond,
		}},
		Scopes: []engine.Scope{
			{Provider: "ks3", Bucket: "media-prod", Prefix: "raw/", Rules: []string{"rule.stale_media"}, Status: engine.ScopeComplete, Listed: 28, Pages: 1},
			{Provider: "ks3", Bucket: "media-stage", Prefix: "raw/", Rules: []string{"rule.stale_media"}, Status: engine.ScopeComplete, Listed: 1, Pages: 1},
		},
		Listed:   29,
		Kept:     map[rules.Reason]int64{rules.KeepYoung: 12, rules.KeepActive: 4, rules.KeepProtected: 3},
		ByOwner:  []engine.GroupTotal{{Name: "73000001"}},
		Requests: 412,
	}
	p.Abort = totalsOfItems(items)
	p.ByOwner[0].Totals = p.Abort
	p.ByBucket = []engine.GroupTotal{
		{Name: "ks3/media-prod", Totals: totalsOfItems(items[:9])},
		{Name: "ks3/media-stage", Totals: totalsOfItems(items[9:])},
	}
	p.Rules = []engine.RuleTotal{{
		Address: "rule.stale_media", Listed: 29, Abort: p.Abort, Kept: p.Kept,
		ByAge: engine.ByAge{Uploads: 4, Bytes: 70 << 20, OlderThan: 3 * day, Within: day},
	}}
	return p
}

func totalsOfItems(items []engine.Item) (t engine.Totals) {
	for i := range items {
		t.Add(rules.DefaultPrices("ks3"), &items[i])
	}
	return t
}

func sampleSource() planSource {
	young := rules.Upload{Provider: "ks3", Bucket: "media-prod", Key: "raw/new.mp4", ID: "c1", Initiated: planNow().Add(-3 * time.Hour)}
	legal := rules.Upload{Provider: "ks3", Bucket: "media-prod", Key: "legal/case\n114", ID: "c2", Initiated: planNow().Add(-300 * day)}
	busy := rules.Upload{Provider: "ks3", Bucket: "media-prod", Key: "raw/busy.mp4", ID: "c3", Initiated: planNow().Add(-30 * day)}
	odd := rules.Upload{Provider: "ks3", Bucket: "media-prod", Key: "raw/odd.mp4", ID: "c4"}
	return planSource{
		Plan:  samplePlan(),
		items: seq(nil, awkward()...),
		kept: seq(nil,
			engine.KeptItem{Upload: legal, Reason: rules.KeepProtected, By: "protect.legal_hold", Age: 300 * day},
			engine.KeptItem{Upload: busy, Parts: &rules.Parts{Count: 7, Bytes: 70 << 20, Newest: planNow().Add(-time.Hour)}, Reason: rules.KeepActive, By: "rule.stale_media", Age: 30 * day},
			engine.KeptItem{Upload: young, Reason: rules.KeepYoung, By: "rule.stale_media", Age: 3 * time.Hour},
			engine.KeptItem{Upload: odd, Reason: rules.KeepStartUnknown},
		),
	}
}

var errRefused = errors.New(`list uploads of "media-scratch": 403 AccessDenied (request 7f3a): grant ks3:ListBucketMultipartUploads on krn:ksc:ks3:::media-scratch`)

func troubledSource() planSource {
	s := sampleSource()
	s.Partial = true
	s.Providers = append(s.Providers, engine.ProviderStatus{
		Address: "s3.minio",
		Identity: engine.Identity{
			Kind: "s3", Endpoint: "http://127.0.0.1:9000", Region: "us-east-1", AccessKeyID: "mini…min",
			CredentialSource: "environment (AWS_ACCESS_KEY_ID)", Signature: "aws4", RequestsPerSecond: 0.5,
		},
		Now: planNow(), Skew: -90 * time.Second, Notes: []string{"the list of buckets was refused, so owners and regions are unknown"},
	})
	s.Scopes = append(s.Scopes,
		engine.Scope{Provider: "ks3", Bucket: "media-scratch", Status: engine.ScopeFailed, Err: errRefused},
		engine.Scope{Provider: "ks3", Bucket: "media-old", Prefix: "raw/\n", Status: engine.ScopePartial, Listed: 12000, Err: errors.New("page 13: 503 SlowDown")},
		engine.Scope{Provider: "s3.minio", Bucket: "gone", Status: engine.ScopeAbsent},
	)
	s.Rules = append(s.Rules, engine.RuleTotal{
		Address: "rule.strict", Listed: 60, Abort: engine.Totals{Uploads: 51, Bytes: 51 << 30, Parts: 51},
		Kept: map[rules.Reason]int64{rules.KeepYoung: 9}, Stopped: "51 of 60 uploads are 85%, more than max_percent = 80",
	})
	return s
}
