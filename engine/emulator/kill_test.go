package emulator

import (
	"bufio"
	"fmt"
	"io"
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

// An acknowledged upload is what a client knows of one: what the server has
// said, and what it was asked without an answer.
type acknowledged struct {
	path, id, etag string // etag: of part 1
	ended          string // method of the abort or complete that was answered
	asked          bool   // an abort or a complete was sent
}

func TestAKillLosesNothingAcknowledged(t *testing.T) {
	dir := t.TempDir()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), childDirectory+"="+dir)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	var answers atomic.Int32
	client := &killClient{address: strings.TrimSpace(line), answered: func() {
		if answers.Add(1) == 150 {
			if err := child.Process.Kill(); err != nil {
				t.Error(err)
			}
		}
	}}
	logs := make([][]acknowledged, 4)
	var wg sync.WaitGroup
	for w := range logs {
		wg.Go(func() {
			for i, alive := 0, true; alive; i++ {
				a := acknowledged{path: fmt.Sprintf("/k%d-%d", w, i)}
				alive = client.upload(t, &a, i%3)
				logs[w] = append(logs[w], a)
			}
		})
	}
	wg.Wait()
	if err := child.Wait(); err == nil {
		t.Error("the child was not killed")
	}
	s, err := Open(Options{Dir: dir, Users: killUsers()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // The test is over.
	for _, log := range logs {
		for _, a := range log {
			checkAcknowledged(t, s, a)
		}
	}
	checkFilesAreKnown(t, s)
}

// A killClient talks to a server that will be killed.
type killClient struct {
	address  string
	answered func()
}

// ask sends a signed request; ok is false once the server is gone.
func (c *killClient) ask(t *testing.T, method, path, query, body string) (header http.Header, answer string, ok bool) {
	date := ks3.FormatDate(time.Now())
	sum := ks3.SignV2(vectorSecret, method+"\n\n\n"+date+"\n/my-bucket"+path+"?"+query)
	url := "http://" + c.address + "/my-bucket" + path + "?" + query
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Error(err)
		return nil, "", false
	}
	r.Header.Set("Date", date)
	r.Header.Set("Authorization", "KSS "+vectorKey+":"+sum)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, "", false
	}
	defer resp.Body.Close() //nolint:errcheck // It is read to its end here.
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, "", false
	}
	if resp.StatusCode >= 300 {
		t.Errorf("%s %s: %d %s", method, path, resp.StatusCode, text)
	}
	c.answered()
	return resp.Header, string(text), true
}

// upload begins an upload with one part, and leaves it open, aborts it or
// completes it.
func (c *killClient) upload(t *testing.T, a *acknowledged, end int) (alive bool) {
	_, answer, ok := c.ask(t, "POST", a.path, "uploads", "")
	if !ok {
		return false
	}
	a.id = between(answer, "<UploadId>", "<")
	header, _, ok := c.ask(t, "PUT", a.path, "partNumber=1&uploadId="+a.id, "bytes of "+a.path)
	if !ok {
		return false
	}
	a.etag = header.Get("ETag")
	if end == 0 {
		return true
	}
	a.asked = true
	method, body := "DELETE", ""
	if end == 2 {
		method, body = "POST", completeBody(1, a.etag)
	}
	if _, _, ok = c.ask(t, method, a.path, "uploadId="+a.id, body); ok {
		a.ended = method
	}
	return ok
}

func checkAcknowledged(t *testing.T, s *Server, a acknowledged) {
	t.Helper()
	if a.id == "" {
		return
	}
	parts := signed(t, s, "GET "+a.path+"?uploadId="+a.id, bucketHost, "")
	object := signed(t, s, "GET "+a.path, bucketHost, "")
	switch {
	case a.ended != "":
		if parts.Code != 404 || (object.Code == 200) != (a.ended == "POST") {
			t.Errorf("%+v: list parts %d, the object %d", a, parts.Code, object.Code)
		}
	case !a.asked:
		quoted := strings.ReplaceAll(a.etag, `"`, "&#34;")
		if parts.Code != 200 || !strings.Contains(parts.Body.String(), quoted) {
			t.Errorf("%+v: list parts %d %s", a, parts.Code, parts.Body)
		}
	default: // An unanswered end happened wholly or not at all.
		if parts.Code == 200 && object.Code == 200 {
			t.Errorf("%+v: both the upload and the object are there", a)
		}
	}
	if object.Code == 200 && object.Body.String() != "bytes of "+a.path {
		t.Errorf("%+v: the object is %q", a, object.Body)
	}
}

// checkFilesAreKnown compares the files on disk with those that metadata names.
func checkFilesAreKnown(t *testing.T, s *Server) {
	t.Helper()
	known := 0
	err := s.store.view(func(tb tables) error {
		return tb.files.ForEach(func(_, _ []byte) error {
			known++
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := countFiles(t, s); n != known || known == 0 {
		t.Errorf("%d files, %d are known", n, known)
	}
}
