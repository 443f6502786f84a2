package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"offcut/rules"
)

const (
	kib = int64(1) << 10
	mib = kib << 10
	gib = mib << 10
	day = 24 * time.Hour
)

// The finished object of the seed. A stale upload of the same key lies beside it:
// aborting that upload must not touch it.
const (
	finishedBucket = "media-prod"
	finishedKey    = "raw/cam-01/2026-03-01.mp4"
)

// A seedUpload is one unfinished upload of the quickstart seed, with the verdict
// that examples/quickstart reaches on it.
type seedUpload struct {
	bucket, key string
	parts       []int64       // sizes, in order
	age         time.Duration // since it was initiated
	idle        time.Duration // since its newest part; a fresh part is zero
	claimed     bool          // only its metadata is stored, not the bytes of its parts

	want rules.Reason // empty: no rule looks there
}

// seedUploads are the unfinished uploads of the quickstart seed.
func seedUploads() []seedUpload {
	uploads := cameraUploads()
	uploads = append(uploads, oddKeys()...)
	uploads = append(uploads, otherUploads()...)
	uploads = append(uploads, backupUploads()...)
	for i := range uploads { // nobody starts them all in the same second
		later := time.Duration(3+7*i) * time.Minute
		uploads[i].age += later
		if uploads[i].idle > 0 {
			uploads[i].idle += later
		}
	}
	return uploads
}

// cameraUploads are ordinary ones: stale, young, active, and several of one key.
func cameraUploads() []seedUpload {
	uploads := []seedUpload{
		{key: finishedKey, parts: []int64{512 * kib, 256 * kib}, age: 40 * day, idle: 40 * day, want: rules.AbortStale},
		{key: "raw/cam-01/2026-03-02.mp4", parts: []int64{mib, 512 * kib}, age: 30 * day, idle: 30 * day, want: rules.AbortStale},
		{key: "raw/cam-01/2026-03-02.mp4", parts: []int64{mib}, age: 29 * day, idle: 28 * day, want: rules.AbortStale},
		{key: "raw/cam-01/2026-03-02.mp4", parts: []int64{256 * kib}, age: 3 * time.Hour, idle: 2 * time.Hour, want: rules.KeepYoung},
		{key: "raw/cam-02/empty.mp4", age: 21 * day, idle: 21 * day, want: rules.AbortStale},
		{key: "raw/cam-02/slow-line.mp4", parts: []int64{300 * kib, 300 * kib, 300 * kib}, age: 12 * day, want: rules.KeepActive},
		{key: "raw/cam-02/slower-line.mp4", parts: []int64{200 * kib, 200 * kib}, age: 33 * day, idle: 5 * time.Hour, want: rules.KeepActive},
		{key: "raw/cam-02/never-ending.mp4", parts: []int64{200 * kib, 100 * kib}, age: 75 * day, want: rules.AbortOverLifetime},
		{key: "tmp/preview-1.mov", parts: []int64{128 * kib}, age: 9 * day, idle: 9 * day, want: rules.AbortStale},
		{key: "tmp/preview-2.mov", parts: []int64{128 * kib}, age: 8*day + 5*time.Hour, idle: 8 * day, want: rules.AbortStale},
		{key: "tmp/preview-3.mov", parts: []int64{128 * kib}, age: 6*day + 20*time.Hour, idle: 6 * day, want: rules.KeepYoung},
	}
	for i := range 6 {
		age := time.Duration(14+3*i) * day
		uploads = append(uploads, seedUpload{
			key: fmt.Sprintf("raw/cam-03/clip-%02d.mp4", i+1), parts: []int64{512 * kib, 256 * kib},
			age: age, idle: age - 6*time.Hour, want: rules.AbortStale,
		})
	}
	for i := range 4 {
		uploads = append(uploads, seedUpload{
			key: fmt.Sprintf("raw/cam-04/live-%02d.mp4", i+1), parts: []int64{256 * kib},
			age: time.Duration(5+10*i) * time.Hour, idle: time.Duration(1+i) * time.Hour, want: rules.KeepYoung,
		})
	}
	return inBucket("media-prod", uploads)
}

// oddKeys are keys that a careless program gets wrong on the wire or on a screen.
func oddKeys() []seedUpload {
	keys := []string{
		"raw/holiday clip (final) .mov",
		"raw/line\nbreak.mov",
		"raw/影片/生日快乐.mp4",
		"raw/\x1b[31mred\x1b[0m.mp4",
		"raw/a+b%20c&d=e.mov",
		"raw//double/slash.mov",
	}
	var uploads []seedUpload
	for i, key := range keys {
		age := time.Duration(10+i) * day
		uploads = append(uploads, seedUpload{
			key: key, parts: []int64{128 * kib, 100 * kib}, age: age, idle: age, want: rules.AbortStale,
		})
	}
	return inBucket("media-prod", uploads)
}

// otherUploads are those that something keeps: a protect block, an exclude, or
// that no rule looks there.
func otherUploads() []seedUpload {
	old := func(key string, want rules.Reason) seedUpload {
		return seedUpload{key: key, parts: []int64{256 * kib}, age: 90 * day, idle: 90 * day, want: want}
	}
	uploads := inBucket("media-prod", []seedUpload{
		old("raw/legal/exhibit-1.mov", rules.KeepProtected),
		old("raw/legal/exhibit-2.mov", rules.KeepProtected),
		old("raw/keep/reference.mov", rules.KeepFiltered),
		old("published/trailer.mp4", ""),
	})
	uploads = append(uploads, inBucket("media-archive", []seedUpload{
		old("raw/2019/reel-01.mxf", rules.AbortOverLifetime),
		old("raw/2019/reel-02.mxf", rules.AbortOverLifetime),
	})...)
	return append(uploads, inBucket("scratch", []seedUpload{old("notes.txt", "")})...)
}

// backupUploads are large, so that the money shows something. Only what the
// server knows about them is stored.
func backupUploads() []seedUpload {
	backup := func(key string, parts int, age, idle time.Duration, want rules.Reason) seedUpload {
		u := seedUpload{bucket: "backups", key: key, age: age, idle: idle, claimed: true, want: want}
		for range parts {
			u.parts = append(u.parts, 4*gib)
		}
		return u
	}
	return []seedUpload{
		backup("db/orders/full-01.tar.zst", 200, 45*day, 44*day, rules.AbortStale),
		backup("db/orders/full-02.tar.zst", 180, 38*day, 37*day, rules.AbortStale),
		backup("db/orders/full-03.tar.zst", 190, 31*day, 30*day, rules.AbortStale),
		backup("db/users/full-01.tar.zst", 60, 24*day, 23*day, rules.AbortStale),
		backup("vm/build-host.img", 90, 20*day, 2*day, rules.KeepActive),
		backup("vm/mail-host.img", 120, 10*day, 9*day, rules.KeepYoung),
	}
}

func inBucket(bucket string, uploads []seedUpload) []seedUpload {
	for i := range uploads {
		uploads[i].bucket = bucket
	}
	return uploads
}

// size is the sum of the parts.
func (u seedUpload) size() int64 {
	var n int64
	for _, p := range u.parts {
		n += p
	}
	return n
}

// claimedID is the upload id of an upload that is stored without a request.
func (u seedUpload) claimedID() string {
	sum := sha256.Sum256([]byte(u.bucket + "\x00" + u.key))
	return hex.EncodeToString(sum[:16])
}
