package emulator

import (
	"strconv"
	"strings"
	"time"

	"offcut/engine/emulator/switches"
	"offcut/engine/ks3"
)

// wholeBucket is how many uploads a quirk may read or answer at once. Quirks that
// need all of a bucket are for tests; the honest listing has no such limit.
const wholeBucket = 100_000

// uploadsLimit is how many entries a page may have.
func (c *call) uploadsLimit() (int, error) {
	switch c.set.Paging {
	case "one-page":
		return wholeBucket, nil
	case "uncapped":
		if n, err := strconv.Atoi(c.query.Get("max-uploads")); err == nil && n > maxPage {
			return min(n, wholeBucket), nil
		}
	}
	return c.pageSize("max-uploads")
}

// shownLimit is the MaxUploads of an answer.
func (c *call) shownLimit(p *uploadsPage) int {
	if c.set.Paging == "one-page" {
		if n, err := c.pageSize("max-uploads"); err == nil {
			return n
		}
		return maxPage
	}
	return p.limit
}

// readWithQuirks reads a page as services do that have the quirks of the call.
func (c *call) readWithQuirks(p *uploadsPage, t tables) error {
	q := &c.set.Quirks
	if q.NoUploads == "404" {
		if k, _ := t.uploads.Cursor().Seek(p.scope); !hasPrefix(k, p.scope) {
			return refuse(ks3.CodeNoSuchUpload, "The bucket %q has no uploads.", p.bucket)
		}
	}
	if q.IDMarker == "refused" && p.idMarker != "" {
		return refuse(ks3.CodeInvalidArgument, "Invalid uploadId marker.")
	}
	if ends, err := p.endsAtMarker(q, t); ends || err != nil {
		return err
	}
	p.beginWithQuirks(q)
	p.entriesWithQuirks(q, t)
	rows, err := p.rowsWithQuirks(q, t, c.inherited)
	if err != nil {
		return err
	}
	if err := p.read(rows); err != nil {
		return err
	}
	return p.endWithQuirks(q)
}

// endWithQuirks changes how a page ends.
func (p *uploadsPage) endWithQuirks(q *switches.Quirks) error {
	if q.Paging == "one-page" && p.truncated {
		return tooManyUploads()
	}
	if q.NextMarkers == "first-of-next" && p.truncated {
		key, id, err := splitRow(p.behind, p.scope)
		if err != nil {
			return err
		}
		p.first = place{string(key), string(id)}
		if group := p.groupAt(key); group != "" {
			p.first = place{key: group}
		}
	}
	if q.FullLastPage == "truncated" && p.count == p.limit {
		p.truncated = true
	}
	return nil
}

func tooManyUploads() error {
	return unbuilt("listing more than %d uploads with a quirk that reads all of them", wholeBucket)
}

// endsAtMarker reports whether the markers alone leave nothing to list.
func (p *uploadsPage) endsAtMarker(q *switches.Quirks, t tables) (bool, error) {
	if p.keyMarker == "" || p.idMarker == "" || q.Paging == "one-page" {
		return false, nil
	}
	if q.IDMarker == "same-key-only" && !strings.HasPrefix(p.keyMarker, p.prefix) {
		return true, nil
	}
	if q.AbortedMarker != "ends" {
		return false, nil
	}
	_, found, err := t.upload(p.bucket, p.keyMarker, p.idMarker)
	return !found, err
}

// beginWithQuirks changes what of the bucket is listed, and from where.
func (p *uploadsPage) beginWithQuirks(q *switches.Quirks) {
	if q.Prefix == "exact-key" && p.prefix != "" {
		p.within = objectKey(p.bucket, p.prefix)
	}
	switch {
	case q.Paging == "one-page":
		p.keyMarker, p.idMarker = "", ""
	case p.keyMarker != "" && p.idMarker != "" && q.IDMarker == "same-key-only":
		p.within = objectKey(p.bucket, p.keyMarker)
	}
	p.from = p.start()
	if q.NextMarkers == "first-of-next" && p.keyMarker != "" {
		p.from = scopeKey(p.bucket, p.keyMarker)
		if p.idMarker != "" {
			p.from = uploadKey(p.bucket, p.keyMarker, p.idMarker)
		}
		p.from = later(p.from, p.within)
	}
}

// entriesWithQuirks changes what is said of uploads.
func (p *uploadsPage) entriesWithQuirks(q *switches.Quirks, t tables) {
	if q.People == "empty" {
		p.user, p.owner = func(string) User { return User{} }, User{}
	}
	p.alter = func(e uploadEntry, row []byte) (_ uploadEntry, err error) {
		if q.StorageClass == "empty" {
			e.class = nil
		}
		switch q.Initiated {
		case "missing":
			e.initiated = noInstant
		case "2010":
			e.initiated = millis(time.Date(2010, 11, 10, 20, 48, 33, 0, time.UTC))
		case "moves":
			e.initiated, err = t.lastActivity(row)
		}
		return e, err
	}
}

// lastActivity is when an upload's newest part came, or else when it began.
func (t tables) lastActivity(row []byte) (int64, error) {
	u, err := decodeUpload(row)
	if err != nil {
		return 0, err
	}
	parts, err := t.partsOf(u, 0)
	at := u.initiated
	for _, part := range parts {
		at = max(at, part.modified)
	}
	return at, err
}

// nextMarkers is where a truncated page says that the next one begins. Unless
// keyed, only the id is told.
func (c *call) nextMarkers(p *uploadsPage) (next place, keyed bool) {
	switch c.set.NextMarkers {
	case "empty":
		return place{}, true
	case "id-only":
		return place{id: p.last.id}, false
	case "first-of-next":
		return p.first, true
	}
	return p.last, true
}

// listedUpload is the upload whose parts are listed.
func (c *call) listedUpload(t tables, id string) (upload, error) {
	if c.set.ListGone == "empty" {
		u, _, err := t.upload(c.bucket, c.key, id)
		return u, err
	}
	return t.mustHave(c.bucket, c.key, id)
}
