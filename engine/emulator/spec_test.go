package emulator

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"offcut/engine/emulator/lifecycle"
	"offcut/engine/emulator/policy"
	"offcut/engine/emulator/switches"
)

// specSection is the text of SPEC.md under a heading, up to the next one of its
// level or above.
func specSection(t *testing.T, heading string) string {
	t.Helper()
	text, err := os.ReadFile("SPEC.md")
	if err != nil {
		t.Fatal(err)
	}
	level, _, _ := strings.Cut(heading, " ")
	_, section, found := strings.Cut(string(text), "\n"+heading+"\n")
	if !found {
		t.Fatalf("SPEC.md has no section %q", heading)
	}
	if end := regexp.MustCompile(`(?m)^#{2,` + strconv.Itoa(len(level)) + `} `).FindStringIndex(section); end != nil {
		section = section[:end[0]]
	}
	return section
}

// specRows are the rows of the table whose first heading is given, cell by cell.
func specRows(t *testing.T, section, first string) [][]string {
	t.Helper()
	_, table, found := strings.Cut(specSection(t, section), "| "+first+" |")
	if !found {
		t.Fatalf("%s has no table of %s", section, first)
	}
	var rows [][]string
	for _, line := range strings.Split(table, "\n")[2:] {
		if !strings.HasPrefix(line, "|") {
			break
		}
		var cells []string
		for _, cell := range strings.Split(strings.Trim(line, "|"), "|") {
			cells = append(cells, strings.TrimSpace(cell))
		}
		rows = append(rows, cells)
	}
	return rows
}

func codeWords(text string) []string {
	var words []string
	for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(text, -1) {
		words = append(words, m[1])
	}
	return words
}

func bare(cell string) string { return strings.ReplaceAll(cell, "`", "") }

func sameSets(t *testing.T, what string, said, is []string) {
	t.Helper()
	for _, one := range said {
		if !slices.Contains(is, one) {
			t.Errorf("%s: SPEC.md says %q, which is not so", what, one)
		}
	}
	for _, one := range is {
		if !slices.Contains(said, one) {
			t.Errorf("%s: SPEC.md does not say %q", what, one)
		}
	}
	if len(is) == 0 {
		t.Errorf("%s: none was found in the code", what)
	}
	if len(said) != len(slices.Compact(slices.Sorted(slices.Values(said)))) {
		t.Errorf("%s: SPEC.md says one of them twice: %q", what, said)
	}
}

// sources parses the package's files; tests says which ones.
func sources(t *testing.T, tests bool) map[string]*ast.File {
	t.Helper()
	names, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]*ast.File{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") != tests {
			continue
		}
		if files[name], err = parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// TestSpec_Operations sends each request line through the server's own routing.
func TestSpec_Operations(t *testing.T) {
	s := openAt(t, testNow())
	var names, actions []string
	for _, row := range specRows(t, "## Operations", "Operation") {
		name, request := bare(row[0]), codeWords(row[1])[0]
		names = append(names, name)
		method, path, _ := strings.Cut(request, " ")
		r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
		r.Host = "localhost"
		if strings.Contains(row[1], "x-kss-copy-source") {
			r.Header.Set("X-Kss-Copy-Source", "/a/b")
		}
		c := &call{Server: s, r: r, dialect: dialectOf(r)}
		var err error
		if c.target, err = s.parseTarget(r); err != nil {
			t.Fatal(err)
		}
		op, err := c.route()
		action := codeWords(row[2])[0]
		actions = append(actions, action)
		if err != nil || op.name != name || op.action != action && (op.action != "" || !strings.HasPrefix(row[2], "asks ")) {
			t.Errorf("%s is %+v, %v; SPEC.md says %s and %s", request, op, err, name, action)
		}
	}
	sameSets(t, "operations", names, switches.Actions())

	_, known, _ := strings.Cut(specSection(t, "## Who may"), "Actions without an operation here")
	var all []string
	for _, a := range policy.Actions() {
		all = append(all, a.Name)
	}
	slices.Sort(actions)
	sameSets(t, "actions of policies", append(slices.Compact(actions), codeWords(known)...), all)
}

func TestSpec_ACL(t *testing.T) {
	for _, row := range specRows(t, "## Who may", "ACL of") {
		permissions, actions := codeWords(row[1]), codeWords(row[2])
		for i, action := range actions {
			rule := aclRuleOf(action)
			if want := permissions[min(i, len(permissions)-1)]; rule.permission != want || rule.ofObject != (row[0] == "the object") {
				t.Errorf("%s: %+v, and SPEC.md says %s of %s", action, rule, want, row[0])
			}
		}
	}
}

// TestSpec_Initiate compares the table with the rows that TestInitiatePage goes
// through.
func TestSpec_Initiate(t *testing.T) {
	var said, is []string
	for _, row := range specRows(t, "## Initiate, row by row", "Row of the page") {
		said = append(said, row[2])
	}
	ast.Inspect(sources(t, true)["initiate_page_test.go"], func(n ast.Node) bool {
		f, ok := n.(*ast.FuncDecl)
		if !ok || f.Name.Name != "TestInitiatePage" {
			return !ok
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if pair, ok := n.(*ast.KeyValueExpr); ok {
				name, err := strconv.Unquote(pair.Key.(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				is = append(is, name)
			}
			return true
		})
		return false
	})
	sameSets(t, "rows of the page", said, is)
}

func TestSpec_Limits(t *testing.T) {
	text := specSection(t, "## Limits")
	for _, row := range []string{
		fmt.Sprintf("| part number | 1 to %d |", maxPartNumber),
		fmt.Sprintf("| part | %d GiB |", maxPartSize>>30),
		fmt.Sprintf("| part that is not the last | at least %d KiB,", minPartSize>>10),
		fmt.Sprintf("objects above %d MiB | at least %[1]d MiB |", minPartSize2021>>20),
		fmt.Sprintf("or copied by one | %d GiB |", maxPutSize>>30),
		fmt.Sprintf("| entries of a page | %d |", maxPage),
		fmt.Sprintf("| key | %d bytes |", maxKeyLength),
		fmt.Sprintf("| upload id | %d bytes |", maxUploadIDLength),
		fmt.Sprintf("| buckets of an account, made by requests | %d |", maxBuckets),
		fmt.Sprintf("| user metadata, names and values | %d KiB |", maxMetadata>>10),
		fmt.Sprintf("| redirect location | %d KiB |", maxRedirect>>10),
		fmt.Sprintf("| tags of an object | %d |", maxTags),
		fmt.Sprintf("| tag key | %d bytes |", maxTagKey),
		fmt.Sprintf("| tag value | %d bytes |", maxTagValue),
		fmt.Sprintf("| grants of an ACL | %d |", maxGrants),
		fmt.Sprintf("| keys of one DeleteObjects | %d |", maxDeletes),
		fmt.Sprintf("| body of Complete | %d MiB |", maxCompleteBody>>20),
		fmt.Sprintf("| body of a policy | %d KiB |", policy.MaxSize>>10),
		fmt.Sprintf("| body of a lifecycle | %d MiB |", lifecycle.MaxDocument>>20),
		fmt.Sprintf("| signed chunk that is not the last | at least %d KiB |", minSignedChunk>>10),
		fmt.Sprintf("| uploads that a quirk reads at once | %d |", wholeBucket),
		fmt.Sprintf("| config file | %d KiB |", maxConfigSize>>10),
		fmt.Sprintf("come within %d seconds", int(headerPatience.Seconds())),
		fmt.Sprintf("%d seconds without a byte", int(defaultPatience().body.Seconds())),
		fmt.Sprintf("%d minutes in which nothing", int(defaultPatience().answer.Minutes())),
	} {
		if !strings.Contains(text, row) {
			t.Errorf("SPEC.md does not say %q", row)
		}
	}
	for text, section := range map[string]string{
		fmt.Sprintf("%d minutes off", int(maxSkew.Minutes())):    "## Signatures",
		fmt.Sprintf("1 to %d seconds", int(maxLifeV4.Seconds())): "## Signatures",
		fmt.Sprintf("at most %d KiB", maxAdminBody>>10):          "## Admin port",
	} {
		if !strings.Contains(specSection(t, section), text) {
			t.Errorf("SPEC.md does not say %q under %s", text, section)
		}
	}
}

// TestSpec_Errors compares the table with the codes that the package's own code
// names outside of statusOf.
func TestSpec_Errors(t *testing.T) {
	values := codeConstants(t)
	var is []string
	for _, file := range sources(t, false) {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				return n.Name.Name != "statusOf"
			case *ast.ValueSpec:
				return false
			case *ast.SelectorExpr:
				is = append(is, values[n.Sel.Name])
			case *ast.Ident:
				is = append(is, values[n.Name])
			}
			return true
		})
	}
	slices.Sort(is)
	is = slices.DeleteFunc(slices.Compact(is), func(code string) bool { return code == "" })
	var said []string
	for _, row := range specRows(t, "## Errors", "Code") {
		said = append(said, bare(row[0]))
		if want := strconv.Itoa(statusOf(bare(row[0]))); row[1] != want {
			t.Errorf("%s has the status %s, and SPEC.md says %s", row[0], want, row[1])
		}
	}
	sameSets(t, "codes", said, is)
}

// codeConstants are the constants of error codes of this package and of ks3.
func codeConstants(t *testing.T) map[string]string {
	t.Helper()
	files := sources(t, false)
	var err error
	if files["ks3"], err = parser.ParseFile(token.NewFileSet(), "../ks3/code.go", nil, parser.SkipObjectResolution); err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 || !strings.HasPrefix(strings.ToLower(spec.Names[0].Name), "code") {
				return true
			}
			if text, ok := spec.Values[0].(*ast.BasicLit); ok && text.Kind == token.STRING {
				if values[spec.Names[0].Name], err = strconv.Unquote(text.Value); err != nil {
					t.Fatal(err)
				}
			}
			return true
		})
	}
	return values
}
