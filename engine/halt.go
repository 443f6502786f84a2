package engine

import "time"

// A Halt is the kill switch of a data directory: while its file is there, nothing
// is aborted from that directory.
type Halt struct {
	Reason string    `json:"reason"`
	By     string    `json:"by"` // "user@host"
	Since  time.Time `json:"since"`
}
