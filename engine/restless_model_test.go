package engine

import (
	"errors"
	"fmt"
	"time"
)

// A model watches a restlessStore: it knows what was true when, what offcut was
// told, and says where offcut did what it must not. All its methods but Observe and
// mu are called under the store's lock.
type model struct {
	store   *restlessStore
	begun   int64             // tick at which Apply began
	planned map[Ref]Item      // by what it names
	seqs    map[int64]Ref     // their places in the plan
	created map[string]Bucket // the plan's buckets, where it had a list

	told     map[string]Bucket       // the last answer to ListBuckets
	stale    map[Ref]map[string]bool // fingerprints of what was read for the plan and speaks for an abort
	readings map[Ref]restReading     // the last one of each upload
	arrived  map[Ref]int             // aborts
	accepted map[Ref]int64           // tick of the last abort that was answered with yes
	byParts  map[Ref]int64           // tick of the last true answer that an upload's parts are not there
	byList   map[Ref]int64           // tick at which the last true listing without the upload began
	journal  *memJournal
	outcomes map[Ref]Outcome
	wrongs   []error
}

// A restReading is one answer about an upload's parts.
type restReading struct {
	at    time.Time
	used  bool   // an abort rested on it
	spoke string // what in it speaks against an abort; empty: nothing
}

func newModel(s *restlessStore) *model {
	return &model{
		store: s, planned: map[Ref]Item{}, seqs: map[int64]Ref{}, stale: map[Ref]map[string]bool{}, readings: map[Ref]restReading{}, arrived: map[Ref]int{},
		accepted: map[Ref]int64{}, byParts: map[Ref]int64{}, byList: map[Ref]int64{}, outcomes: map[Ref]Outcome{},
	}
}

func (m *model) wrong(format string, args ...any) {
	m.wrongs = append(m.wrongs, fmt.Errorf(format, args...))
}

// take learns the plan, and checks that what it names was stale.
func (m *model) take(p *Plan) error {
	m.store.mu.Lock()
	defer m.store.mu.Unlock()
	for _, status := range p.Providers {
		for _, b := range status.Buckets {
			if m.created == nil {
				m.created = map[string]Bucket{}
			}
			m.created[b.Name] = b
		}
	}
	for item, err := range p.Items() {
		if err != nil {
			return err
		}
		ref := refOf(item)
		m.seqs[int64(len(m.planned))] = ref
		m.planned[ref] = item
		u := m.store.uploads[ref]
		switch {
		case u == nil || u.Initiated.After(epoch.Add(-7*day)):
			m.wrong("%v was planned, and is not an old upload", ref)
		case !m.stale[ref][item.Parts.Fingerprint]:
			m.wrong("%v was planned, and no reading of it says that it is stale", ref)
		default:
			u.touched = !u.there || (&memUpload{parts: u.parts}).read().Fingerprint != item.Parts.Fingerprint ||
				m.created != nil && m.store.buckets[ref.Bucket] != m.created[ref.Bucket]
		}
	}
	m.begun = m.store.tick
	return nil
}

func (m *model) bucketsTold(list []Bucket) {
	m.told = map[string]Bucket{}
	for _, b := range list {
		m.told[b.Name] = b
	}
}

// partsTold notes what an answer about parts allows.
func (m *model) partsTold(ref Ref, answer *PartsAnswer) {
	read := restReading{at: m.store.local()}
	item, planned := m.planned[ref]
	u := m.store.uploads[ref]
	switch {
	case answer.Foreign:
		read.spoke = "another upload's"
	case answer.TimeUnknown:
		read.spoke = "a part without a time"
	case u.there && u.active():
		read.spoke = "a part arrived"
	case planned && m.arrived[ref] == 0 && answer.Fingerprint != item.Parts.Fingerprint:
		read.spoke = "not the plan's parts"
	case planned && (answer.Count > item.Parts.Count || answer.Bytes > item.Parts.Bytes):
		read.spoke = "more than the plan's parts"
	}
	m.readings[ref] = read
	if read.spoke == "" && !planned {
		if m.stale[ref] == nil {
			m.stale[ref] = map[string]bool{}
		}
		m.stale[ref][answer.Fingerprint] = true
	}
}

func (m *model) partsSayAbsent(ref Ref) { m.byParts[ref] = m.store.tick }

// abortArrives checks an abort at the moment at which it has its effect.
func (m *model) abortArrives(ref Ref) {
	m.arrived[ref]++
	read, ok := m.readings[ref]
	switch _, planned := m.planned[ref]; {
	case !planned:
		m.wrong("%v was aborted, and never planned", ref)
	case !ok || read.used:
		m.wrong("%v was aborted without a reading of its own", ref)
	case read.spoke != "":
		m.wrong("%v was aborted after a reading that says %q", ref, read.spoke)
	case m.store.local().Sub(read.at) > freshness:
		m.wrong("%v was aborted %s after its reading", ref, m.store.local().Sub(read.at))
	case !m.journal.intended(ref):
		m.wrong("%v was aborted before that was on disk", ref)
	}
	read.used = true
	m.readings[ref] = read
}

func (m *model) abortAccepted(ref Ref) { m.accepted[ref] = m.store.tick }

func (m *model) beginWalk(bucket, prefix string) *walk {
	return &walk{bucket: bucket, prefix: prefix, shown: map[Ref]bool{}}
}

// walked notes what a whole listing has proven.
func (m *model) walked(w *walk) {
	for ref, u := range m.store.uploads {
		if !w.signed && w.covers(ref) && !w.shown[ref] && u.absentSince(w.begun) {
			m.byList[ref] = w.begun
		}
	}
}

// Observe hears of outcomes, and judges them with what is true at that moment.
func (m *model) Observe(e Event) {
	m.store.mu.Lock()
	defer m.store.mu.Unlock()
	switch e := e.(type) {
	case OutcomeReached:
		if !m.store.killed {
			m.conclude(&e.Outcome)
		}
	case UploadSettled:
		m.conclude(&e.Outcome)
	}
}

// conclude takes down an outcome.
func (m *model) conclude(o *Outcome) {
	ref := refOf(o.Item)
	if _, ok := m.planned[ref]; !ok {
		m.wrong("%v has an outcome, and was never planned", ref)
		return
	}
	if before, twice := m.outcomes[ref]; twice {
		m.wrong("%v is %s, and was %s before", ref, o.Result, before.Result)
	}
	m.outcomes[ref] = *o
	if why := m.judge(ref, o); why != "" {
		m.wrong("%v is %s (%s; %d aborts): %s", ref, o.Result, o.Err, o.Attempts, why)
	}
}

// judge says what is wrong with an outcome.
func (m *model) judge(ref Ref, o *Outcome) string {
	u, answered := m.store.uploads[ref], m.accepted[ref]
	switch o.Result {
	case Aborted:
		switch {
		case answered == 0:
			return "no abort of it was answered with success"
		case !u.absentSince(answered):
			return "it was there all the time since its abort"
		case m.byParts[ref] <= answered && m.byList[ref] <= answered && !m.store.listingsLie:
			return "nothing proved it"
		}
	case Gone:
		switch listed := m.byList[ref] > m.begun; {
		case !u.absentSince(m.begun):
			return "it was there all the time"
		case !listed && (!m.store.listingsLie || m.byParts[ref] <= m.begun):
			return "nothing proved it"
		case m.created != nil && m.told[ref.Bucket] != m.created[ref.Bucket]:
			return "its bucket is not the plan's"
		}
	case BecameActive:
		if m.readings[ref].spoke == "" {
			return "nothing in its last reading says so"
		}
	case NotVerified:
		if answered == 0 {
			return "no abort of it was answered with success"
		}
	case NotAttempted:
		if m.arrived[ref] > 0 {
			return "it was"
		}
	case Failed:
	default:
		return "there is no such result"
	}
	return ""
}

// refused says what is wrong after a run that began nothing.
func (m *model) refused() error {
	m.store.mu.Lock()
	defer m.store.mu.Unlock()
	if n := m.sent() + len(m.outcomes); n > 0 {
		m.wrong("nothing was attempted, they say: %v", m.arrived)
	}
	return errors.Join(m.wrongs...)
}

// survive forgets the outcomes that did not reach the disk before the process was
// killed.
func (m *model) survive(left []Outcome) {
	m.store.mu.Lock()
	defer m.store.mu.Unlock()
	m.store.killed, m.outcomes = false, map[Ref]Outcome{}
	for _, o := range left {
		m.outcomes[refOf(o.Item)] = o
	}
}

// settled says what is wrong after a killed run was settled. outcomes are what is
// on disk now, sent is how many aborts there were before.
func (m *model) settled(outcomes []Outcome, sent int) error {
	m.store.mu.Lock()
	defer m.store.mu.Unlock()
	if n := m.sent(); n != sent {
		m.wrong("settling sent %d aborts", n-sent)
	}
	if len(outcomes) != len(m.planned) || len(m.outcomes) != len(m.planned) {
		m.wrong("%d uploads were planned; %d outcomes are on disk, %d were told", len(m.planned), len(outcomes), len(m.outcomes))
	}
	for _, o := range outcomes {
		if told := m.outcomes[refOf(o.Item)]; told != o || m.seqs[o.Seq] != refOf(o.Item) {
			m.wrong("item %d: %v is on disk, %v was told", o.Seq, o, told)
		}
	}
	return errors.Join(m.wrongs...)
}

// sent counts the aborts that arrived.
func (m *model) sent() (n int) {
	for _, times := range m.arrived {
		n += times
	}
	return n
}

// verdict joins all that is wrong after a whole run. Where nothing at all met an
// upload, it must be aborted.
func (m *model) verdict(interrupted bool) error {
	m.store.mu.Lock()
	defer m.store.mu.Unlock()
	calm := m.store.faults+m.store.lies+m.store.delays == 0 && !interrupted
	for ref := range m.planned {
		o, ok := m.outcomes[ref]
		switch {
		case !ok:
			m.wrong("%v was planned and has no outcome", ref)
		case o.Attempts != m.arrived[ref]:
			m.wrong("%v tells of %d aborts, %d were sent", ref, o.Attempts, m.arrived[ref])
		case calm && !m.store.uploads[ref].touched && o.Result != Aborted:
			m.wrong("%v is %s (%s), and nothing kept it from being aborted", ref, o.Result, o.Err)
		}
	}
	return errors.Join(m.wrongs...)
}
