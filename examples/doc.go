// Package examples holds rule sets to read, to copy and to run. The tests load
// every one of them; "offcut demo" runs quickstart.
//
// Nothing here may need a lower minimum_age, or a secret in a rule file.
package examples

import "embed"

// Quickstart holds the rule files of the directory quickstart.
//
//go:embed quickstart/*.hcl
var Quickstart embed.FS
