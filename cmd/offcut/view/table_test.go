package view

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A table is never wider than its terminal as long as its cuts can make room, and
// it never loses its key column.
func TestTableFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := table{
			columns: []column{{head: "RULE"}, {head: "KEY"}, {head: "SIZE", right: true}, {head: "START"}},
			cuts:    []cut{{1, 20}, {3, leave}, {0, 6}, {2, leave}, {1, 8}},
		}
		for range rapid.IntRange(1, 5).Draw(t, "rows") {
			cells := make([]string, len(table.columns))
			for i := range cells {
				cells[i] = strings.Repeat("x", rapid.IntRange(0, 60).Draw(t, "cell"))
			}
			table.rows = append(table.rows, cells)
		}
		width := rapid.IntRange(6+len(gap)+8, 200).Draw(t, "width")
		widths := table.fit(width).widths
		total, natural := -len(gap), -len(gap)
		for i, w := range widths {
			if w != leave {
				total += w + len(gap)
			}
			need := Width(table.columns[i].head)
			for _, row := range table.rows {
				need = max(need, Width(row[i]))
			}
			natural += need + len(gap)
			if w > need {
				t.Fatalf("column %d is %d wide and needs %d", i, w, need)
			}
		}
		if total > width {
			t.Fatalf("%d columns wide on a terminal of %d", total, width)
		}
		if natural <= width && total != natural {
			t.Fatalf("%d wide though %d would fit into %d", total, natural, width)
		}
		if widths[1] == leave {
			t.Fatal("the key is left out")
		}
	})
}
