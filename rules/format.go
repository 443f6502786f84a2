package rules

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"
)

// Format rewrites a rule file in the canonical style. It changes no meaning; a
// file with a syntax error is an error.
func Format(f File) ([]byte, Diagnostics) {
	l := &loader{files: map[string]*hcl.File{}}
	l.parse(f)
	problems := l.report()
	if problems.HasErrors() {
		return nil, problems
	}
	return hclwrite.Format(f.Bytes), problems
}
