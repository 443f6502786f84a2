package emulator_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/minio/minio-go/v7"

	"offcut/engine/emulator"
)

// s3cmd signs with V2 as readily as with V4, and puts the bucket where its
// configuration says.
func s3cmdModes() map[string]func(address string) []string {
	byPath := func(address string) []string { return []string{"host_base = " + address, "host_bucket = " + address} }
	return map[string]func(string) []string{
		"V4": byPath,
		"V2": func(address string) []string { return append(byPath(address), "signature_v2 = True") },
		"V4, virtual-hosted": func(address string) []string {
			// A resolver that knows no names below localhost is common, so the
			// server stands in for a proxy: it takes whole URLs.
			host, port, _ := strings.Cut(address, ":")
			return []string{
				"host_base = localhost:" + port, "host_bucket = %(bucket)s.localhost:" + port,
				"proxy_host = " + host, "proxy_port = " + port,
			}
		},
	}
}

func newS3cmd(t *testing.T, w *watch, mode func(string) []string) *tool {
	t.Helper()
	w.mu.Lock()
	w.curious = true // info wants to know of CORS and of who pays, too.
	w.mu.Unlock()
	c := newTool(t, "s3cmd")
	lines := append([]string{
		"[default]", "access_key = offcut", "secret_key = offcut-secret", "use_https = False",
		"bucket_location = BEIJING", "progress_meter = False", "max_retries = 1", "guess_mime_type = False",
	}, mode(got(url.Parse(w.url))(t).Host)...)
	c.args = []string{"--config", c.file("config", []byte(strings.Join(lines, "\n")+"\n"))}
	return c
}

func TestS3cmdMovesObjects(t *testing.T) {
	t.Parallel()
	for name, mode := range s3cmdModes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := watched(t, emulator.Options{})
			c, data := newS3cmd(t, w, mode), noise(12*mebi)
			const object, copied = "s3://media/raw/a b+夜.mp4", "s3://media/raw/copy.mp4"
			c.file("from", data)
			c.run("mb", "s3://walked")
			c.run("put", "from", object, "--multipart-chunk-size-mb=5", "--acl-public")
			c.run("cp", object, copied)
			c.run("mv", copied, "s3://media/moved.mp4")
			c.says("s3://media/moved.mp4", "la")
			c.says("12582912", "ls", "s3://media/raw/")
			c.says("anon", "info", object)
			c.run("get", object, "to")
			c.holds("to", data)
			c.run("del", object, "s3://media/moved.mp4")
			c.run("rb", "s3://walked")
			same(t, "what is left", c.run("ls", "--recursive", "s3://media"), "")
			same(t, "uploads left open", openUploads(t, w.url), 0)
			same(t, "parts", w.times("UploadPart"), 3)
		})
	}
}

func TestS3cmdTurnsSettings(t *testing.T) {
	t.Parallel()
	w := watched(t, emulator.Options{})
	c := newS3cmd(t, w, s3cmdModes()["V4"])
	c.file("from", []byte("hello"))
	c.run("put", "from", "s3://media/k", "--add-header=x-amz-meta-owner:alice")
	c.says("alice", "info", "s3://media/k")
	c.run("setacl", "--acl-public", "s3://media/k")
	c.run("setacl", "--acl-public", "--recursive", "s3://media")
	c.run("setpolicy", c.file("policy", []byte(mediaPolicy)), "s3://media")
	c.says("krn:ksc:ks3:::media", "info", "s3://media")
	c.run("delpolicy", "s3://media")
	c.run("setlifecycle", c.file("rules", []byte(`<LifecycleConfiguration><Rule><ID>stale</ID><Filter><Prefix>raw/</Prefix></Filter>`+
		`<Status>Enabled</Status><AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation>`+
		`</AbortIncompleteMultipartUpload></Rule></LifecycleConfiguration>`)), "s3://media")
	c.says("DaysAfterInitiation", "getlifecycle", "s3://media")
	c.run("dellifecycle", "s3://media")
	c.run("expire", "--expiry-days=30", "s3://media")
	link := got(url.Parse(c.run("signurl", "s3://media/k", "+60")))(t)
	_, body := fetch(t, http.MethodGet, link, "", http.StatusOK)
	same(t, "the object", body, "hello")
}

func TestS3cmdListsAndAbortsUploads(t *testing.T) {
	t.Parallel()
	for name, mode := range s3cmdModes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := watched(t, emulator.Options{})
			c, client := newS3cmd(t, w, mode), minioAt(t, w.url)
			id := got(client.NewMultipartUpload(t.Context(), "media", "raw/a b.mp4", minio.PutObjectOptions{}))(t)
			got(client.PutObjectPart(t.Context(), "media", "raw/a b.mp4", id, 1, strings.NewReader("data"), 4, minio.PutObjectPartOptions{}))(t)
			c.says(id, "multipart", "s3://media")
			c.says("8d777f385d3dfec8815d20f7496026dc", "listmp", "s3://media/raw/a b.mp4", id)
			c.run("abortmp", "s3://media/raw/a b.mp4", id)
			same(t, "uploads left open", openUploads(t, w.url), 0)
		})
	}
}
