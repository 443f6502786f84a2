package survey

import (
	"time"

	"offcut/engine"
	"offcut/rules"
)

// A Survey is what was found. Totals that hold bytes cover the uploads whose
// parts were read; where those are fewer than all, they are a lower bound.
type Survey struct {
	Identity engine.Identity
	Bucket   string
	Prefix   string
	Now      time.Time     // the instant that ages count from: the earlier of the store's first Date and the local clock
	Skew     time.Duration // store's clock minus local clock

	Uploads    int64 // listed
	Measured   int64 // of them, those whose parts were read
	Vanished   int64 // listed, but gone when their parts were asked for
	Unreadable int64 // of them, those whose parts could not be read
	Bytes      int64
	Parts      int64
	Cost       engine.Cost

	Oldest       *rules.Upload // nil without a known start
	StartUnknown int64         // uploads without a readable start, or with one ahead of Now
	Ages         [Bands]Band
	Prefixes     []Group // by the first segment below Prefix: the largest ones
	Owners       []Group // by owner, or initiator where the owner is not told: the largest ones
	MorePrefixes Rest
	MoreOwners   Rest
	Suggestion   Suggestion

	Requests int64
	Notes    []string
	Err      error // why the listing did not come to its end; nil when it did
}

// A Group is the uploads that share a first segment or an owner.
type Group struct {
	Name     string // "" for keys without a further segment, and where nobody is told
	Uploads  int64
	Measured int64 // of them, those whose parts were read; the sums are of these
	Parts    int64
	Bytes    int64
	Cost     engine.Cost
	Oldest   time.Time // zero when unknown
}

// A Rest sums up the groups that are not named one by one.
type Rest struct {
	Groups int64 // at least so many
	Group
}

// Bands is the number of age bands.
const Bands = 5

// A Band is the uploads of one age, by how long no part arrived.
type Band struct {
	Uploads  int64
	Measured int64 // of them, those whose parts were read
	Bytes    int64
	Idle     [Bands]int64 // of those whose parts were read
}

// BandNames returns the names of the bands.
func BandNames() [Bands]string { return [Bands]string{"<1d", "1-3d", "3-7d", "7-30d", ">30d"} }

// bandOf returns the band of an age. The upper ends belong to the next band.
func bandOf(age time.Duration) int {
	const day = 24 * time.Hour
	for i, end := range [...]time.Duration{day, 3 * day, 7 * day, 30 * day} {
		if age < end {
			return i
		}
	}
	return Bands - 1
}
