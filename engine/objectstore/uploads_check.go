package objectstore

import (
	"errors"
	"fmt"
	"hash/maphash"
	"net/url"
	"slices"
	"strings"
	"time"

	"offcut/engine"
	"offcut/rules"
)

// take reads the keys of a page, checks it against the one before and moves the
// markers.
func (l *listing) take(p *uploadsPage, out *engine.UploadPage) error {
	nextKey, nextProven, err := l.readKeys(p, out)
	if err != nil {
		return err
	}
	if len(p.uploads) > fullPage {
		l.note(out, noteLongPage)
	}
	if l.edge {
		return l.takeEdge(p, out)
	}
	if err := l.orderByID(p, nextKey); err != nil {
		return err
	}
	if l.probing {
		if goOn, err := l.probed(p, out); !goOn {
			return err
		}
	}
	sorted := l.sorted(p.uploads)
	if !sorted && !l.byID {
		l.note(out, noteUnsorted)
	}
	if out.Uploads, err = l.fresh(p.uploads, sorted, out); err != nil {
		return err
	}
	if l.doubted && len(out.Uploads) > 0 {
		l.note(out, noteNotSaid)
	}
	l.doubted = false
	if !l.byID && (!sorted || l.seen != nil) {
		if err := l.remember(out.Uploads, p.truncated || len(p.uploads) == fullPage); err != nil {
			return err
		}
	}
	l.before = p.uploads
	l.listed = l.listed || len(p.uploads) > 0
	if !p.truncated {
		return l.end(p.uploads, out)
	}
	if !nextProven {
		return errors.New("the store's next marker cannot be read with certainty, so that the listing cannot go on")
	}
	return l.advance(p, nextKey, sorted, out)
}

// sampleStart is 2010-11-10T20:48:33Z, the start of the uploads in the samples of
// S3's manual. There is a server that gives it to every upload.
const sampleStart = 1289422113

// readKeys settles the encoding of a page's keys and reads them, and takes away
// what is no start.
func (l *listing) readKeys(p *uploadsPage, out *engine.UploadPage) (nextKey string, proven bool, err error) {
	reading := p.keysOf()
	if reading == keysEncoded && l.disputed {
		reading = keysDisputed
	}
	if reading == keysDisputed {
		if l.decoded {
			return "", false, errors.New("the store says that keys are url-encoded, which this page refutes after others were decoded")
		}
		l.disputed = true
		l.note(out, noteNotEncoded)
	}
	d := p.newDecoder(reading)
	d.keys(p.uploads)
	nextKey, proven = d.key(p.nextKey)
	l.decoded = l.decoded || d.used
	for i := range p.uploads {
		p.uploads[i].Bucket = l.bucket
		if p.uploads[i].Initiated.Unix() == sampleStart {
			p.uploads[i].Initiated = time.Time{}
			l.note(out, noteSampleStart)
		}
		if p.uploads[i].KeyUnproven {
			l.note(out, noteUnprovenKey)
		}
	}
	return nextKey, proven, nil
}

// sorted reports whether a page goes on where the one before ended, in the order
// of the keys' bytes. Nothing promises an order among the ids of one key.
func (l *listing) sorted(uploads []rules.Upload) bool {
	last := ""
	if len(l.before) > 0 {
		last = l.before[len(l.before)-1].Key
	}
	for i := range uploads {
		if uploads[i].Key < last {
			return false
		}
		last = uploads[i].Key
	}
	return true
}

// A place is what tells one upload of a bucket from another.
type place struct{ key, id string }

// fresh leaves out what came before: on the page before, or on this page. A page
// with nothing new repeats itself, and so would every page after it.
func (l *listing) fresh(uploads []rules.Upload, sorted bool, out *engine.UploadPage) ([]rules.Upload, error) {
	if len(uploads) == 0 || sorted && l.distinct(uploads) {
		return uploads, nil
	}
	known := make(map[place]bool, len(l.before)+len(uploads))
	for i := range l.before {
		known[place{l.before[i].Key, l.before[i].ID}] = true
	}
	kept := make([]rules.Upload, 0, len(uploads))
	for i := range uploads {
		if at := (place{uploads[i].Key, uploads[i].ID}); !known[at] {
			known[at] = true
			kept = append(kept, uploads[i])
		}
	}
	if len(kept) == 0 && l.doubted {
		return nil, l.repeats(uploads)
	}
	if len(kept) == 0 {
		return nil, errors.New("the listing does not advance: a page holds nothing but what the page before held")
	}
	if len(kept) < len(uploads) {
		l.note(out, noteOverlap)
	}
	return kept, nil
}

// mostSeen bounds what an unsorted listing remembers: some 30 MB.
const mostSeen = 1 << 20

// remember keeps an unsorted listing from running in a circle, which markers that
// grow do not show there: an upload that comes again on a page that is not the
// next one ends it. The page's uploads are remembered where more follow.
func (l *listing) remember(fresh []rules.Upload, more bool) error {
	if l.seen == nil && more {
		l.seen, l.seed = make(map[uint64]bool), maphash.MakeSeed()
		l.keep(l.before)
	}
	for i := range fresh {
		if u := &fresh[i]; l.seen[maphash.Comparable(l.seed, place{u.Key, u.ID})] {
			return fmt.Errorf("the listing does not advance: upload %s of key %s, on an earlier page already, comes again, and the uploads are in no order", quote(u.ID), quote(u.Key))
		}
	}
	if more {
		l.keep(fresh)
	}
	return nil
}

// keep adds uploads to those that were seen.
func (l *listing) keep(uploads []rules.Upload) {
	for i := range uploads {
		if len(l.seen) < mostSeen {
			l.seen[maphash.Comparable(l.seed, place{uploads[i].Key, uploads[i].ID})] = true
		}
	}
}

// distinct reports whether no key of a sorted page came before, which settles
// for most pages that no upload did.
func (l *listing) distinct(uploads []rules.Upload) bool {
	if len(l.before) > 0 && uploads[0].Key == l.before[len(l.before)-1].Key {
		return false
	}
	for i := 1; i < len(uploads); i++ {
		if uploads[i].Key == uploads[i-1].Key {
			return false
		}
	}
	return true
}

// advance moves the markers behind a truncated page, and never past the last
// upload that was seen: there are stores that name the next page's first upload,
// and a marker is exclusive. Going on from an earlier place lists some uploads
// twice, which is noticed.
func (l *listing) advance(p *uploadsPage, nextKey string, sorted bool, out *engine.UploadPage) error {
	if len(p.uploads) == 0 {
		return errors.New("the store sent an empty page and says that more follows")
	}
	last := &p.uploads[len(p.uploads)-1]
	if l.byID {
		l.idMarker = strings.Clone(last.ID)
		return nil
	}
	key, id := nextKey, p.nextID
	if plain, err := url.QueryUnescape(id); err == nil && p.encoding != "" && plain == last.ID {
		id = plain // ids are not encoded in the uploads themselves
	}
	switch {
	case key == "" && !sorted:
		return errors.New("the store named no next marker and its uploads are in no order, so that the listing cannot go on")
	case key == "", key == last.Key && id == "":
		l.note(out, noteNoMarker)
		key, id = last.Key, last.ID
	case sorted && key > last.Key, key == last.Key && id != last.ID:
		l.note(out, noteFarMarker)
		key, id = last.Key, last.ID
	case !sorted && !holds(p.uploads, place{key, id}):
		return errors.New("the store's next marker is none of the uploads of its page, which are in no order, so that the listing cannot go on")
	}
	if key == last.Key && last.KeyUnproven {
		return errors.New("the last key of a page is not certain, so that the listing cannot go on behind it")
	}
	if l.keyOnly {
		l.edge, id = true, ""
	}
	return l.move(key, id)
}

// holds reports whether an upload is among those of a page.
func holds(uploads []rules.Upload, at place) bool {
	return slices.ContainsFunc(uploads, func(u rules.Upload) bool { return u.Key == at.key && u.ID == at.id })
}

// move sets the markers, which must never come back to where they were.
func (l *listing) move(key, id string) error {
	switch order := strings.Compare(key, l.keyMarker); {
	case order < 0:
		return fmt.Errorf("the listing does not advance: after the marker %s the store names %s", quote(l.keyMarker), quote(key))
	case order > 0:
		l.ids = make(map[string]bool, 1)
	case l.ids[id]:
		return fmt.Errorf("the listing does not advance: the store names the marker %s, %s again", quote(key), quote(id))
	}
	l.keyMarker, l.idMarker = strings.Clone(key), strings.Clone(id)
	l.ids[l.idMarker] = true
	return nil
}
