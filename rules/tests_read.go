package rules

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// testSuffix ends the names of files of tests.
const testSuffix = ".test.hcl"

// IsTestFile says by its name whether a file holds tests.
func IsTestFile(name string) bool { return strings.HasSuffix(name, testSuffix) }

// ReadTests collects the files of tests (*.test.hcl) of one directory, sorted by
// name, or reads the one file that is named. prefix is as for ReadSource.
func ReadTests(fsys fs.FS, name, prefix string) ([]File, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("read tests: %w", err)
	}
	r := sourceReader{fsys: fsys, prefix: prefix, dir: name}
	if !info.IsDir() {
		r.dir = path.Dir(name)
		return r.read([]string{path.Base(name)})
	}
	files, err := r.files(func(file string) fileKind {
		if !IsTestFile(file) || strings.HasPrefix(file, ".") {
			return otherFile
		}
		return ruleFile
	})
	if err != nil {
		return nil, err
	}
	return r.read(files[ruleFile])
}

// A testFile is one file of tests, checked against the grammar.
type testFile struct {
	l     *loader // reads this file; what it knows of the rules changes with every test
	file  File
	top   *block
	tests []*block
}

// newTestFile checks the names in a file of tests. What is wrong is in t.l.diags.
func newTestFile(f File) *testFile {
	t := &testFile{l: &loader{files: map[string]*hcl.File{}}, file: f}
	body := t.l.parse(f)
	if body == nil {
		return t
	}
	t.top = newBlock(testGrammar())
	t.top.header = body.MissingItemRange()
	t.l.readArguments(body, t.top)
	t.l.readBlocks(body, t.top)
	t.tests = t.top.blocks["test"]
	if len(t.tests) == 0 && !t.top.broken {
		t.l.errorAt(hcl.Range{Filename: f.Name, Start: hcl.InitialPos, End: hcl.InitialPos}, "No test block",
			"This file of tests holds no test block, so it tests nothing. Add test \"NAME\" { ... } with an assert block in it.")
	}
	t.l.checkCounts(withoutTests(t.top))
	t.checkMockNames(t.top)
	t.checkNames()
	for _, b := range t.tests {
		t.check(b)
	}
	return t
}

// withoutTests is the top level as far as the number of its other blocks goes.
func withoutTests(top *block) *block {
	c := *top
	kind := *top.kind
	kind.blocks = slices.DeleteFunc(slices.Clone(kind.blocks), func(n nestedType) bool { return n.name == "test" })
	c.kind = &kind
	return &c
}

// checkNames looks for names of tests that are empty or taken.
func (t *testFile) checkNames() {
	first := map[string]*block{}
	for _, b := range t.tests {
		name := b.labels[0]
		if strings.TrimSpace(name) == "" {
			t.l.errorAt(b.place[0], "Invalid name", "A test needs a name that says what it holds, such as \"young uploads stay\".")
			continue
		}
		if taken := first[name]; taken != nil {
			t.l.errorAt(b.header, "Duplicate test", fmt.Sprintf(
				"A test named %q is already defined at %s. Rename or remove one of the two.", name, place(taken.header)))
			continue
		}
		first[name] = b
	}
}

// check looks at one test as far as that is possible without its rules.
func (t *testFile) check(b *block) {
	t.checkExpected(b)
	expects := b.has("expect_failures")
	if !b.has("now") && !t.top.has("now") && (!expects || len(b.blocks["assert"]) > 0) {
		t.l.errorAt(b.header, "Missing required argument", fmt.Sprintf(
			"The argument \"now\" of %s is not given, and the file does not give it either. Add now = %s: a test has no clock, and ages count from this instant.",
			b.title(), example(formInstant)))
	}
	if len(b.blocks["assert"]) == 0 && !expects && !b.broken {
		t.l.errorAt(b.header, "Missing required block",
			"A test without an assert block tests nothing. Add assert { condition = verdict.NAME.action == \"keep\" and an error_message }.")
	}
	t.checkMockNames(b)
}

// checkMockNames looks for mocks whose name is taken in the same block, or cannot be
// referred to.
func (t *testFile) checkMockNames(parent *block) {
	first := map[string]*block{}
	for _, m := range parent.blocks["mock"] {
		name := m.labels[1]
		if m.labels[0] == mockUpload && !hclsyntax.ValidIdentifier(name) {
			t.l.errorAt(m.place[1], "Invalid name", fmt.Sprintf(
				"%q cannot name a mock upload, as asserts write verdict.NAME: %s.", name, nameForm))
		}
		key := mockKey(m)
		if taken := first[key]; taken != nil {
			t.l.errorAt(m.header, "Duplicate mock", fmt.Sprintf(
				"A mock of this type named %q is already defined at %s. Rename or remove one of the two.", name, place(taken.header)))
			continue
		}
		first[key] = m
	}
}

// mockKey tells mocks apart: by type and name, and buckets also by provider, as two
// stores may have buckets of one name.
func mockKey(m *block) string {
	key := m.labels[0] + "\x00" + m.labels[1]
	if attr := m.args["provider"]; attr != nil && m.labels[0] == mockBucket {
		if t, diags := hcl.AbsTraversalForExpr(attr.Expr); !diags.HasErrors() {
			key += "\x00" + traversalKey(t)
		}
	}
	return key
}

// mocksOf returns the mocks of a type that a test has, in the order of their names:
// its own, and those of the file whose name it does not use.
func (t *testFile) mocksOf(b *block, kind string) []*block {
	found := map[string]*block{}
	for _, parent := range []*block{t.top, b} {
		for _, m := range parent.blocks["mock"] {
			if m.labels[0] == kind {
				found[mockKey(m)] = m
			}
		}
	}
	var mocks []*block
	for _, key := range slices.Sorted(maps.Keys(found)) {
		// Its arguments are read anew for every test.
		mocks = append(mocks, found[key].instance(nil))
	}
	return mocks
}
