package rules

// A Glob is a compiled glob. "*" matches within a "/" segment, "**" across
// segments, "?" one character; a newline is a character like any other.
type Glob struct{ text string }

// String returns the glob as written.
func (g Glob) String() string { return g.text }
