package planfile

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// expectDamaged opens bytes as a plan file, which must fail and leave nothing behind.
func expectDamaged(t *testing.T, what string, raw []byte) {
	t.Helper()
	dir := t.TempDir()
	f, err := read(bytes.NewReader(raw), int64(len(raw)), dir)
	if err == nil {
		t.Fatalf("%s: it was taken (%v)", what, f.Plan.Close())
	}
	if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrNotPlan) {
		t.Errorf("%s: the error is %v, want one about damage", what, err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("%s: left behind: %v (%v)", what, entries, err)
	}
}

func rawPlan(t testing.TB, items int) []byte {
	t.Helper()
	raw, err := os.ReadFile(saved(t, testPlan(t, typical(items))))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestPromise9_FlippedBytesAreFound(t *testing.T) {
	raw := rawPlan(t, 500)
	random := rand.New(rand.NewPCG(7, 7))
	places := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, len(raw) - 1}
	for i := range sealSize + 8 {
		places = append(places, len(raw)-1-i)
	}
	for range 300 {
		places = append(places, random.IntN(len(raw)))
	}
	for _, at := range places {
		bad := bytes.Clone(raw)
		bad[at] ^= 1 << random.IntN(8)
		expectDamaged(t, "a flipped bit", bad)
	}
}

func TestPromise9_TruncatedAndExtendedFilesAreFound(t *testing.T) {
	raw := rawPlan(t, 500)
	for _, n := range []int{0, 1, 3, 4, 5, 39, 40, 41, 100, len(raw) / 2, len(raw) - sealSize - 1, len(raw) - sealSize, len(raw) - 33, len(raw) - 32, len(raw) - 1} {
		expectDamaged(t, "a truncated file", raw[:n])
	}
	for _, more := range []string{"\x00", "\n", magic, string(raw), string(raw[len(raw)-sealSize:])} {
		expectDamaged(t, "an extended file", append(bytes.Clone(raw), more...))
	}
}

// resealed compresses lines and gives them a seal that fits: a file that somebody made
// by hand.
func resealed(t testing.TB, text string) []byte {
	t.Helper()
	z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		t.Fatal(err)
	}
	return reseal(z.EncodeAll([]byte(text), nil))
}

func reseal(part []byte) []byte {
	raw := slices.Concat(part, sealHeader())
	sum := sha256.Sum256(raw)
	return append(raw, sum[:]...)
}

func plainPlan(t testing.TB, raw []byte) string {
	t.Helper()
	z, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	text, err := z.DecodeAll(raw, nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestPromise9_HandMadePlansAreFound alters the text and makes the seal fit.
func TestPromise9_HandMadePlansAreFound(t *testing.T) {
	text := plainPlan(t, rawPlan(t, 3))
	if f, err := read(bytes.NewReader(resealed(t, text)), int64(len(resealed(t, text))), t.TempDir()); err != nil {
		t.Fatalf("the text as it was: %v", err)
	} else if err := f.Plan.Close(); err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(strings.TrimSuffix(text, "\n"), "\n")
	lines[4] += "\n"
	join := func(l ...string) string { return strings.Join(l, "") }
	swap := func(old, now string) string {
		if !strings.Contains(text, old) {
			t.Fatalf("%q is not in the plan", old)
		}
		return strings.Replace(text, old, now, 1)
	}
	for what, bad := range map[string]string{
		"an item left out":       join(lines[0], lines[1], lines[3], lines[4]),
		"an item twice":          join(lines[0], lines[1], lines[1], lines[2], lines[4]),
		"items out of order":     join(lines[0], lines[2], lines[1], lines[3], lines[4]),
		"no summary":             join(lines[:4]...),
		"two summaries":          text + lines[4],
		"an item behind the end": text + lines[1],
		"an empty line":          join(lines[0], "\n", lines[1], lines[2], lines[3], lines[4]),
		"no line end":            strings.TrimSuffix(text, "\n"),
		"no header":              join(lines[1:]...),
		"no JSON":                join(lines[0], "{\n", lines[4]),
		"two values":             join(lines[0], strings.TrimSuffix(lines[1], "\n")+"{}\n", lines[2], lines[3], lines[4]),
		"an unknown member":      swap(`"key":"raw/`, `"until":"x","key":"raw/`),
		"another bucket":         swap(`"bucket":"media","rule"`, `"bucket":"other","rule"`),
		"another prefix":         swap(`"key":"raw/`, `"key":"old/`),
		"another provider":       swap(`{"provider":"ks3","bucket":"media","rule"`, `{"provider":"s3","bucket":"media","rule"`),
		"another rule":           swap(`"media","rule":"rule.raw"`, `"media","rule":"rule.own"`),
		"a dotted key":           swap(`"key":"raw/camera-07/`, `"key":"raw/../camera-07/`),
		"no key":                 swap(`"key":"raw/camera-07/2026/10/segment-000000000.mp4",`, ``),
		"another reason":         swap(`"reason":"stale"`, `"reason":"young"`),
		"fewer bytes":            swap(`"bytes":`, `"bytes":1`),
		"negative parts":         swap(`"parts":`, `"parts":-`),
		"a year too far":         swap(`"initiated":"2`, `"initiated":"+1000`),
		"other acting rules":     swap(`"acting":["rule.raw"]`, `"acting":["rule.all"]`),
		"format 0":               swap(`"format":1`, `"format":0`),
		"no format":              swap(`"format":1,`, ``),
		"no date":                swap(`"made":"2026`, `"made":"0001`),
		"raw of a whole text":    swap(`"upload_id":`, `"raw":{"initiator":"eA=="},"upload_id":`),
		"raw of nothing":         swap(`"upload_id":`, `"raw":{"color":"/w=="},"upload_id":`),
	} {
		expectDamaged(t, what, resealed(t, bad))
	}
}

func TestPromise9_NewerFormatNamesTheVersionThatIsNeeded(t *testing.T) {
	text := plainPlan(t, rawPlan(t, 3))
	newer := strings.Replace(text, `"format":1,"needs":"0.1.0"`, `"format":2,"needs":"0.9.0","more":{}`, 1)
	path := filepath.Join(t.TempDir(), "stale.plan")
	if err := os.WriteFile(path, resealed(t, newer), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(path, t.TempDir())
	if !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), "use offcut 0.9.0 or newer") {
		t.Errorf("the error is %v", err)
	}
	raw := resealed(t, newer)
	raw[len(raw)/2] ^= 1
	expectDamaged(t, "a newer format that is damaged", raw)
}

func TestOpenTellsFilesThatAreNoPlan(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "offcut.hcl")
	if err := os.WriteFile(path, []byte("rule \"x\" {}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{path, dir, os.DevNull} {
		if _, err := Open(p, t.TempDir()); !errors.Is(err, ErrNotPlan) {
			t.Errorf("Open(%s) = %v, want %v", p, err, ErrNotPlan)
		}
		if Is(p) {
			t.Errorf("%s counts as a plan", p)
		}
	}
	if _, err := Open(filepath.Join(dir, "missing"), t.TempDir()); err == nil || !strings.Contains(err.Error(), "there is no file") {
		t.Errorf("a missing file: %v", err)
	}
	if !Is(saved(t, testPlan(t, typical(1)))) {
		t.Error("a plan does not count as one")
	}
}

// TestOpenDoesNotCallAFullDiskDamage: what fails on this side is no fault of the file.
func TestOpenDoesNotCallAFullDiskDamage(t *testing.T) {
	path := saved(t, testPlan(t, typical(3)))
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(path, filepath.Join(file, "data"))
	if err == nil || errors.Is(err, ErrDamaged) {
		t.Errorf("the error is %v, want one that does not speak of damage", err)
	}
}

// TestBombs opens small files that are large inside.
func TestBombs(t *testing.T) {
	header, _, _ := strings.Cut(plainPlan(t, rawPlan(t, 1)), "\n")
	for what, text := range map[string]string{
		"a header without end": `{"format":1,"x":"` + strings.Repeat("a", maxHeadLine+1),
		"an item without end":  header + "\n" + `{"key":"` + strings.Repeat("a", 4*maxItemLine),
		"empty lines":          header + "\n" + strings.Repeat("\n", 64<<20),
	} {
		expectDamaged(t, what, resealed(t, text))
	}
	z, err := zstd.NewWriter(nil, zstd.WithWindowSize(64<<20))
	if err != nil {
		t.Fatal(err)
	}
	expectDamaged(t, "a large window", reseal(z.EncodeAll(bytes.Repeat([]byte("a"), 65<<20), nil)))
}

func FuzzOpen(f *testing.F) {
	raw := rawPlan(f, 2)
	f.Add(raw, false)
	f.Add(raw[:len(raw)/2], false)
	f.Add([]byte(plainPlan(f, raw)), true)
	f.Add([]byte(magic), false)
	f.Fuzz(func(t *testing.T, data []byte, seal bool) {
		if seal { // as the text of a file whose seal fits
			data = resealed(t, string(data))
		}
		file, err := read(bytes.NewReader(data), int64(len(data)), t.TempDir())
		if err != nil {
			return
		}
		var n int64
		for _, err := range file.Plan.Items() {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		if n != file.Plan.Abort.Uploads {
			t.Errorf("%d items, but the plan counts %d", n, file.Plan.Abort.Uploads)
		}
		// What is taken can be written and read again.
		if err := Write(t.TempDir()+"/again", file.Header, file.Plan); err != nil {
			t.Errorf("write it again: %v", err)
		}
		if err := file.Plan.Close(); err != nil {
			t.Error(err)
		}
	})
}
