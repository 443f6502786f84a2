package rules

import (
	"fmt"
	"time"
)

// mockPartSize is the size of a mock's part where none is given.
const mockPartSize = 8 << 20 // bytes

// A mocked is an upload that a test made up, with its parts.
type mocked struct {
	name   string
	upload Upload
	parts  Parts
	block  *block
}

// uploads reads the mocks of uploads of a test. What a mock does not say, its store
// does not tell.
func (r *testRun) uploads() []mocked {
	var all []mocked
	for _, b := range r.file.mocksOf(r.block, mockUpload) {
		r.l.evaluate(b)
		m := mocked{name: b.labels[1], block: b}
		m.upload = Upload{
			Provider: r.l.ruleProvider(b, r.l.providers), Bucket: get[string](b, "bucket"), Key: get[string](b, "key"),
			ID: m.name, StorageClass: get[string](b, "storage_class"), Owner: get[string](b, "owner"),
			Initiator: get[string](b, "initiator"), KeyUnproven: get[bool](b, "unproven_key"),
		}
		if b.known("id") {
			m.upload.ID = get[string](b, "id")
		}
		r.checkAddress(b)
		m.upload.Initiated = r.mockStart(b)
		m.parts = r.mockParts(b, m.upload.Initiated)
		all = append(all, m)
	}
	return all
}

// checkAddress refuses a bucket, a key or an id that no upload of a store can have.
func (r *testRun) checkAddress(b *block) {
	if wrong := checkBucketName(get[string](b, "bucket")); b.known("bucket") && wrong != "" {
		r.l.errorIn(b.value("bucket"), "Invalid bucket name", wrong)
	}
	for _, name := range []string{"key", "id"} {
		if b.known(name) && get[string](b, name) == "" {
			r.l.errorIn(b.value(name), "Invalid value", fmt.Sprintf("The argument %q is empty, and no upload of a store has an empty one.", name))
		}
	}
}

// mockStart is when a mock upload was initiated; zero where its store does not tell.
func (r *testRun) mockStart(b *block) time.Time {
	r.oneOf(b, true, "age", "initiated", "unknown_start")
	switch {
	case b.known("age"):
		return r.now.Add(-get[time.Duration](b, "age"))
	case b.known("initiated"):
		return get[time.Time](b, "initiated")
	}
	return time.Time{}
}

// mockParts is what listing the parts of a mock upload says.
func (r *testRun) mockParts(b *block, start time.Time) Parts {
	r.oneOf(b, false, "idle", "last_part", "unknown_activity")
	p := Parts{
		Count: 1, Newest: start,
		TimeUnknown: get[bool](b, "unknown_activity"), Unreadable: get[bool](b, "unreadable_parts"),
	}
	if b.known("parts") {
		p.Count = int(get[int64](b, "parts"))
	}
	p.Bytes = int64(p.Count) * mockPartSize
	if b.known("size") {
		p.Bytes = get[int64](b, "size")
	}
	switch {
	case b.known("idle"):
		p.Newest = r.now.Add(-get[time.Duration](b, "idle"))
	case b.known("last_part"):
		p.Newest = get[time.Time](b, "last_part")
	}
	r.checkParts(b, p, start)
	if p.Count == 0 {
		p.Newest = time.Time{}
	}
	return p
}

// checkParts refuses parts that no store can have.
func (r *testRun) checkParts(b *block, p Parts, start time.Time) {
	if p.Count > mostParts {
		r.l.errorIn(b.value("parts"), "Invalid number", fmt.Sprintf("An upload has at most %d parts.", mostParts))
	}
	for _, name := range []string{"idle", "last_part", "unknown_activity", "size"} {
		given := b.known(name) && (name != "size" || p.Bytes > 0) && (name != "unknown_activity" || p.TimeUnknown)
		if given && p.Count == 0 {
			r.l.errorIn(b.value(name), "Parts that are not there", fmt.Sprintf(
				"The argument %q is about parts, but this mock has parts = 0. Remove one of the two.", name))
		}
	}
	if (b.known("idle") || b.known("last_part")) && !start.IsZero() && p.Newest.Before(start) {
		name := "idle"
		if !b.known(name) {
			name = "last_part"
		}
		r.l.errorIn(b.value(name), "Part before the start", fmt.Sprintf(
			"The newest part would have arrived at %s, but the upload was only initiated at %s.",
			p.Newest.UTC().Format(time.RFC3339), start.UTC().Format(time.RFC3339)))
	}
}

// oneOf holds that at most one of three arguments is given, or exactly one. The last
// is a switch, and given when it is on.
func (r *testRun) oneOf(b *block, required bool, names ...string) {
	var given []string
	for _, name := range names {
		if on, isSwitch := b.values[name].(bool); b.has(name) && (!isSwitch || on) {
			given = append(given, name)
		}
	}
	switch {
	case len(given) > 1:
		r.l.errorAt(b.args[given[1]].NameRange, "Conflicting arguments", fmt.Sprintf(
			"%s says the same as %s in another way. Keep one of the two.", given[1], given[0]))
	case len(given) == 0 && required:
		r.l.errorAt(b.header, "Missing required argument", fmt.Sprintf(
			"%s does not say when the upload was initiated. Add age = \"10d\", or initiated = %s, or unknown_start = true for a store that does not tell.",
			sentenceTitle(b), example(formInstant)))
	}
}

// sentenceTitle is a block's title at the beginning of a sentence.
func sentenceTitle(b *block) string { return "The block " + b.title() }

// buckets reads the mocks of buckets of a test: the bucket lists of the providers that
// data blocks ask.
func (r *testRun) buckets(queries []Query) Found {
	found := Found{}
	for _, q := range queries {
		found[q.Provider.Address] = []FoundBucket{}
	}
	for _, b := range r.file.mocksOf(r.block, mockBucket) {
		r.l.evaluate(b)
		provider := r.l.ruleProvider(b, r.l.providers)
		name := b.labels[1]
		if _, asked := found[provider]; !asked && !r.l.diags.HasErrors() {
			r.l.errorAt(b.header, "Mock that nothing asks for", fmt.Sprintf(
				"A mock of a bucket is an answer to data blocks, but none asks for the buckets of %s. Remove it; a mock upload names its bucket itself.", provider))
		}
		if wrong := checkBucketName(name); wrong != "" {
			r.l.errorAt(b.place[1], "Invalid bucket name", wrong)
		}
		found[provider] = append(found[provider], FoundBucket{
			Name: name, Region: get[string](b, "region"), Type: get[string](b, "type"),
			Owner: get[string](b, "owner"), Created: get[time.Time](b, "created"),
		})
	}
	return found
}
