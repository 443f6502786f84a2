package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// A loadedRules is what the rules mean with the values and buckets of some tests.
type loadedRules struct {
	l   *loader // as far as tests look at it
	cfg *Config
}

// maxLoaded bounds how many of them are kept: tests that differ only in their mocks stand
// together.
const maxLoaded = 16

func (p *loadedRules) failed() bool { return p.l.diags.HasErrors() }

// rulesProblems are the errors of the rules, as the test r tells them: those that an
// earlier test told are not told again.
func (t *Tests) rulesProblems(r *testRun, p *loadedRules) hcl.Diagnostics {
	var fresh hcl.Diagnostics
	first := r.block
	for _, d := range p.l.withoutSecretQuotes() {
		if d.Severity != hcl.DiagError {
			continue
		}
		key := fmt.Sprintf("%s\n%s\n%v", d.Summary, d.Detail, d.Subject)
		if told := t.told[key]; told != nil {
			first = told
			continue
		}
		t.told[key] = r.block
		fresh = append(fresh, d)
	}
	if len(fresh) > 0 {
		return fresh
	}
	return hcl.Diagnostics{{
		Severity: hcl.DiagError, Summary: "Rules with errors", Subject: r.block.header.Ptr(),
		Detail: fmt.Sprintf("With the values of this test the rules have errors that were told for the one at %s.", place(first.header)),
	}}
}

// load loads the rules with the given values, or returns what was loaded with the
// same before. found is nil as long as the bucket lists are not known; it answers
// queries.
func (t *Tests) load(r *testRun, given []testValue, found Found, queries []Query) *loadedRules {
	key := loadKey(given, found)
	if p := t.loaded[key]; p != nil {
		return p
	}
	l := &loader{files: map[string]*hcl.File{}, functions: scopeFunctions{files: t.named}, found: found, asked: providersAsked(queries), given: given}
	p := &loadedRules{cfg: l.load(t.src, t.vals)}
	t.used += l.effort.used
	p.l = &loader{diags: l.diags, vars: l.vars, locals: l.locals, data: l.data, providers: l.providers, queries: l.queries}
	if p.failed() {
		p.l.files, p.l.secrets = l.files, slices.Concat(l.secrets, r.l.secrets)
		for name, text := range r.l.files {
			p.l.files[name] = text // a value of the test may not suit its variable
		}
	}
	if len(t.loaded) == maxLoaded {
		clear(t.loaded)
	}
	t.loaded[key] = p
	return p
}

// loadKey tells apart what rules are loaded with.
func loadKey(given []testValue, found Found) string {
	var b strings.Builder
	for _, g := range given {
		fmt.Fprintf(&b, "%q %#v\n", g.name, g.value)
	}
	if found == nil {
		return b.String() + "not known"
	}
	for _, address := range slices.Sorted(maps.Keys(found)) {
		fmt.Fprintf(&b, "%q %+v\n", address, found[address])
	}
	return b.String()
}
