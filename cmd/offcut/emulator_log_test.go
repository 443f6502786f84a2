package main

import (
	"crypto/md5" // Content-MD5 is defined on it.
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// post sends a body to the server that p runs and returns the answer's.
func post(t *testing.T, method, url, body string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Error(err)
	}
	return string(text)
}

// adminOf is the admin port's URL, from what the command printed.
func adminOf(p *process) string {
	_, command, _ := strings.Cut(p.stdout.String(), "# curl -d '")
	_, url, _ := strings.Cut(strings.TrimSpace(command), "' ")
	return strings.TrimSuffix(url, "/-/age")
}

// The access log names what was asked, by whom, and what was answered and why.
func TestEmulatorLogsEachRequest(t *testing.T) {
	p, env := startEmulator(t, "-log-format", "json")
	post(t, "PATCH", adminOf(p)+"/-/switches", `{"faults": [{"action": "AbortMultipartUpload", "status": 503}]}`)
	post(t, "DELETE", env["KS3_ENDPOINT"]+"/media/raw/a%0Ab.mp4?uploadId=u", "")
	told, line, _ := strings.Cut(p.stderr.await(t, `"action":"AbortMultipartUpload"`, 1), "\n")
	expectIn(t, told, `"method":"PATCH","path":"/-/switches","status":200`, `"message":"admin"`)
	line, _, _ = strings.Cut(line, "\n")
	var got map[string]any
	if err := json.Unmarshal([]byte(line), &got); err != nil {
		t.Fatalf("%v: %s", err, line)
	}
	want := map[string]any{
		"level": "info", "message": "request", "action": "AbortMultipartUpload", "bucket": "media", "key": "raw/a\nb.mp4",
		"upload_id": "u", "status": 503.0, "code": "SlowDown", "fault": "503",
		"reason": "This server was told to answer so.",
	}
	for name, value := range want {
		if got[name] != value {
			t.Errorf("%s is %v, want %v", name, got[name], value)
		}
	}
	for _, name := range []string{"time", "request_id", "seconds", "user"} {
		if _, ok := got[name]; !ok {
			t.Errorf("the line has no %s: %s", name, line)
		}
	}
}

// An answer to HEAD has no body: why it was refused is in the log. A key that is
// not known is not, since it may be a secret in the wrong place.
func TestEmulatorLogsWhyItRefuses(t *testing.T) {
	p, env := startEmulator(t, "-seed", "quickstart", "-log-format", "json")
	post(t, "HEAD", env["KS3_ENDPOINT"]+"/media-prod/raw/a.mp4", "")
	log := p.stderr.await(t, `"action":"HeadObject"`, 1)
	expectIn(t, log, `"code":"AccessDenied","reason":"The request is not signed, and not everybody may ks3:GetObject on`)
	post(t, "GET", env["KS3_ENDPOINT"]+"/media-prod?uploads&KSSAccessKeyId=mixed-up&Expires=4000000000&Signature=c2ln", "")
	log = p.stderr.await(t, `"code":"InvalidAccessKeyId"`, 1)
	if strings.Contains(log, "mixed-up") {
		t.Errorf("the log quotes an unknown key:\n%s", log)
	}
}

// A bucket's lifecycle aborts what is due while the command runs, and says so.
func TestEmulatorActsOnLifecycles(t *testing.T) {
	config := filepath.Join(t.TempDir(), "one.emulator.hcl")
	writeFile(t, config, `
bucket "media" {
  acl    = "public-read"
  policy = jsonencode({
    Version = "2015-11-01"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = ["ks3:PutBucketLifecycle"]
      Resource  = ["krn:ksc:ks3:::media"]
    }]
  })
}
seed "media" {
  count = 3
  key   = "raw/%d.mp4"
  age   = "12d"
}
`)
	p, env := startEmulator(t, "-config", config, "-log-format", "json")
	const rules = `<LifecycleConfiguration><Rule><ID>week</ID><Filter><Prefix>raw/</Prefix></Filter><Status>Enabled</Status>` +
		`<AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule></LifecycleConfiguration>`
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, env["KS3_ENDPOINT"]+"/media?lifecycle", strings.NewReader(rules))
	if err != nil {
		t.Fatal(err)
	}
	sum := md5.Sum([]byte(rules))
	req.Header.Set("Content-MD5", base64.StdEncoding.EncodeToString(sum[:]))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("put the lifecycle: %s, %v", resp.Status, err)
	}
	post(t, "POST", adminOf(p)+"/-/lifecycle", "") // else the log would wait for the next minute
	log := p.stderr.await(t, `"message":"lifecycle"`, 3)
	expectIn(t, log, `"action":"abort","bucket":"media","key":"raw/0.mp4","rule":"week","upload_id":"`)
}
