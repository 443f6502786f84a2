package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"offcut/engine"
	"offcut/engine/emulator"
	"offcut/engine/objectstore"
	"offcut/rules"
)

// A scriptStore is the KS3 server that one script works against: a real server
// over a real socket, with lies.txt between it and offcut.
type scriptStore struct {
	server *emulator.Server
	dir    string              // of the server; empty: a temporary one, which no restart survives
	honest *httptest.Server    // the server as it is
	front  *httptest.Server    // what offcut is pointed at
	client *objectstore.Client // speaks to the honest side
	liar   *liar
	ids    map[string]string // upload id by bucket/key of the uploads that were seeded last
	mu     sync.Mutex
}

// storeCommand is the script command "store":
//
//	store start [-durable] SEEDS [LIES]
//	                           serves the uploads of the file SEEDS and sets the KS3_ and AWS_ variables
//	store left                 prints what is still open, a line each: bucket, quoted key, id
//	store requests ACTION      prints how many requests of that action arrived
//	store writes               prints how many requests were neither GET nor HEAD
//	store await N              waits until N requests are held (lie "hold")
//	store release              lets held requests go
//
// and those of stageCommand.
func storeCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: store start|left|requests|writes|await|release")
	}
	if args[0] == "start" {
		startScriptStore(ts, args[1:])
		return
	}
	s, ok := ts.Value(storeKey{}).(*storeSlot)
	if !ok || s.store == nil {
		ts.Fatalf("store %s: no store was started", args[0])
	}
	ts.Check(s.store.command(ts, args))
}

type (
	storeKey  struct{}
	storeSlot struct{ store *scriptStore }
)

// storeCommands are the script commands for work against a store.
func storeCommands() map[string]func(ts *testscript.TestScript, neg bool, args []string) {
	return map[string]func(ts *testscript.TestScript, neg bool, args []string){
		"store": storeCommand,
		"mask":  maskCommand,
		"says":  saysCommand,
	}
}

// setupStore gives a script its own place for a store.
func setupStore(env *testscript.Env) { env.Values[storeKey{}] = &storeSlot{} }

func (s *scriptStore) command(ts *testscript.TestScript, args []string) error {
	switch args[0] {
	case "left":
		return s.honestly(func() error { return s.writeLeft(ts) })
	case "requests":
		_, err := fmt.Fprintln(ts.Stdout(), s.liar.count(args[1]))
		return err
	case "writes":
		_, err := fmt.Fprintln(ts.Stdout(), s.liar.count("writes"))
		return err
	case "await":
		n, err := strconv.Atoi(args[1])
		if err != nil {
			return err
		}
		return s.liar.await(n)
	case "release":
		s.liar.release()
		return nil
	}
	return s.stageCommand(ts, args)
}

func startScriptStore(ts *testscript.TestScript, args []string) {
	s := &scriptStore{ids: map[string]string{}}
	if len(args) > 0 && args[0] == "-durable" {
		s.dir, args = ts.MkAbs(".store"), args[1:]
	}
	var err error
	s.server, err = emulator.Open(emulator.Options{Dir: s.dir})
	ts.Check(err)
	s.honest = httptest.NewServer(s)
	s.client, err = objectstore.Open(context.Background(), rules.Provider{
		Address: "ks3", Kind: "ks3", Region: "BEIJING", Endpoint: s.honest.URL, RequestsPerSecond: 100_000,
	}, objectstore.Settings{
		Getenv:      func(string) string { return "" },
		Credentials: &objectstore.Credentials{AccessKeyID: "offcut", SecretAccessKey: "offcut-secret", Source: "test"},
	})
	ts.Check(err)
	s.liar = newLiar(s)
	s.front = httptest.NewServer(s.liar)
	ts.Defer(func() {
		s.liar.release()
		s.front.Close()
		s.honest.Close()
		s.client.Close()
		ts.Check(s.current().Close())
	})
	ts.Value(storeKey{}).(*storeSlot).store = s
	if len(args) > 0 {
		ts.Check(s.seed(ts.ReadFile(args[0])))
	}
	if len(args) > 1 {
		ts.Check(s.liar.learn(ts.ReadFile(args[1])))
	}
	for name, value := range map[string]string{
		"KS3_ENDPOINT": s.front.URL, "KS3_REGION": "BEIJING",
		"KS3_ACCESS_KEY_ID": "offcut", "KS3_ACCESS_KEY_SECRET": "offcut-secret",
		"AWS_ENDPOINT_URL": s.front.URL, "AWS_REGION": "us-east-1",
		"AWS_ACCESS_KEY_ID": "offcut", "AWS_SECRET_ACCESS_KEY": "offcut-secret",
	} {
		ts.Setenv(name, value)
	}
}

// seed reads lines "bucket key age=10d [idle=9d] [parts=2x5MiB] [real=2x100KiB]
// [class=STANDARD_IA] [times=2500] [id=...]". A key in double quotes is in Go
// syntax. "bucket NAME [region=SHANGHAI] [type=ARCHIVE]" makes an empty bucket.
func (s *scriptStore) seed(text string) error {
	var bulk []emulator.SeedUpload
	for line := range strings.Lines(text) {
		text := strings.TrimSpace(line)
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		line, err := splitWords(text)
		if err != nil {
			return fmt.Errorf("seed %q: %w", text, err)
		}
		if line[0] == "bucket" {
			o := words(line)
			if err := s.server.CreateBucketFrom(emulator.BucketSpec{Name: line[1], Region: o.get("region", ""), Type: o.get("type", "")}); err != nil {
				return err
			}
			continue
		}
		uploads, err := s.seedLine(line)
		if err != nil {
			return fmt.Errorf("seed %q: %w", text, err)
		}
		bulk = append(bulk, uploads...)
	}
	return s.server.Seed(context.Background(), slices.Values(bulk))
}

func (s *scriptStore) seedLine(line []string) ([]emulator.SeedUpload, error) {
	u := emulator.SeedUpload{Bucket: line[0], Key: line[1]}
	o := words(line[2:])
	age, err := rules.ParseDuration(o.get("age", "0s"))
	if err != nil {
		return nil, err
	}
	u.Age, u.StorageClass = age, o.get("class", "STANDARD")
	idle, err := rules.ParseDuration(o.get("idle", o.get("age", "0s")))
	if err != nil {
		return nil, err
	}
	if real := o.get("real", ""); real != "" {
		return nil, s.upload(u, real)
	}
	n, size, err := parseParts(o.get("parts", "0x0B"))
	if err != nil {
		return nil, err
	}
	for i := range n {
		u.Parts = append(u.Parts, emulator.SeedPart{Number: i + 1, Size: size, Age: idle})
	}
	times, err := strconv.Atoi(o.get("times", "1"))
	if err != nil {
		return nil, err
	}
	var out []emulator.SeedUpload
	for i := range times {
		u.ID = o.get("id", fixedID(u.Bucket, u.Key, o.get("age", ""), strconv.Itoa(i)))
		s.remember(u.Bucket, u.Key, u.ID)
		out = append(out, u)
	}
	return out, nil
}

// upload makes an upload with real parts through the front door, then ages it.
func (s *scriptStore) upload(u emulator.SeedUpload, parts string) error {
	n, size, err := parseParts(parts)
	if err != nil {
		return err
	}
	if err := s.server.CreateBucket(u.Bucket, ""); err != nil {
		return err
	}
	ctx := context.Background()
	id, err := s.client.Initiate(ctx, u.Bucket, u.Key, http.Header{})
	if err != nil {
		return err
	}
	s.remember(u.Bucket, u.Key, id)
	for i := range n {
		if _, err := s.client.UploadPart(ctx, engine.Ref{Bucket: u.Bucket, Key: u.Key, ID: id}, i+1, make([]byte, size)); err != nil {
			return err
		}
	}
	_, err = s.server.Age(emulator.AgeFilter{Bucket: u.Bucket, Key: u.Key, UploadID: id}, u.Age)
	return err
}

func (s *scriptStore) remember(bucket, key, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids[bucket+"/"+key] = id
}

// ref addresses the upload of a key that was seeded last.
func (s *scriptStore) ref(bucket, key string) engine.Ref {
	s.mu.Lock()
	defer s.mu.Unlock()
	return engine.Ref{Bucket: bucket, Key: key, ID: s.ids[bucket+"/"+key]}
}

func (s *scriptStore) writeLeft(ts *testscript.TestScript) error {
	ctx, out := context.Background(), ts.Stdout()
	buckets, err := s.client.ListBuckets(ctx)
	if err != nil {
		return err
	}
	for _, b := range buckets {
		for page, err := range s.client.ListUploads(ctx, b.Name, "") {
			if err != nil {
				return err
			}
			for _, u := range page.Uploads {
				if _, err := fmt.Fprintf(out, "%s %q %s\n", b.Name, u.Key, u.ID); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func fixedID(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}

func parseParts(s string) (n int, size int64, err error) {
	count, unit, ok := strings.Cut(s, "x")
	if !ok {
		return 0, 0, errors.New("parts are written as 2x5MiB")
	}
	if n, err = strconv.Atoi(count); err != nil {
		return 0, 0, err
	}
	size, err = rules.ParseSize(unit)
	return n, size, err
}

// splitWords splits a line at blanks; a word, or the value of name=value, may be
// a Go string.
func splitWords(line string) ([]string, error) {
	var words []string
	for rest := strings.TrimSpace(line); rest != ""; rest = strings.TrimSpace(rest) {
		name := ""
		if i := strings.IndexAny(rest, "= \""); i > 0 && rest[i] == '=' {
			name, rest = rest[:i+1], rest[i+1:]
		}
		if strings.HasPrefix(rest, `"`) {
			quoted, err := strconv.QuotedPrefix(rest)
			if err != nil {
				return nil, err
			}
			text, err := strconv.Unquote(quoted)
			if err != nil {
				return nil, err
			}
			words, rest = append(words, name+text), rest[len(quoted):]
			continue
		}
		word, after, _ := strings.Cut(rest, " ")
		words, rest = append(words, name+word), after
	}
	return words, nil
}

type words []string

func (o words) get(name, otherwise string) string {
	for _, word := range o {
		if value, ok := strings.CutPrefix(word, name+"="); ok {
			return value
		}
	}
	return otherwise
}

func (o words) has(name string) bool { return o.get(name, "\x00") != "\x00" }

// maskCommand is the script command "mask FILE OUT": it copies FILE (stdout and
// stderr too) with instants, ports and random ids made equal, so that whole
// outputs can be compared.
func maskCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: mask FILE OUT")
	}
	text := ts.ReadFile(args[0])
	for _, m := range masks() {
		text = m.pattern.ReplaceAllString(text, m.with)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o600))
}

// saysCommand is the script command "says PATTERN": stdout or stderr must match.
func saysCommand(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: says PATTERN")
	}
	pattern, err := regexp.Compile("(?m)" + args[0])
	ts.Check(err)
	said := pattern.MatchString(ts.ReadFile("stdout")) || pattern.MatchString(ts.ReadFile("stderr"))
	if said == neg {
		ts.Fatalf("says %q: %v", args[0], said)
	}
}

// awaitTimeout is how long a script waits for a request that must come.
const awaitTimeout = time.Minute
