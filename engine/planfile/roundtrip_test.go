package planfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"offcut/engine"
	"offcut/rules"
)

// awkward yields items with everything that a store may put into them, in plan order.
func awkward() iter.Seq[engine.Item] {
	started := made().Add(-30 * day)
	var all []engine.Item
	for i, key := range []string{
		"raw/\x1b[31mred\x1b[0m", "raw/<script>alert(1)</script>&amp;", "raw/\xc2\x9b31m", "raw/line\nbreak",
		"raw/\u202egnp.exe", "raw/\u2028", "raw/\xff\xfe", "raw/中文/监控录像.mp4", `raw/back\slash "quoted"`, "raw/" + strings.Repeat("x", 1020),
	} {
		it := engine.Item{
			Upload: rules.Upload{Provider: "ks3", Bucket: "media", Key: key, ID: "id-\x80", Initiated: started, Initiator: "i\xff"},
			Parts:  rules.Parts{Fingerprint: "f0"}, Reason: rules.AbortStale, Rule: "rule.raw",
		}
		if i%2 == 0 {
			it.Parts = rules.Parts{Count: i + 1, Bytes: 1 << 40, Newest: started.Add(time.Hour + time.Nanosecond), Fingerprint: "f1"}
			it.Upload.StorageClass, it.Upload.Owner, it.Reason = "STANDARD", "73000001", rules.AbortOverLifetime
		}
		all = append(all, it)
	}
	slices.SortFunc(all, func(a, b engine.Item) int { return strings.Compare(a.Upload.Key, b.Upload.Key) })
	return slices.Values(all)
}

// saved writes a plan and returns the path of its file.
func saved(t testing.TB, p *engine.Plan) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "stale.plan")
	if err := Write(path, testHeader(), p); err != nil {
		t.Fatal(err)
	}
	return path
}

// opened opens a plan file that must be whole.
func opened(t testing.TB, path string) *File {
	t.Helper()
	f, err := Open(path, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Plan.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func itemsOf(t testing.TB, p *engine.Plan) []engine.Item {
	t.Helper()
	var all []engine.Item
	for it, err := range p.Items() {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, it)
	}
	return all
}

func TestPromise9_SavedPlanComesBackAsItWas(t *testing.T) {
	for name, items := range map[string]iter.Seq[engine.Item]{"awkward": awkward(), "typical": typical(5000), "none": typical(0)} {
		t.Run(name, func(t *testing.T) {
			p := testPlan(t, items)
			path := saved(t, p)
			f := opened(t, path)
			if got, want := itemsOf(t, f.Plan), itemsOf(t, p); !reflect.DeepEqual(got, want) {
				t.Errorf("items differ:\n%+v\n%+v", got, want)
			}
			if got, want := f.Plan, p; !reflect.DeepEqual(figuresOf(got), figuresOf(want)) {
				t.Errorf("figures differ:\n%+v\n%+v", figuresOf(got), figuresOf(want))
			}
			want := testHeader()
			want.Format, want.Needs, want.Plan, want.Started, want.Made, want.Expires = Format, needs, p.ID, p.Started, p.Finished, p.Expires
			if !reflect.DeepEqual(f.Header, want) {
				t.Errorf("header differs:\n%+v\n%+v", f.Header, want)
			}
			if f.Plan.Whole() {
				t.Error("a plan with a partial scope came back whole")
			}
		})
	}
}

// figuresOf are the exported fields of a plan, with errors as their texts.
func figuresOf(p *engine.Plan) map[string]any {
	figures := map[string]any{}
	v := reflect.ValueOf(p).Elem()
	for i := range v.NumField() {
		if field := v.Type().Field(i); field.IsExported() {
			figures[field.Name] = v.Field(i).Interface()
		}
	}
	scopes := slices.Clone(p.Scopes)
	for i := range scopes {
		figures["errors of "+scopes[i].Prefix] = textOf(scopes[i].Err) + "|" + textOf(scopes[i].UnreadBy)
		scopes[i].Err, scopes[i].UnreadBy = nil, nil
	}
	figures["Scopes"] = scopes
	return figures
}

func TestPromise9_LaterChangesOfTheFileChangeNothing(t *testing.T) {
	path := saved(t, testPlan(t, typical(20000)))
	f := opened(t, path)
	if err := os.WriteFile(path, []byte("something else"), 0o600); err != nil {
		t.Fatal(err)
	}
	if n := len(itemsOf(t, f.Plan)); n != 20000 {
		t.Errorf("%d items, want 20000", n)
	}
}

// TestPromise12_PlanFileHoldsNothingThatATerminalObeys decompresses a file as "zstd
// -dc" does, with the seal still in place.
func TestPromise12_PlanFileHoldsNothingThatATerminalObeys(t *testing.T) {
	raw, err := os.ReadFile(saved(t, testPlan(t, awkward())))
	if err != nil {
		t.Fatal(err)
	}
	z, err := zstd.NewReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatalf("a reader of zstd must pass over the seal: %v", err)
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	if len(lines) != 12 {
		t.Errorf("%d lines, want a header, 10 items and a summary", len(lines))
	}
	for _, l := range lines {
		if !json.Valid([]byte(l)) {
			t.Errorf("no JSON: %s", l)
		}
		for _, r := range l {
			if r < 0x20 || r == 0x7f || r >= 0x80 && r < 0xa0 || r == '\u202e' || r == '\u2028' || strings.ContainsRune("<>&", r) {
				t.Errorf("%q stands in %s", r, l)
			}
		}
	}
}

func TestPromise9_PlanFileIsForItsOwnerAlone(t *testing.T) {
	info, err := os.Stat(saved(t, testPlan(t, typical(3))))
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode(); mode != 0o600 {
		t.Errorf("mode %v, want -rw-------", mode)
	}
}

// TestPlanFileSize holds the bar of 80 bytes an item.
func TestPlanFileSize(t *testing.T) {
	const items = 20000
	info, err := os.Stat(saved(t, testPlan(t, typical(items))))
	if err != nil {
		t.Fatal(err)
	}
	if each := float64(info.Size()) / items; each > 80 {
		t.Errorf("%.1f bytes an item, want at most 80", each)
	}
}

func TestWriteRefusesWhatNoPlanMayHold(t *testing.T) {
	for name, spoil := range map[string]func(*engine.Item){
		"key unproven":   func(i *engine.Item) { i.Upload.KeyUnproven = true },
		"time unknown":   func(i *engine.Item) { i.Parts.TimeUnknown = true },
		"unreadable":     func(i *engine.Item) { i.Parts.Unreadable = true },
		"another upload": func(i *engine.Item) { i.Parts.Foreign = true },
	} {
		for it := range typical(1) {
			spoil(&it)
			if _, err := itemOf(&it); err == nil {
				t.Errorf("%s: it was taken", name)
			}
		}
	}
}

var errBroken = errors.New("the disk is full")
