package objectstore

import (
	"errors"
	"fmt"
	"strings"

	"offcut/engine"
	"offcut/rules"
)

// orderByID notices a store that lists uploads in the order of their ids and names
// only an id as the next marker, and checks every page of it. Its markers mean
// something else than S3's: a key marker beside the id would choose that key's
// uploads and drop all others. So the id is sent alone, as the store names it, and
// what shows that nothing is left out is that ids grow over all pages.
func (l *listing) orderByID(p *uploadsPage, nextKey string) error {
	grow := idsGrow(p.uploads)
	if !l.byID {
		idAlone := p.truncated && nextKey == "" && p.nextID != "" && l.keyMarker == ""
		if !idAlone || !grow || len(p.uploads) == 0 || p.nextID != p.uploads[len(p.uploads)-1].ID {
			return nil
		}
		l.byID = true
		return nil
	}
	switch {
	case len(p.uploads) > 0 && p.uploads[0].ID <= l.idMarker:
		return fmt.Errorf("the listing does not advance: behind the upload id %s, which the store named as the next marker, it lists %s", quote(l.idMarker), quote(p.uploads[0].ID))
	case !grow, p.truncated && nextKey != "":
		return errors.New("the store paged by upload ids alone and stopped to do so, so that the listing cannot go on")
	}
	return nil
}

// idsGrow reports whether each upload of a page has a greater id than the one
// before.
func idsGrow(uploads []rules.Upload) bool {
	for i := 1; i < len(uploads); i++ {
		if uploads[i].ID <= uploads[i-1].ID {
			return false
		}
	}
	return true
}

// takeEdge reads the answer to a listing under keyMarker's key: where the store
// refuses upload-id-marker, going on by the key alone drops those uploads of the
// key that the page before had no room for. Under the key as a prefix they come
// first, so that one page has all of them, or can't be gone beyond.
func (l *listing) takeEdge(p *uploadsPage, out *engine.UploadPage) error {
	l.edge = false
	var ofKey []rules.Upload
	last := l.keyMarker
	for i := range p.uploads {
		key := p.uploads[i].Key
		if !strings.HasPrefix(key, l.keyMarker) || key < last {
			return fmt.Errorf("the store refuses upload-id-marker, and lists %s out of order under the prefix %s, so that uploads of that key may be missing",
				quote(key), quote(l.keyMarker))
		}
		if last = key; key == l.keyMarker {
			ofKey = append(ofKey, p.uploads[i])
		}
	}
	if p.truncated && last == l.keyMarker {
		return fmt.Errorf("the store refuses upload-id-marker, and one page does not hold all uploads of the key %s: the others cannot be listed on this store; "+
			"end uploads of that key by other means, or list the other keys by prefixes of their own", quote(l.keyMarker))
	}
	known := make(map[place]bool, len(l.before))
	for i := range l.before {
		known[place{l.before[i].Key, l.before[i].ID}] = true
	}
	for i := range ofKey {
		if !known[place{ofKey[i].Key, ofKey[i].ID}] {
			out.Uploads = append(out.Uploads, ofKey[i])
		}
	}
	l.before = append(l.before, out.Uploads...)
	return nil
}
