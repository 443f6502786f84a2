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
	atEnd bool // it is shortened at its end; others in their middle
	most  int  // width beyond which it is shortened where there is no terminal; 0 means none
	// spare, where it is not empty, is a cell that says nothing: a column of such
	// cells and empty ones gives way, without a word, before anything is cut.
	spare string
	// brief holds shorter cells, one for each row, for the cut of that name.
	brief   []string
	without string // what the shorter cells lack, as the line about what was left out names it
}

// A cut says down to which width a column may be shortened, or that it may be
// left out, or take its shorter cells.
type cut struct {
	column int
	least  int
}

const (
	leave   = -1 // as a cut's least: the column may be left out
	shorter = -2 // as a cut's least: the column may take its shorter cells

	hidden = -3 // as a width: the column says nothing and gave way

	gap = "  " // between columns
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
	f := t.fit(p.Width)
	shown, leftOut := t.shown(f)
	widths := slices.DeleteFunc(slices.Clone(f.widths), func(w int) bool { return w < 0 })
	for _, row := range shown.rows {
		for i := range row {
			if shown.columns[i].atEnd {
				row[i] = End(row[i], widths[i])
			} else {
				row[i] = Middle(row[i], widths[i])
			}
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

// shown is the table as it fits, and what was left out of it.
func (t table) shown(f fitted) (shown table, leftOut []string) {
	shown.rows = make([][]string, len(t.rows))
	for i, c := range t.columns {
		if f.brief[i] {
			leftOut = append(leftOut, c.without)
		}
		if f.widths[i] == leave {
			leftOut = append(leftOut, c.head)
		}
		if f.widths[i] < 0 {
			continue
		}
		shown.columns = append(shown.columns, c)
		for n, row := range t.rows {
			if f.brief[i] {
				shown.rows[n] = append(shown.rows[n], c.brief[n])
			} else {
				shown.rows[n] = append(shown.rows[n], row[i])
			}
		}
	}
	return shown, leftOut
}

// A fitted says how a table is made to fit: the width of each column, leave or hidden,
// and which of them take their shorter cells.
type fitted struct {
	widths []int
	brief  []bool
}

// fit makes the table as wide as its widest cells need, less what the cuts take where
// it would be wider than the terminal. Where the cuts do not suffice the terminal
// wraps, and nothing is lost.
func (t table) fit(width int) fitted {
	f := fitted{widths: make([]int, len(t.columns)), brief: make([]bool, len(t.columns))}
	excess := -len(gap) - width
	for i, c := range t.columns {
		f.widths[i] = t.widest(i)
		if c.most > 0 && width == 0 {
			f.widths[i] = min(f.widths[i], c.most)
		}
		excess += f.widths[i] + len(gap)
	}
	if width == 0 || excess <= 0 {
		return f
	}
	for i, c := range t.columns {
		if c.spare != "" && !slices.ContainsFunc(t.rows, func(row []string) bool { return row[i] != c.spare && row[i] != "" }) {
			excess -= f.widths[i] + len(gap)
			f.widths[i] = hidden
		}
	}
	return t.cutTo(f, excess)
}

// widest is what the widest cell of a column needs.
func (t table) widest(i int) int {
	w := Width(t.columns[i].head)
	for _, row := range t.rows {
		w = max(w, Width(row[i]))
	}
	return w
}

// briefest is what the widest of the shorter cells of a column needs.
func (c column) briefest() int {
	w := Width(c.head)
	for _, cell := range c.brief {
		w = max(w, Width(cell))
	}
	return w
}

// cutTo takes excess from a table by its cuts. What one of them gave too much goes back
// to those before it.
func (t table) cutTo(f fitted, excess int) fitted {
	needed := slices.Clone(f.widths)
	for _, c := range t.cuts {
		now := f.widths[c.column]
		switch {
		case excess <= 0 || now < 0:
			continue
		case c.least == leave:
			excess -= now + len(gap)
			f.widths[c.column] = leave
		case c.least == shorter:
			f.brief[c.column] = true
			f.widths[c.column] = min(now, t.columns[c.column].briefest())
		default:
			least := max(c.least, Width(t.columns[c.column].head))
			f.widths[c.column] = min(now, max(least, now-excess))
		}
		if c.least != leave {
			excess -= now - f.widths[c.column]
		}
	}
	for _, c := range slices.Backward(t.cuts) {
		excess = t.giveBack(&f, c, needed[c.column], -excess)
	}
	return f
}

// giveBack undoes a cut as far as there is room, and returns what is missing then.
func (t table) giveBack(f *fitted, c cut, needed, room int) (excess int) {
	now, back := f.widths[c.column], 0
	switch {
	case room <= 0 || now == hidden:
	case now == leave && c.least == leave && needed+len(gap) <= room:
		f.widths[c.column], back = needed, needed+len(gap)
	case now == leave:
	case f.brief[c.column] && c.least == shorter && needed-now <= room:
		f.brief[c.column], f.widths[c.column], back = false, needed, needed-now
	case f.brief[c.column]:
	default:
		back = min(room, needed-now)
		f.widths[c.column] += back
	}
	return back - room
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
