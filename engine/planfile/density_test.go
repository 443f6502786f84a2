package planfile

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// sealedText writes a plan file that holds any text.
func sealedText(t *testing.T, text string) (path string) {
	t.Helper()
	var file bytes.Buffer
	sum := sha256.New()
	z, err := zstd.NewWriter(io.MultiWriter(&file, sum), zstd.WithWindowSize(window))
	if err == nil {
		_, err = io.WriteString(z, text)
	}
	if err := errors.Join(err, z.Close(), writeSeal(bufio.NewWriter(&file), sum)); err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "bomb.plan")
	if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Some kilobytes may stand for a line of 32 MB, which is what a reader takes. They
// must not become gigabytes of values.
func TestPromise11_AHeaderOfEmptyObjectsIsRefused(t *testing.T) {
	const n = 1 << 20
	for name, text := range map[string]string{
		"scopes":       `"scopes":[{}` + strings.Repeat(",{}", n),
		"null scopes":  `"scopes":[null` + strings.Repeat(",null", n),
		"short scopes": `"scopes":[{"error":"1234567"}` + strings.Repeat(`,{"error":"1234567"}`, n),
		"providers":    `"providers":[{"skew_ns":1234}` + strings.Repeat(`,{"skew_ns":1234}`, n),
		"buckets":      `"thresholds":[{}` + strings.Repeat(",{}", n),
		"a quote":      `"actor":"\\\",","scopes":[{}` + strings.Repeat(",{}", n),
	} {
		path := sealedText(t, `{"format":1,"needs":"0.1.0",`+text+"]}\n")
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Open(path, t.TempDir())
		runtime.ReadMemStats(&after)
		if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "more members than fit") {
			t.Errorf("%s: %v", name, err)
		}
		if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 200 {
			t.Errorf("%s: %d MiB were allocated", name, used)
		}
	}
}
