package lifecycle

import (
	"fmt"
	"time"
)

// Limits of a configuration. Those of rules and IDs are KS3's (its Put Lifecycle
// page), those of tags are of its tagging page, the rest keeps memory bounded.
const (
	MaxDocument = 4 << 20 // bytes; 1,000 rules with long prefixes and tags fit

	maxRules        = 1000
	maxID           = 255       // characters
	maxPrefix       = 1024      // bytes, as of a key
	maxTags         = 10        // of one filter
	maxTagKey       = 128       // characters
	maxTagValue     = 256       // characters
	maxDays         = 1<<31 - 1 // S3's integer
	maxTransitions  = 20        // of one rule; there are fewer classes
	maxRuleElements = 200       // far more than a rule can use
	maxDepth        = 8         // of elements in one another; And/Tag/Key is 6
	dateShape       = "2018-01-01T00:00:00+08:00"
	rootName        = "LifecycleConfiguration"
	abortName       = "AbortIncompleteMultipartUpload"
	statusEnabled   = "Enabled"
	statusDisabled  = "Disabled"
	sizeAboveName   = "ObjectSizeGreaterThan"
	sizeBelowName   = "ObjectSizeLessThan"
	storageClassTag = "StorageClass"
)

// A Configuration is a bucket's rules, as they were understood. It never changes.
type Configuration struct{ rules []rule }

// A rule is one Rule, checked.
type rule struct {
	id      string
	enabled bool
	filter
	abort, expire *when
	transitions   []transition
}

// A filter chooses keys and objects; the zero value chooses all.
type filter struct {
	prefix       string
	tags         []Tag
	above, below *int64 // bytes, both exclusive
}

// A Tag is one of an object's tags.
type Tag struct{ Key, Value string }

// A when is a number of days, or a date where that is not zero.
type when struct {
	days int
	date time.Time
}

type transition struct {
	when
	class string
}

// A Kind says which error belongs to a Fault.
type Kind int

const (
	Malformed   Kind = iota // the document does not have the shape it must have
	Invalid                 // a value that is not allowed
	Conflict                // things that can't be asked for together
	Unsupported             // an element of the language that is not acted on
)

// A Fault is why a configuration is refused, in a sentence for its author.
type Fault struct {
	Kind    Kind
	Message string
}

func (f *Fault) Error() string { return f.Message }

func fault(kind Kind, format string, args ...any) error {
	return &Fault{kind, fmt.Sprintf(format, args...)}
}
