package ledger

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"offcut/engine"
)

func verify(t testing.TB, l *Ledger) Chain {
	t.Helper()
	c, err := l.Verify(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func breaksOf(c Chain) string {
	var b strings.Builder
	for _, k := range c.Broken {
		fmt.Fprintln(&b, k.What)
	}
	return b.String()
}

func wantWhole(t testing.TB, c Chain, rows int64) {
	t.Helper()
	if len(c.Broken) > 0 {
		t.Fatalf("the chain is broken:\n%s", breaksOf(c))
	}
	if c.Rows != rows {
		t.Fatalf("%d rows, want %d", c.Rows, rows)
	}
}

// tamper changes a closed ledger as somebody with the sqlite3 shell may.
func tamper(t testing.TB, dir, text string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, FileName))
	if err != nil {
		t.Fatal(err)
	}
	if _, err = db.Exec("DROP TRIGGER outcomes_stay; DROP TRIGGER outcomes_stay_unchanged; " + text); err != nil {
		t.Fatal(err)
	}
	if _, err = db.Exec(triggers()); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func triggers() string {
	begin, end := strings.Index(schema1, "CREATE TRIGGER"), strings.Index(schema1, "CREATE VIEW")
	return schema1[begin:end]
}

func TestAuditNamesEveryChange(t *testing.T) {
	swap := func(column string) string {
		return fmt.Sprintf("UPDATE outcomes SET %[1]s = CASE number WHEN 7 THEN (SELECT %[1]s FROM outcomes WHERE number = 9) ELSE (SELECT %[1]s FROM outcomes WHERE number = 7) END WHERE number IN (7, 9);", column)
	}
	tests := map[string]struct{ change, want string }{
		"a result":           {"UPDATE outcomes SET result = 'gone' WHERE number = 12", "row 12 was changed: "},
		"a request id":       {"UPDATE outcomes SET request_id = '' WHERE number = 12", "row 12 was changed: "},
		"a time":             {"UPDATE outcomes SET at = at + 1 WHERE number = 12", "row 12 was changed: "},
		"an error":           {"UPDATE outcomes SET error = 'x' WHERE number = 12", "row 12 was changed: "},
		"a hash":             {"UPDATE outcomes SET hash = zeroblob(32) WHERE number = 12", "row 12 was changed: "},
		"a key":              {"UPDATE items SET key = 'raw/other' WHERE id = 12", "row 12 was changed: "},
		"bytes":              {"UPDATE items SET bytes = bytes + 1 WHERE id = 12", "row 12 was changed: "},
		"a start":            {"UPDATE items SET initiated = initiated - 1 WHERE id = 12", "row 12 was changed: "},
		"an actor":           {"UPDATE runs SET actor = 'eve@host'", "row 1 was changed: "},
		"a rule's line":      {"UPDATE rules SET line = line + 1", "row 1 was changed: "},
		"a bucket's name":    {"UPDATE buckets SET bucket = 'other'", "row 1 was changed: "},
		"a row taken away":   {"DELETE FROM outcomes WHERE number = 12", "row 12 is missing\n"},
		"rows taken away":    {"DELETE FROM outcomes WHERE number BETWEEN 12 AND 15", "rows 12 to 15 are missing\n"},
		"the first row":      {"DELETE FROM outcomes WHERE number = 1", "row 1 is missing\n"},
		"numbers exchanged":  {"UPDATE outcomes SET number = CASE number WHEN 7 THEN -9 ELSE -7 END WHERE number IN (7, 9); UPDATE outcomes SET number = -number WHERE number < 0", "row 7 is not at its place: it was written as row 9\nrow 9 is not at its place: it was written as row 7\n"},
		"results exchanged":  {swap("result") + swap("request_id"), "row 7 was changed: "},
		"a planned upload":   {"DELETE FROM items WHERE id = 12", "row 12 refers to a planned upload, or to something of it, that is missing\n"},
		"a planned one more": {"INSERT INTO items SELECT 21, run, rule, bucket, key || 'x', upload_id, initiated, newest_part, parts, bytes, class, owner, initiator, reason, fingerprint FROM items WHERE id = 20", "run run-1 planned 20 uploads, and 21 are recorded\n"},
		"a run":              {"UPDATE runs SET items = 25", "but of its 25 planned uploads 20 have an outcome\n"},
		"a sum":              {"UPDATE sums SET bytes = bytes + 1", "the sums of aborted outcomes of 2026-11-20, rows 1 to 20, are not those of the rows\n"},
		"sums":               {"DELETE FROM sums", "the sums of aborted outcomes of 2026-11-20 are missing\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			l := openHere(t, dir)
			apply(t, l, aRun("run-1"), items(20), func(i int) engine.Result {
				if i == 8 {
					return engine.Failed
				}
				return engine.Aborted
			})
			wantWhole(t, verify(t, l), 20)
			closeNow(t, l)
			tamper(t, dir, test.change)
			if got := breaksOf(verify(t, openHere(t, dir))); !strings.Contains(got, test.want) {
				t.Errorf("told\n%s\nwant among it\n%s", got, test.want)
			}
		})
	}
}

func closeNow(t testing.TB, l *Ledger) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestAnEndOfTheChainThatIsMissingIsSeenAtOnce(t *testing.T) {
	for name, test := range map[string]struct{ change, want string }{
		"the last row":       {"DELETE FROM outcomes WHERE number = 20", "its last outcome is number 19, and the chain's head says 20"},
		"a row more":         {"INSERT INTO items SELECT 21, run, rule, bucket, key || 'x', upload_id, initiated, newest_part, parts, bytes, class, owner, initiator, reason, fingerprint FROM items WHERE id = 20; INSERT INTO outcomes SELECT 21, 21, rule, bucket, result, at, attempts, request_id, error, hash FROM outcomes WHERE number = 20", "its last outcome is number 21, and the chain's head says 20"},
		"the last row's":     {"UPDATE outcomes SET hash = zeroblob(32) WHERE number = 20", "its last outcome, number 20, is not the one that the chain's head names"},
		"the head":           {"DELETE FROM chain", "the head of its chain is missing"},
		"a table":            {"DROP TABLE answers", "its table answers is missing"},
		"a changed index":    {"DROP INDEX outcomes_rule; CREATE INDEX outcomes_rule ON outcomes (bucket)", "its index outcomes_rule was changed"},
		"every row, no head": {"DELETE FROM outcomes", "its last outcome is number 0, and the chain's head says 20"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			l := openHere(t, dir)
			apply(t, l, aRun("run-1"), items(20), nil)
			closeNow(t, l)
			tamper(t, dir, test.change)
			for _, open := range []func(context.Context, string) (*Ledger, error){Open, OpenReadOnly} {
				l, err := open(t.Context(), dir)
				if err == nil {
					closeNow(t, l)
				}
				if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("error %v, want %q", err, test.want)
				}
			}
		})
	}
}

func TestOutcomesRefuseToBeChanged(t *testing.T) {
	l := openHere(t, t.TempDir())
	apply(t, l, aRun("run-1"), items(20), nil)
	for _, text := range []string{"UPDATE outcomes SET error = 'x' WHERE number = 3", "DELETE FROM outcomes WHERE number = 20", "DELETE FROM outcomes"} {
		if _, err := l.write.Exec(text); err == nil {
			t.Errorf("%s: no error", text)
		}
	}
}

func export(t testing.TB, l *Ledger) string {
	t.Helper()
	var b bytes.Buffer
	if _, err := l.Export(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAnExportVerifiesWithoutTheLedger(t *testing.T) {
	l := openHere(t, t.TempDir())
	fill(t, l, 4, 60)
	whole := verify(t, l)
	text := export(t, l)
	c, err := VerifyExport(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	wantWhole(t, c, whole.Rows)
	if c.Head != whole.Head || c.First != 1 || c.Last != whole.Rows {
		t.Errorf("%+v, want the head of %+v", c, whole)
	}
	lines := strings.SplitAfter(text, "\n")
	lines = lines[:len(lines)-1]
	join := func(parts ...[]string) string {
		var b strings.Builder
		for _, p := range parts {
			b.WriteString(strings.Join(p, ""))
		}
		return b.String()
	}
	tests := map[string]struct{ text, want string }{
		"a changed row":   {strings.Replace(text, `"bucket":"media"`, `"bucket":"medib"`, 1), "was changed: its hash does not fit what it holds\n"},
		"a row less":      {join(lines[:5], lines[6:]), "row 6 is missing\n"},
		"rows less":       {join(lines[:5], lines[9:]), "rows 6 to 9 are missing\n"},
		"rows exchanged":  {join(lines[:5], lines[6:7], lines[5:6], lines[7:]), "row 6 is missing\nrow 6, in line 7, comes after row 7: it is not at its place, or comes twice\nrow 7 is missing\n"},
		"a row twice":     {join(lines[:5], lines[4:]), "row 5, in line 6, comes after row 5: it is not at its place, or comes twice\n"},
		"cut in a line":   {text[:len(text)-30], "is not a whole line: the export was cut in it, or something was put there\n"},
		"no line feed":    {text[:len(text)-1], "is not a whole line"},
		"another text":    {join(lines[:5], []string{"hello\n"}, lines[5:]), "line 6 is not a row of an export\n"},
		"a blank":         {strings.Replace(text, `"number":7,`, `"number": 7,`, 1), "line 7 is not a row of an export\n"},
		"a hash in caps":  {strings.ToUpper(lines[0][:0]) + strings.Replace(text, lines[0][len(lines[0])-67:], strings.ToUpper(lines[0][len(lines[0])-67:]), 1), "line 1 is not a row of an export\n"},
		"a row before it": {strings.Replace(text, strings.Repeat("0", 64), strings.Repeat("1", 64), 1), "row 1, in line 1, was changed"},
	}
	for name, test := range tests {
		c, err := VerifyExport(strings.NewReader(test.text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := breaksOf(c); !strings.Contains(got, test.want) {
			t.Errorf("%s: told\n%s\nwant among it\n%s", name, got, test.want)
		}
	}
}

// TestAnExportVerifiesWithShell checks every hash as SCHEMA.md shows it.
func TestAnExportVerifiesWithShell(t *testing.T) {
	for _, name := range []string{"sh", "sed", "sha256sum"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skip(name + " is missing")
		}
	}
	script := shellOfSchema(t)
	l := openHere(t, t.TempDir())
	fill(t, l, 3, 20)
	file := filepath.Join(t.TempDir(), "audit.jsonl")
	run := func(text string) string {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), "sh", "-c", script)
		cmd.Dir = filepath.Dir(file)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return string(out)
	}
	text := export(t, l)
	if got := run(text); got != "" {
		t.Errorf("a whole export: the script says\n%s", got)
	}
	if got := run(strings.Replace(text, `"attempts":1`, `"attempts":2`, 1)); !strings.Contains(got, "changed: ") {
		t.Errorf("a changed export: the script says\n%s", got)
	}
	lines := strings.SplitAfter(text, "\n")
	if got := run(strings.Join(append(lines[:3:3], lines[4:]...), "")); !strings.Contains(got, "does not follow: ") {
		t.Errorf("a shortened export: the script says\n%s", got)
	}
}

func FuzzVerifyExport(f *testing.F) {
	l, err := Open(context.Background(), f.TempDir())
	if err != nil {
		f.Fatal(err)
	}
	list := variedItems(10, 0)
	apply(f, l, aRun("run-1"), list, nil)
	text := export(f, l)
	closeNow(f, l)
	f.Add([]byte(text))
	f.Add([]byte(text[:len(text)-20]))
	f.Add([]byte(strings.Repeat(text, 2)))
	f.Add([]byte("{\"v\":1,\"number\":1,\"prev\":\"\"}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := VerifyExport(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Broken) > 0 || c.Rows == 0 {
			return
		}
		if c.First != 1 || !bytes.HasPrefix([]byte(text), data) && !bytes.Contains(data, []byte(`"v":1`)) {
			return
		}
		if bytes.Contains([]byte(text), data) && c.Rows == 10 && string(data) != text {
			t.Fatal("an export that was changed verifies as the same")
		}
	})
}

func TestRetentionShortensTheChainFromItsBeginning(t *testing.T) {
	dir := t.TempDir()
	l := openHere(t, dir)
	p := fill(t, l, 9, 60) // run 1 ends after run 7 has begun; run 8 is open
	before := verify(t, l)
	wantWhole(t, before, int64(len(p.entries)))

	// Run 0 goes; run 1, which is as old as it, has outcomes behind those that stay.
	runs, err := l.Prune(t.Context(), p.runs[4].Started, "ann@host")
	if err != nil || runs != 1 {
		t.Fatalf("%d runs removed, %v; want 1", runs, err)
	}
	c := verify(t, l)
	wantWhole(t, c, before.Rows-60)
	if c.First != 61 || c.Last != before.Last || c.Head != before.Head || len(c.Pruned) != 1 || c.Pruned[0].Through != 60 || c.Pruned[0].By != "ann@host" ||
		time.Since(c.Pruned[0].At).Abs() > time.Hour {
		t.Errorf("%+v", c)
	}
	e, err := VerifyExport(strings.NewReader(export(t, l)))
	if err != nil {
		t.Fatal(err)
	}
	wantWhole(t, e, c.Rows)
	if e.First != 61 || e.Head != c.Head {
		t.Errorf("export %+v", e)
	}
	if runs, err := l.Prune(t.Context(), p.runs[4].Started, "ann@host"); err != nil || runs != 0 {
		t.Errorf("again: %d runs removed, %v", runs, err)
	}

	// All but the open run goes, and the next run goes on where the chain ends.
	if runs, err := l.Prune(t.Context(), p.runs[8].Started.Add(time.Hour), "bob@host"); err != nil || runs != 7 {
		t.Fatalf("%d runs removed, %v; want 7", runs, err)
	}
	closeNow(t, l)
	l = openHere(t, dir)
	run := aRun("later")
	run.Started = p.runs[8].Started.Add(time.Hour)
	apply(t, l, run, variedItems(30, 1), nil)
	c = verify(t, l)
	wantWhole(t, c, 60)
	if c.Last != before.Last+30 || len(c.Pruned) != 2 {
		t.Errorf("%+v", c)
	}
	if open := unsettled(t, l); len(open) != 1 || len(doubtsOf(t, open[0])) != 30 {
		t.Error("the open run was touched")
	}
	var rest int64
	if err := l.read.QueryRow("SELECT (SELECT count(*) FROM items) + (SELECT count(*) FROM runs)").Scan(&rest); err != nil || rest != 60+30+2 {
		t.Errorf("%d items and runs are left, %v; want 92", rest, err)
	}
}

func TestRetentionOfEverythingLeavesAChainToGoOnFrom(t *testing.T) {
	dir := t.TempDir()
	l := openHere(t, dir)
	apply(t, l, aRun("run-1"), items(20000), nil)
	head := verify(t, l).Head
	closeNow(t, l)
	before := sizeOnDisk(t, dir)
	l = openHere(t, dir)
	if runs, err := l.Prune(t.Context(), epoch.Add(time.Hour), "ann@host"); err != nil || runs != 1 {
		t.Fatalf("%d runs removed, %v", runs, err)
	}
	c := verify(t, l)
	wantWhole(t, c, 0)
	if c.Head != head || c.Last != 20000 || c.First != 20001 {
		t.Errorf("%+v", c)
	}
	if after := sizeOnDisk(t, dir); after > before/10 {
		t.Errorf("%d bytes are left of %d", after, before)
	}
	closeNow(t, l)
	l = openHere(t, dir)
	apply(t, l, aRun("run-2"), items(5), nil)
	wantWhole(t, verify(t, l), 5)
}

func sizeOnDisk(t testing.TB, dir string) (n int64) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		n += info.Size()
	}
	return n
}
