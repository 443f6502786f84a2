package ledger

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// blocksOf returns the fenced blocks of SCHEMA.md of a language.
func blocksOf(t testing.TB, language string) (blocks []string) {
	t.Helper()
	text, err := os.ReadFile("SCHEMA.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range strings.Split(string(text), "```"+language+"\n")[1:] {
		block, _, ok := strings.Cut(part, "```")
		if !ok {
			t.Fatal("a block of SCHEMA.md has no end")
		}
		blocks = append(blocks, block)
	}
	return blocks
}

// shellOfSchema is the script that checks an export.
func shellOfSchema(t testing.TB) string {
	t.Helper()
	blocks := blocksOf(t, "sh")
	if len(blocks) != 1 {
		t.Fatalf("SCHEMA.md shows %d shell scripts, want 1", len(blocks))
	}
	return blocks[0]
}

func TestSchemaTellsEveryTableAndColumn(t *testing.T) {
	text, err := os.ReadFile("SCHEMA.md")
	if err != nil {
		t.Fatal(err)
	}
	tables, _, _ := strings.Cut(string(text), "\n## The chain")
	told := map[string][]string{}
	for _, part := range strings.Split(tables, "\n**")[1:] {
		name, rest, _ := strings.Cut(part, "**")
		for _, row := range regexp.MustCompile(`(?m)^\| ([a-z_, ]+) \|`).FindAllStringSubmatch(rest, -1) {
			if row[1] != "column" {
				told[name] = append(told[name], strings.Split(row[1], ", ")...)
			}
		}
	}
	l := openHere(t, t.TempDir())
	rows, err := l.read.Query("SELECT s.name, p.name FROM sqlite_schema AS s, pragma_table_info(s.name) AS p WHERE s.type IN ('table', 'view') ORDER BY s.rowid, p.cid")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for rows.Next() {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			t.Fatal(err)
		}
		found[table] = append(found[table], column)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for name := range found {
		if !slices.Equal(found[name], told[name]) {
			t.Errorf("%s: SCHEMA.md tells\n%q\nthe ledger has\n%q", name, told[name], found[name])
		}
	}
	if len(told) != len(found) {
		t.Errorf("SCHEMA.md tells of %d tables and views, the ledger has %d", len(told), len(found))
	}
}

func TestSchemaTellsEveryFieldOfALineInItsOrder(t *testing.T) {
	text, err := os.ReadFile("SCHEMA.md")
	if err != nil {
		t.Fatal(err)
	}
	_, chain, _ := strings.Cut(string(text), "\n## The chain")
	var told []string
	for _, row := range regexp.MustCompile(`(?m)^\| ([a-z_, ]+) \|`).FindAllStringSubmatch(chain, -1) {
		if row[1] != "field" {
			told = append(told, strings.Split(row[1], ", ")...)
		}
	}
	l := openHere(t, t.TempDir())
	item := anItem(1)
	log := begin(t, l, aRun("run-1"), items(2)[1:])
	o := anOutcome(0, item, "failed")
	log.Conclude(o)
	finish(t, log, endAt(epoch))
	var found []string
	for _, field := range regexp.MustCompile(`[{,]"([a-z0-9_]+)":`).FindAllStringSubmatch(export(t, l), -1) {
		found = append(found, field[1])
	}
	if !slices.Equal(found, told) {
		t.Errorf("a line has\n%q\nSCHEMA.md tells\n%q", found, told)
	}
}

func TestEveryQueryOfSchemaRuns(t *testing.T) {
	l := openHere(t, t.TempDir())
	fill(t, l, 3, 40)
	for _, text := range blocksOf(t, "sql") {
		text = strings.ReplaceAll(text, "2~abcdefgh12345678", anItem(5).Upload.ID)
		text = strings.ReplaceAll(text, "raw/cam.mp4", anItem(5).Upload.Key)
		rows, err := l.read.Query(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		n := 0
		for rows.Next() {
			n++
		}
		if err := rows.Err(); err != nil || n == 0 {
			t.Errorf("%s: %d rows, %v", text, n, err)
		}
	}
}
