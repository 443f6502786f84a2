package emulator

import (
	"bufio"
	"bytes"
	"crypto/md5" // Content-MD5 is one.
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"offcut/engine/ks3"
)

// childDirectory is set for the process that TestAKillLosesNothingAcknowledged
// starts and kills: the directory that it serves.
const childDirectory = "OFFCUT_EMULATOR_TEST_DIR"

func killUsers() []User {
	return []User{{ID: "1", AccessKeyID: vectorKey, SecretAccessKey: vectorSecret}}
}

// TestMain turns the test binary into a server where a test asks for one.
func TestMain(m *testing.M) {
	if dir := os.Getenv(childDirectory); dir != "" {
		fmt.Fprintln(os.Stderr, serveUntilKilled(dir))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func serveUntilKilled(dir string) error {
	s, err := Open(Options{Dir: dir, Users: killUsers()})
	if err != nil {
		return err
	}
	if err := s.CreateBucket("my-bucket", ""); err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
	return s.HTTPServer().Serve(l)
}

// How often the server is killed, and after how many answers at the least and
// at the most.
const (
	killTimes   = 20
	killSoonest = 40
	killLatest  = 160
)

// After each kill everything that was acknowledged is there, what was under way
// happened wholly or not at all, and the files are those that metadata names.
func TestAKillLosesNothingAcknowledged(t *testing.T) {
	dir := t.TempDir()
	random := rand.New(rand.NewPCG(1, 2))
	workers := make([]*killWorker, 4)
	for i := range workers {
		workers[i] = &killWorker{
			prefix: fmt.Sprintf("w%d-", i), rand: rand.New(rand.NewPCG(3, uint64(i))), now: newWorld(),
			bodies: map[string][]byte{}, settles: i == 0, done: map[string]int{},
		}
	}
	for range killTimes {
		child := startChild(t, dir)
		child.answersLeft.Store(int32(killSoonest + random.IntN(killLatest-killSoonest)))
		var wg sync.WaitGroup
		for _, w := range workers {
			wg.Go(func() {
				for child.carryOut(t, w, w.step()) {
				}
			})
		}
		wg.Wait()
		if t.Failed() {
			t.FailNow() // The child is ended with the test's context.
		}
		if err := child.Wait(); err == nil {
			t.Fatal("the child was not killed")
		}
		checkAfterKill(t, dir, workers)
	}
	done := map[string]int{}
	for _, w := range workers {
		for name, n := range w.done {
			done[name] += n
		}
	}
	t.Log(done)
	for _, name := range []string{
		"initiate", "part", "part again", "complete", "abort", "put object", "delete object", "copy",
		"put tagging", "delete tagging", "put lifecycle", "put policy",
	} {
		if done[name] == 0 {
			t.Errorf("%s was never carried out", name)
		}
	}
}

func checkAfterKill(t *testing.T, dir string, workers []*killWorker) {
	t.Helper()
	s, err := Open(Options{Dir: dir, Users: killUsers()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // Nothing was changed.
	for _, w := range workers {
		w.check(t, s)
	}
	checkFilesAreKnown(t, s)
	if t.Failed() {
		t.FailNow()
	}
}

// A child is a server in a process of its own.
type child struct {
	*exec.Cmd
	address     string
	client      *http.Client
	answersLeft atomic.Int32 // it is killed when so many requests were answered; 0: never
}

func startChild(t testing.TB, dir string) *child {
	t.Helper()
	return startAs(t, dir, os.Args[0])
}

// startAs starts a child by a command that ends in the test binary.
func startAs(t testing.TB, dir string, command ...string) *child {
	t.Helper()
	c := &child{Cmd: exec.CommandContext(t.Context(), command[0], command[1:]...), client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}}
	c.Env = append(os.Environ(), childDirectory+"="+dir)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	c.address = strings.TrimSpace(line)
	t.Cleanup(c.client.CloseIdleConnections)
	return c
}

// carryOut sends a worker's step and notes what came of it. It is false once the
// server is gone.
func (c *child) carryOut(t *testing.T, w *killWorker, s killStep) bool {
	w.maybe = &s.next
	status, answer, err := c.ask(t, s)
	if err != nil {
		return false
	}
	w.maybe = nil
	switch {
	case status >= 300:
		t.Errorf("%s: %s %s?%s: %d %s", s.name, s.method, s.path, s.query, status, answer)
		return false
	default:
		if u, begun := s.next.Uploads[unknownID]; begun {
			delete(s.next.Uploads, unknownID)
			s.next.Uploads[between(answer, "<UploadId>", "<")] = u
		}
		w.now = s.next
		w.done[s.name]++
	}
	if c.answersLeft.Add(-1) == 0 {
		if err := c.Process.Kill(); err != nil {
			t.Error(err)
		}
	}
	return true
}

func (c *child) ask(t *testing.T, s killStep) (status int, answer string, err error) {
	url := "http://" + c.address + "/my-bucket" + s.path
	if s.query != "" {
		url += "?" + s.query
	}
	r, err := http.NewRequestWithContext(t.Context(), s.method, url, bytes.NewReader(s.body))
	if err != nil {
		return 0, "", err
	}
	for _, line := range s.header {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	if len(s.body) > 0 {
		sum := md5.Sum(s.body)
		r.Header.Set("Content-Md5", base64.StdEncoding.EncodeToString(sum[:]))
	}
	date := ks3.FormatDate(time.Now())
	r.Header.Set("Date", date)
	resource := ks3.ResourceV2("my-bucket", false, r.URL.Path, r.URL.Query())
	r.Header.Set("Authorization", "KSS "+vectorKey+":"+
		ks3.SignV2(vectorSecret, ks3.StringToSignV2(ks3.Native, s.method, r.Header, date, resource)))
	resp, err := c.client.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close() //nolint:errcheck // It is read to its end here.
	text, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text), err
}

// checkFilesAreKnown compares the files on disk with the list of known ones, and
// that with what parts and objects are made of.
func checkFilesAreKnown(t *testing.T, s *Server) {
	t.Helper()
	known, used := map[fileID]bool{}, map[fileID]bool{}
	err := s.store.view(func(tb tables) error {
		return errors.Join(
			tb.files.ForEach(func(id, _ []byte) error {
				known[fileID(id)] = true
				return nil
			}),
			tb.parts.ForEach(func(row, v []byte) error {
				p, err := decodePart(partNumber(row), v)
				used[p.file] = true
				return err
			}),
			tb.objects.ForEach(func(_, v []byte) error {
				o, err := decodeObject(v)
				for _, p := range o.pieces {
					used[p.file] = true
				}
				return err
			}),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(known, used) || len(known) == 0 {
		t.Errorf("%d files are known, %d are used", len(known), len(used))
	}
	if n := countFiles(t, s); n != len(known) {
		t.Errorf("%d files, %d are known", n, len(known))
	}
	for id := range known {
		if _, err := os.Stat(s.files.path(id)); err != nil {
			t.Error(err)
		}
	}
}
