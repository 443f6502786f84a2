package view

import (
	"bytes"
	"slices"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/tw"
)

// A column is one column of a table.
type column struct {
	head  string
	right bool
	most  int // width beyond which it is shortened where there is no terminal; 0 means none
}

// A cut says down to which width a column may be shortened, or that it may be
// left out.
type cut struct {
	column int
	least  int
}

const (
	leave = -1   // as a cut's least: the column may be left out
	gap   = "  " // between columns
)

// A table is a grid of cells that Text made safe.
type table struct {
	columns []column
	// cuts make room where the table is wider than the terminal: one after the
	// other, each as far as is needed.
	cuts []cut
	rows [][]string
}

// write writes the table; width is the terminal's, 0 without one.
func (t table) write(p *page) error {
	widths := t.fit(p.Width)
	shown, leftOut := t.shown(widths)
	widths = slices.DeleteFunc(widths, func(w int) bool { return w == leave })
	for _, row := range shown.rows {
		for i := range row {
			row[i] = Middle(row[i], widths[i])
		}
	}
	// The table writer's cost grows faster than its rows: pieces of a thousand
	// with the same widths look the same and stay cheap.
	first := true
	for chunk := range slices.Chunk(shown.rows, 1000) {
		if err := shown.writeChunk(p, chunk, widths, first); err != nil {
			return err
		}
		first = false
	}
	if len(leftOut) > 0 {
		p.line("Left out, as this terminal is %d columns wide: %s.", p.Width, strings.Join(leftOut, ", "))
	}
	return nil
}

// shown is the table without the columns that fit left out, and their heads.
func (t table) shown(widths []int) (shown table, leftOut []string) {
	shown.rows = make([][]string, len(t.rows))
	for i, c := range t.columns {
		if widths[i] == leave {
			leftOut = append(leftOut, c.head)
			continue
		}
		shown.columns = append(shown.columns, c)
		for n, row := range t.rows {
			shown.rows[n] = append(shown.rows[n], row[i])
		}
	}
	return shown, leftOut
}

// natural is the width of the table with nothing cut.
func (t table) natural() int {
	width := len(gap) * (len(t.columns) - 1)
	for _, w := range t.fit(0) {
		width += w
	}
	return width
}

// fit returns the width of each column: what its widest cell needs, less what the
// cuts take where the table would be wider than the terminal, or leave. Where the
// cuts do not suffice the terminal wraps, and nothing is lost.
func (t table) fit(width int) []int {
	widths := make([]int, len(t.columns))
	excess := len(gap)*(len(t.columns)-1) - width
	for i, c := range t.columns {
		widths[i] = Width(c.head)
		for _, row := range t.rows {
			widths[i] = max(widths[i], Width(row[i]))
		}
		if c.most > 0 && width == 0 {
			widths[i] = min(widths[i], c.most)
		}
		excess += widths[i]
	}
	if width == 0 {
		return widths
	}
	return t.cutTo(widths, excess)
}

// cutTo takes excess from the widths by the table's cuts. What a column that was
// left out gave too much goes back to those that were cut before it.
func (t table) cutTo(widths []int, excess int) []int {
	needed := slices.Clone(widths)
	for _, c := range t.cuts {
		if excess <= 0 {
			break
		}
		if c.least == leave {
			excess -= widths[c.column] + len(gap)
			widths[c.column] = leave
			continue
		}
		least := max(c.least, Width(t.columns[c.column].head))
		if room := min(excess, widths[c.column]-least); room > 0 {
			widths[c.column] -= room
			excess -= room
		}
	}
	for _, c := range slices.Backward(t.cuts) {
		if i := c.column; widths[i] != leave && excess < 0 {
			back := min(-excess, needed[i]-widths[i])
			widths[i] += back
			excess += back
		}
	}
	return widths
}

func (t table) writeChunk(p *page, rows [][]string, widths []int, header bool) error {
	var out bytes.Buffer
	w := tablewriter.NewTable(&out, tablewriter.WithConfig(t.config(widths)), tablewriter.WithRendition(tw.Rendition{
		Borders:  tw.BorderNone,
		Symbols:  tw.NewSymbols(tw.StyleNone),
		Settings: tw.Settings{Lines: tw.LinesNone, Separators: tw.SeparatorsNone},
	}))
	if header {
		heads := make([]string, len(t.columns))
		for i, c := range t.columns {
			heads[i] = c.head
		}
		w.Header(heads)
	}
	if err := w.Bulk(rows); err != nil {
		return err
	}
	if err := w.Render(); err != nil {
		return err
	}
	for line := range bytes.Lines(out.Bytes()) {
		if _, err := p.Write(append(bytes.TrimRight(line, " \n"), '\n')); err != nil {
			return err
		}
	}
	return nil
}

// config gives the table writer the widths: without them it may cut cells.
func (t table) config(widths []int) tablewriter.Config {
	fixed := tw.NewMapper[int, int]()
	aligns := make([]tw.Align, len(t.columns))
	for i, c := range t.columns {
		fixed.Set(i, widths[i]+len(gap))
		aligns[i] = tw.AlignLeft
		if c.right {
			aligns[i] = tw.AlignRight
		}
	}
	cell := tw.CellConfig{
		Formatting: tw.CellFormatting{AutoWrap: tw.WrapNone, AutoFormat: tw.Off},
		Alignment:  tw.CellAlignment{PerColumn: aligns},
		Padding:    tw.CellPadding{Global: tw.Padding{Right: gap, Overwrite: true}},
	}
	return tablewriter.Config{
		Header: cell, Row: cell,
		Widths:   tw.CellWidth{PerColumn: fixed},
		Behavior: tw.Behavior{TrimSpace: tw.Off, TrimLine: tw.Off, TrimTab: tw.Off},
	}
}
