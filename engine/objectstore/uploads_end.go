package objectstore

import (
	"fmt"
	"strings"

	"offcut/engine"
	"offcut/rules"
)

// fullPage is how many uploads a page of pageSize holds when it is full.
const fullPage = 1000

// end takes a page that is not truncated for the last one, unless there is reason to
// ask once more. One is a page that was asked for with both markers and holds nothing
// behind the marker's key: stores have been seen that then list the rest of that key
// alone, and stores that list nothing when the marker's upload has gone in the
// meantime; the key alone tells. The other is a page that is full to the last upload:
// a server that gives so many at the most, and never says that more follow, looks just
// like it.
func (l *listing) end(uploads []rules.Upload, out *engine.UploadPage) error {
	if len(uploads) == fullPage && !l.byID && !uploads[fullPage-1].KeyUnproven {
		last := &uploads[fullPage-1]
		l.doubted = true
		id := last.ID
		if l.keyOnly {
			l.edge, id = true, ""
		}
		return l.move(last.Key, id)
	}
	if l.idMarker != "" && !l.byID && len(l.behind(uploads)) == 0 {
		l.probing, l.idMarker = true, ""
		return nil
	}
	if l.done = true; !l.listed && !l.c.listsAll() {
		l.note(out, noteNothing)
	}
	return nil
}

// repeats is for an answer that holds nothing new, to the question what follows a
// full page that was said to be the last. A store that includes the marker's upload
// repeats that one; one that repeats the page has not understood the question.
func (l *listing) repeats(uploads []rules.Upload) error {
	if len(uploads) < fullPage {
		return nil
	}
	return fmt.Errorf("whether uploads follow the first %d cannot be told: the store says that none do, and lists the same ones again when it is asked for what follows them: "+
		"plan again when their number has changed, or list fewer at once by longer prefixes", fullPage)
}

// probed looks at the answer to a listing behind keyMarker's key, and reports whether
// it is to be read on as a page. Where it is not, the listing has ended, failed, or
// asks once more.
func (l *listing) probed(p *uploadsPage, out *engine.UploadPage) (goOn bool, err error) {
	inclusive := len(p.uploads) > 0 && p.uploads[0].Key == l.keyMarker
	p.uploads = l.behind(p.uploads)
	switch {
	case len(p.uploads) > 0:
		l.probing, l.past = false, false
		l.note(out, noteKeyByKey)
		return true, nil
	case p.truncated && inclusive && !l.past:
		l.keyMarker, l.past = l.keyMarker+"\x00", true
		return false, nil
	case p.truncated:
		return false, fmt.Errorf("whether uploads follow behind the key %s cannot be told: the store lists that key again and says that more follows: "+
			"list the other keys by prefixes of their own", quote(strings.TrimSuffix(l.keyMarker, "\x00")))
	}
	l.done = true
	return false, nil
}

// behind picks the uploads whose keys come after the marker's. Some stores include
// the key of the marker itself; there, past the marker's key, it is the first key
// that may follow.
func (l *listing) behind(uploads []rules.Upload) []rules.Upload {
	var kept []rules.Upload
	for i := range uploads {
		if uploads[i].Key > l.keyMarker || l.past && uploads[i].Key == l.keyMarker {
			kept = append(kept, uploads[i])
		}
	}
	return kept
}
