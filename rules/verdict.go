package rules

// An Action is what a verdict asks for.
type Action uint8

const (
	// Keep leaves the upload alone. It is the zero value: nothing said means kept.
	Keep Action = iota
	// NeedParts says that no verdict can be reached before the parts are read.
	NeedParts
	// Abort says that the upload is stale by every rule that decides about it.
	Abort
)

// A Reason says why a verdict is what it is. The text is what plans print.
type Reason string

// Reasons to keep an upload.
const (
	KeepProtected       Reason = "protected"        // a protect block covers it
	KeepYoung           Reason = "young"            // age below older_than
	KeepActive          Reason = "active"           // a part arrived within idle_for
	KeepFiltered        Reason = "filtered"         // no rule covers it: taken out by scan.exclude, or where is false
	KeepWhereFailed     Reason = "where-failed"     // where could not be evaluated, or its value is not known
	KeepStartUnknown    Reason = "start-unknown"    // no readable Initiated
	KeepStartInFuture   Reason = "start-in-future"  // Initiated more than a second ahead of now
	KeepActivityUnknown Reason = "activity-unknown" // a part without a readable LastModified
	KeepPartsUnreadable Reason = "parts-unreadable" // the parts could not be listed
	KeepLooksCompleted  Reason = "looks-completed"  // the key holds an object that this very upload seems to have become
	KeepObjectUnknown   Reason = "object-unknown"   // the key could not be asked for, on a store where that has to be known
	KeepKeyUnproven     Reason = "key-unproven"     // the key cannot be addressed safely, or the answer was for another one
)

// keepReasons lists the reasons to keep an upload.
func keepReasons() []Reason {
	return []Reason{
		KeepProtected, KeepYoung, KeepActive, KeepFiltered, KeepWhereFailed, KeepStartUnknown, KeepStartInFuture,
		KeepActivityUnknown, KeepPartsUnreadable, KeepLooksCompleted, KeepObjectUnknown, KeepKeyUnproven,
	}
}

// Reasons to abort an upload.
const (
	AbortStale        Reason = "stale"         // old enough and idle
	AbortOverLifetime Reason = "over-lifetime" // older than max_lifetime, active or not
)

// A Verdict is the decision of all rules and protects about one upload.
type Verdict struct {
	Action Action
	Reason Reason // empty with NeedParts

	// Rules holds the addresses of the rules that decided: those with the longest
	// prefix that covers the key, in the order of their addresses. With Keep by a
	// rule's threshold or where (young, active, filtered, where-failed) it holds only the
	// rules that keep; with NeedParts those that will decide. Empty where a protect or an
	// unknown vetoed, and with KeepFiltered where no rule covers the upload. Callers must not change it: verdicts share its memory.
	Rules []string
	// By is the address of the protect block behind KeepProtected, else empty.
	By string
	// Why says in a phrase what failed, with KeepWhereFailed: of the first of Rules.
	Why string
}
