package emulator

import (
	"bytes"
	"cmp"
	"slices"

	"offcut/engine/emulator/switches"
)

// rowsWithQuirks gives the rows that a page is read from: those of the store, or
// some of them, or all of them in another order. inherited is the last serial
// number of the process before this one.
func (p *uploadsPage) rowsWithQuirks(q *switches.Quirks, t tables, inherited uint64) (rowCursor, error) {
	var rows rowCursor = t.uploads.Cursor()
	if q.AfterRestart == "forgets" {
		rows = &chosenRows{rowCursor: rows, choose: func(k, v []byte) (bool, error) {
			if string(k[:min(len(k), len(p.within))]) != string(p.within) {
				return true, nil // It ends the page.
			}
			return p.remembers(k, v, inherited)
		}}
	}
	if q.Order == "" {
		return rows, nil
	}
	return p.order(q, rows)
}

// remembers reports whether an upload was initiated since this process began, or
// is asked for by its very key.
func (p *uploadsPage) remembers(k, v []byte, inherited uint64) (bool, error) {
	key, _, err := splitRow(k, p.scope)
	if err != nil || string(key) == p.prefix {
		return true, err
	}
	u, err := decodeUpload(v)
	return u.serial > inherited, err
}

// chosenRows walks over those rows of another cursor that choose wants. A row
// that can't be read is left for the reader to find.
type chosenRows struct {
	rowCursor
	choose func(k, v []byte) (bool, error)
}

func (c *chosenRows) Seek(row []byte) (k, v []byte) { return c.wanted(c.rowCursor.Seek(row)) }

func (c *chosenRows) Next() (k, v []byte) { return c.wanted(c.rowCursor.Next()) }

func (c *chosenRows) wanted(k, v []byte) ([]byte, []byte) {
	for k != nil {
		if ok, err := c.choose(k, v); ok || err != nil {
			break
		}
		k, v = c.rowCursor.Next()
	}
	return k, v
}

// orderedRows are the rows of one page and of those behind it, in an order that
// is not the store's. Every group has one row only, so the next row is the one to
// go on with, wherever the reader would seek.
type orderedRows struct{ rest []orderedRow }

type orderedRow struct {
	k, v, key, id []byte
	initiated     int64
	serial        uint64
}

func (o *orderedRows) Seek([]byte) (k, v []byte) { return o.Next() }

func (o *orderedRows) Next() (k, v []byte) {
	if len(o.rest) == 0 {
		return nil, nil
	}
	first := o.rest[0]
	o.rest = o.rest[1:]
	return first.k, first.v
}

// order reads everything that is to be listed and puts it into q's order, which
// the markers are places in: each page goes on where the one before ended.
func (p *uploadsPage) order(q *switches.Quirks, rows rowCursor) (rowCursor, error) {
	var all []orderedRow
	for k, v := rows.Seek(p.within); hasPrefix(k, p.within); k, v = rows.Next() {
		if len(all) == wholeBucket {
			return nil, tooManyUploads()
		}
		row, err := p.orderedRow(k, v)
		if err != nil {
			return nil, err
		}
		all = append(all, row)
	}
	inclusive := q.NextMarkers == "first-of-next"
	switch q.Order {
	case "reversed-ids":
		slices.SortFunc(all, func(a, b orderedRow) int {
			return cmp.Or(bytes.Compare(a.key, b.key), bytes.Compare(b.id, a.id))
		})
		all = slices.DeleteFunc(all, func(r orderedRow) bool { return p.beforeReversed(r, inclusive) })
	case "upload-id":
		slices.SortFunc(all, func(a, b orderedRow) int {
			return cmp.Or(bytes.Compare(a.id, b.id), bytes.Compare(a.key, b.key))
		})
		all = slices.DeleteFunc(all, func(r orderedRow) bool { return p.beforeID(r, inclusive) })
	case "created":
		slices.SortFunc(all, func(a, b orderedRow) int {
			return cmp.Or(cmp.Compare(a.initiated, b.initiated), cmp.Compare(a.serial, b.serial))
		})
		all = p.behindCreated(all, inclusive)
	}
	return &orderedRows{p.oneOfEachGroup(all)}, nil
}

func (p *uploadsPage) orderedRow(k, v []byte) (orderedRow, error) {
	key, id, err := splitRow(k, p.scope)
	if err != nil {
		return orderedRow{}, err
	}
	u, err := decodeUpload(v)
	return orderedRow{k, v, key, id, u.initiated, u.serial}, err
}

// beforeReversed reports whether a row is before the markers where the ids of a
// key descend.
func (p *uploadsPage) beforeReversed(r orderedRow, inclusive bool) bool {
	if p.keyMarker == "" {
		return false
	}
	if string(r.key) != p.keyMarker || p.groupOf(p.keyMarker) == p.keyMarker {
		return bytes.Compare(r.k, p.from) < 0
	}
	if p.idMarker == "" || string(r.id) == p.idMarker {
		return !inclusive
	}
	return string(r.id) > p.idMarker
}

// beforeID reports whether a row is before the markers where ids ascend over all
// keys. The id is the place; a key marker says which key alone is listed. So it
// is in SeaweedFS.
func (p *uploadsPage) beforeID(r orderedRow, inclusive bool) bool {
	if p.keyMarker != "" && string(r.key) != p.keyMarker {
		return true
	}
	return string(r.id) < p.idMarker || string(r.id) == p.idMarker && !inclusive
}

// behindCreated cuts off what comes before the marker's uploads, and them too.
// Nothing is left where there are none.
func (p *uploadsPage) behindCreated(all []orderedRow, inclusive bool) []orderedRow {
	if p.keyMarker == "" {
		return all
	}
	at := -1
	for i, r := range all {
		named := p.idMarker == "" || p.idMarker == string(r.id)
		if named && (string(r.key) == p.keyMarker || p.groupAt(r.key) == p.keyMarker) && (at < 0 || !inclusive) {
			at = i
		}
	}
	if at < 0 {
		return nil
	}
	if !inclusive {
		at++
	}
	return all[at:]
}

func (p *uploadsPage) oneOfEachGroup(all []orderedRow) []orderedRow {
	if p.delimiter == "" {
		return all
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(r orderedRow) bool {
		group := p.groupOf(string(r.key))
		again := group != "" && seen[group]
		seen[group] = true
		return again
	})
}
