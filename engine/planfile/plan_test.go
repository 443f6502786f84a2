package planfile

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"offcut/engine"
	"offcut/rules"
)

// made is when the plans of these tests were made.
func made() time.Time { return time.Date(2026, 11, 22, 3, 0, 4, 123456789, time.UTC) }

const day = 24 * time.Hour

// testHeader is a header as offcut plan writes one.
func testHeader() Header {
	return Header{
		Offcut: "0.1.0-dev", Actor: "ops@build-7", Command: "offcut plan", Directory: "/srv/cleanup",
		Rules: Source{
			Path: ".", Absolute: "/srv/cleanup", Fingerprint: strings.Repeat("a", 64),
			Files: []SourceFile{{Kind: RuleFile, Path: "/srv/cleanup/offcut.hcl", SHA256: strings.Repeat("b", 64)}},
			Flags: []string{"stale_after=7d"},
		},
		Thresholds: []Threshold{{Rule: "rule.raw", OlderThan: 7 * 86400, IdleFor: 86400, MaxUploads: 10000}},
		Discoveries: []Discovery{
			{Address: "data.buckets.media", Provider: "ks3", Buckets: []rules.FoundBucket{
				{Name: "media-a", Region: "BEIJING", Type: "NORMAL", Owner: "73000001", Created: made().Add(-400 * day)},
				{Name: "media-untold"},
			}},
			{Address: "data.buckets.none", Provider: "s3.minio", Buckets: []rules.FoundBucket{}},
		},
	}
}

// testPlan is a plan of some items of bucket media under raw/, which must be in plan
// order.
func testPlan(t testing.TB, items iter.Seq[engine.Item]) *engine.Plan {
	t.Helper()
	p := framePlan()
	var sum engine.Totals
	p, err := engine.RestorePlan(t.TempDir(), p, func(yield func(engine.Item, error) bool) {
		for it := range items {
			sum.Add(rules.DefaultPrices("ks3"), &it)
			if !yield(it, nil) {
				return
			}
		}
		p.Abort = sum
		p.Rules[0].Abort = sum
		p.ByBucket = []engine.GroupTotal{{Name: "ks3/media", Totals: sum}}
		p.ByOwner = []engine.GroupTotal{{Name: "73000001", Totals: sum}}
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// framePlan is a plan without items.
func framePlan() *engine.Plan {
	return &engine.Plan{
		ID: "00112233aabbccdd", Started: made().Add(-4 * time.Second), Finished: made(), Expires: made().Add(time.Hour),
		Acting: []string{"rule.raw"}, Partial: true,
		Providers: []engine.ProviderStatus{{
			Address: "ks3",
			Identity: engine.Identity{
				Kind: "ks3", Endpoint: "https://ks3-cn-beijing.ksyuncs.com", Region: "BEIJING", AccessKeyID: "AKLT…9xQ",
				CredentialSource: "environment (KS3_ACCESS_KEY_ID)", Signature: "kss", RequestsPerSecond: 500,
			},
			Now: made().Add(-3 * time.Second), Skew: 300 * time.Millisecond,
			Prices:  rules.DefaultPrices("ks3"),
			Buckets: []engine.Bucket{{Name: "media", Region: "BEIJING", Created: made().Add(-900 * day), Owner: "73000001"}},
			Notes:   []string{"a note"},
		}},
		Scopes: []engine.Scope{
			{Provider: "ks3", Bucket: "media", Prefix: "old/", Rules: []string{"rule.raw"}, Status: engine.ScopePartial, Err: errors.New("page 2: 503 SlowDown"), Listed: 1000, Pages: 1, Duration: time.Second},
			{Provider: "ks3", Bucket: "media", Prefix: "raw/", Rules: []string{"rule.raw"}, Status: engine.ScopeComplete, Listed: 29, Unread: 1, UnreadBy: errors.New("read its parts: 403 AccessDenied"), Pages: 1},
		},
		Rules: []engine.RuleTotal{{
			Address: "rule.raw", Listed: 29, Kept: map[rules.Reason]int64{rules.KeepYoung: 12},
			ByAge: engine.ByAge{Uploads: 7, Bytes: 70 << 20, OlderThan: 3 * day, Within: day},
		}},
		Listed:   1029,
		Unread:   1,
		Kept:     map[rules.Reason]int64{rules.KeepYoung: 12},
		Requests: 412,
	}
}

// typical yields n items as cameras leave them: keys of 43 bytes, ids of 32 hex
// digits, and sizes, times and fingerprints that nobody can guess.
func typical(n int) iter.Seq[engine.Item] {
	return func(yield func(engine.Item) bool) {
		random := rand.New(rand.NewPCG(1, 2))
		for i := range n {
			var id [16]byte
			binary.LittleEndian.PutUint64(id[:], random.Uint64())
			binary.LittleEndian.PutUint64(id[8:], random.Uint64())
			sum := sha256.Sum256(id[:])
			started := made().Truncate(time.Millisecond).Add(-9*day - time.Duration(random.Int64N(90*86400_000))*time.Millisecond)
			parts := 1 + random.IntN(40)
			it := engine.Item{
				Upload: rules.Upload{
					Provider: "ks3", Bucket: "media", Key: fmt.Sprintf("raw/camera-07/2026/10/segment-%09d.mp4", i),
					ID: hex.EncodeToString(id[:]), Initiated: started, StorageClass: "STANDARD", Owner: "73000001", Initiator: "73000001",
				},
				Parts: rules.Parts{
					Count: parts, Bytes: int64(parts-1)*(8<<20) + random.Int64N(8<<20),
					Newest: started.Add(time.Duration(random.Int64N(86400_000)) * time.Millisecond), Fingerprint: hex.EncodeToString(sum[:16]),
				},
				Reason: rules.AbortStale, Rule: "rule.raw",
			}
			if !yield(it) {
				return
			}
		}
	}
}
