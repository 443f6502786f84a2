package emulator

import (
	"context"
	"strings"
	"testing"
	"time"
)

const wholeConfig = `
user "100" {
  access_key_id     = "AKEXAMPLE"
  secret_access_key = "SKEXAMPLE"
  name              = "alice"
}
user "200" {
  access_key_id     = "AKOTHER"
  secret_access_key = "SKOTHER"
  session_token     = "token"
}
bucket "media-prod" {
  region = "shanghai"
  type   = "ARCHIVE"
}
bucket "foreign" {
  owner = "200"
}
seed "media-prod" {
  count       = 10
  key         = "raw/%03d.mp4"
  age         = "12d"
  idle        = "3d"
  parts       = 2
  part_size   = "5MiB"
  stale_every = 4
  stale_age   = "30d"
}
seed "media-prod" {
  count         = 2
  key           = "100% of one"
  age           = "1h"
  storage_class = "STANDARD_IA"
}
`

func TestConfigIsApplied(t *testing.T) {
	c, err := LoadConfig("x.emulator.hcl", []byte(wholeConfig))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(c.Options(Options{Dir: t.TempDir()}))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // The test is over.
	s.now = testNow
	if err := c.Apply(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	list := signed(t, s, "GET /media-prod?uploads", "localhost", "").Body.String()
	for want, n := range map[string]int{
		"<Initiated>2026-02-17T12:00:00.000Z<": 7, "<Initiated>2026-01-30T12:00:00.000Z<": 3, "<Key>raw/008.mp4</Key>": 1,
		"<Key>100% of one</Key>": 2, "<StorageClass>ARCHIVE<": 10, "<StorageClass>STANDARD_IA<": 2, "<ID>MTAw</ID><DisplayName>alice<": 24,
	} {
		if got := strings.Count(list, want); got != n {
			t.Errorf("%s: %d times, want %d:\n%s", want, got, n, list)
		}
	}
	if w := signed(t, s, "GET /foreign?uploads", "localhost", ""); w.Code != 403 {
		t.Errorf("another user's bucket: %d", w.Code)
	}
	if got := signed(t, s, "GET /media-prod?location", "localhost", "").Body.String(); !strings.Contains(got, ">SHANGHAI<") {
		t.Error(got)
	}
	_, entry, _ := strings.Cut(list, "<Key>raw/001.mp4</Key>")
	id := between(entry, "<UploadId>", "<")
	parts := signed(t, s, "GET /media-prod/raw/001.mp4?uploadId="+id, "localhost", "").Body.String()
	if strings.Count(parts, "<LastModified>2026-02-26T12:00:00.000Z</LastModified>") != 2 || strings.Count(parts, "<Size>5242880</Size>") != 2 {
		t.Error(parts)
	}
	// Stored once: what was aborted stays aborted when the config is applied again.
	if w := signed(t, s, "DELETE /media-prod/raw/001.mp4?uploadId="+id, "localhost", ""); w.Code != 204 {
		t.Fatal(w.Code, w.Body)
	}
	if err := c.Apply(context.Background(), s); err != nil {
		t.Fatal(err)
	}
	again := signed(t, s, "GET /media-prod?uploads", "localhost", "").Body.String()
	if n := strings.Count(again, "<Upload>"); n != 11 {
		t.Errorf("%d uploads after the second time, want 11", n)
	}
}

func TestConfigMistakes(t *testing.T) {
	tests := []struct{ src, want string }{
		{`user "1" {`, "x:1"},
		{`users {}`, "users"},
		{`user "1" {}`, "access_key_id"},
		{`user "1" { access_key_id = 1` + "\n" + `secret_access_key = "s" }`, "x:"},
		{`bucket "b" { colour = "red" }`, "colour"},
		{`seed "b" {}`, "count"},
		{`seed "b" {
  count = 0
  key   = ""
  age   = ""
}`, "count must be at least 1\nx:1: seed \"b\": key must not be empty"},
		{`seed "b" {
  count = 1
  key   = "k"
  age   = "1 day"
  parts = 10001
  part_size = "big"
}`, "1d12h"},
		{`seed "b" {
  count = 1
  key   = "k"
  age   = "1d"
  idle  = "1h"
  stale_every = 2
}`, "idle is the age of parts, and there are none\nx:1: seed \"b\": stale_every"},
		{`bucket "Media" {
}
bucket "media" {
  region = "PEKING"
}
bucket "media" {
  type = "COLD"
}
bucket "media" {
  acl = "open"
}
`, `x:1: bucket "Media": The name "Media" may hold lower-case letters, digits and hyphens only.
x:3: bucket "media": The region "PEKING" is not in KS3's table, which has AMERICA, BEIJING, `},
		{"bucket \"media\" {\n  type = \"COLD\"\n}\n", `x:1: bucket "media": The bucket type "COLD" is not known; there is NORMAL, ARCHIVE, `},
		{"seed \"My\" {\n  count = 1\n  key   = \"k\"\n  age   = \"1d\"\n}\n", `x:1: seed "My": the bucket's name must have 3 to 63 characters`},
		{`user "1" {
  access_key_id     = "a"
  secret_access_key = "s"
}
user "2" {
  access_key_id     = "a"
  secret_access_key = "s"
}
user "3" {
  access_key_id     = "c"
  secret_access_key = "s"
  account           = "1"
  policies          = ["{"]
}
user "4" {
  access_key_id     = "d"
  secret_access_key = "s"
  policies          = ["{}"]
}
bucket "media" {
  owner = "2"
  acl   = "open"
}
`, `x:5: user "2": access key "a" belongs to another user already
x:9: user "3": policy 1: `},
		{`user "1" {
  access_key_id     = "a"
  secret_access_key = "s"
}
bucket "media" {
  owner  = "2"
}
bucket "media" {
  policy = "{"
}
`, `x:5: bucket "media": There is no account with the id "2"; a user of an account owns nothing itself.
x:8: bucket "media": The policy can't be taken: `},
		{"a = " + strings.Repeat("[", 1<<17), "nests too deeply"},
		{"a = " + strings.Repeat("!", 1<<17) + "true", "nests too deeply"},
		{"a = " + strings.Repeat("-", 1<<17) + "1", "nests too deeply"},
		{"a = " + strings.Repeat("(", 1<<17), "nests too deeply"},
		{"a = " + strings.Repeat("true?1:", 1<<15) + "1", "nests too deeply"},
		{`a = "` + strings.Repeat("${\"", 1<<16), "nests too deeply"},
		{`a = "` + strings.Repeat("%{if true}", 1<<14), "nests too deeply"},
		{strings.Repeat("a {", 1<<16), "nests too deeply"},
		{strings.Repeat("#", maxConfigSize+1), "bytes"},
		{"\xff\xfe", "x:1"},
		{"user \"1\" {\n  access_key_id = 1e99999999\n}", "x:2: the number 1e99999999 is too large"},
		{"a = " + strings.Repeat("9", 41), "x:1: the number 999"},
	}
	for _, tt := range tests {
		c, err := LoadConfig("x", []byte(tt.src))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%.60s: %+v, %.300v; want %q", tt.src, c, err, tt.want)
		}
	}
}

func TestKeysAreNumbered(t *testing.T) {
	for _, tt := range []struct{ key, want string }{
		{"k", "k"}, {"%d", "42"}, {"a%06db", "a000042b"}, {"%01d", "42"}, {"%", "%"}, {"%%d", "%42"}, {"50% d", "50% d"},
		{"%5d", "%5d"}, {"%s-%d", "%s-42"}, {"%d-%d", "42-%d"}, {"%0999d", "%0999d"},
	} {
		if got := numbered(tt.key, 42); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.key, got, tt.want)
		}
	}
}

func TestServersThatAreNotOpened(t *testing.T) {
	user := User{ID: "1", AccessKeyID: "a", SecretAccessKey: "s"}
	for name, o := range map[string]Options{
		"region":      {Region: "MARS"},
		"access key":  {Users: []User{{ID: "1", SecretAccessKey: "s"}}},
		"another":     {Users: []User{user, {ID: "2", AccessKeyID: "a", SecretAccessKey: "s"}}},
		"two users":   {Users: []User{user, {ID: "1", AccessKeyID: "b", SecretAccessKey: "s"}}},
		"data direct": {Dir: "/dev/null/x"},
	} {
		if s, err := Open(o); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v, %v", name, s, err)
		}
	}
	s := openAt(t, testNow())
	for _, spec := range []BucketSpec{{Name: "x"}, {Name: "Upper"}, {Name: "kss-x"}, {Name: "-abc"}, {Name: "abc-"}, {Name: "a.b.c"},
		{Name: "good", Region: "MARS"}, {Name: "good", Type: "ROUND"}, {Name: "good", Owner: "9"}} {
		if err := s.CreateBucketFrom(spec); err == nil {
			t.Errorf("%+v was made", spec)
		}
	}
}

func TestSeedsThatAreRefused(t *testing.T) {
	s := openAt(t, testNow())
	for name, u := range map[string]SeedUpload{
		"bucket":       {Bucket: "X", Key: "k"},
		"empty key":    {Bucket: "my-bucket"},
		"long key":     {Bucket: "my-bucket", Key: strings.Repeat("k", 1025)},
		"long id":      {Bucket: "my-bucket", Key: "k", ID: strings.Repeat("i", 256)},
		"part 0":       {Bucket: "my-bucket", Key: "k", Parts: []SeedPart{{0, 1, 0}}},
		"part 10001":   {Bucket: "my-bucket", Key: "k", Parts: []SeedPart{{10001, 1, 0}}},
		"part twice":   {Bucket: "my-bucket", Key: "k", Parts: []SeedPart{{1, 1, 0}, {1, 1, 0}}},
		"size below 0": {Bucket: "my-bucket", Key: "k", Parts: []SeedPart{{1, -1, 0}}},
		"there is one": {Bucket: "my-bucket", Key: "dir/my video.mp4", ID: vectorID},
	} {
		if err := s.Seed(t.Context(), func(yield func(SeedUpload) bool) { yield(u) }); err == nil {
			t.Errorf("%s: stored", name)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	err := s.Seed(ctx, func(yield func(SeedUpload) bool) {
		for yield(SeedUpload{Bucket: "my-bucket", Key: "k", Age: time.Hour}) {
			cancel()
		}
	})
	if err == nil || !strings.Contains(err.Error(), "canceled") {
		t.Errorf("a cancelled seed: %v", err)
	}
}
