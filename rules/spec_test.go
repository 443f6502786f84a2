package rules

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"
)

// A specBlock is what SPEC.md says about one block.
type specBlock struct {
	rows      []string // "name | form | default"
	arguments []string // reserved
	blocks    []string // reserved
}

var (
	codeWord   = regexp.MustCompile("`([^`]+)`")
	mockHeader = regexp.MustCompile("^`mock \"([a-z]+)\"")
	headerName = regexp.MustCompile("^### `([a-z_]+)[^`]*`(?: in `([a-z]+)`)?")
)

// words returns the code words of the sentences that begin with start.
func words(text, start string) []string {
	_, rest, found := strings.Cut(strings.ReplaceAll(text, "\n", " "), start)
	if !found {
		return nil
	}
	sentence, _, _ := strings.Cut(rest, ".")
	var code []string
	for _, m := range codeWord.FindAllStringSubmatch(sentence, -1) {
		code = append(code, m[1])
	}
	return code
}

// readSpec splits the section about blocks by its headings: the name of a block, behind
// that of the block that it stands in.
func readSpec(t *testing.T, chapter string) map[string]specBlock {
	t.Helper()
	_, text, _ := strings.Cut(readTestFile(t, "SPEC.md"), "\n## "+chapter+"\n")
	text, _, _ = strings.Cut(text, "\n## ")
	spec := map[string]specBlock{}
	for _, section := range strings.Split("\n"+text, "\n### ")[1:] {
		name := ""
		if m := headerName.FindStringSubmatch("### " + section); m != nil {
			name = strings.TrimPrefix(m[2]+" "+m[1], " ")
		}
		if m := mockHeader.FindStringSubmatch(section); m != nil {
			name = "mock " + m[1]
		}
		b := specBlock{
			arguments: words(section, "Reserved arguments:"),
			blocks:    slices.Concat(words(section, "Reserved blocks:"), words(section, "Reserved blocks at the top level:")),
		}
		for _, line := range strings.Split(section, "\n") {
			cells := strings.Split(line, " | ")
			if strings.HasPrefix(line, "| `") && len(cells) == 4 {
				b.rows = append(b.rows, strings.NewReplacer("`", "", "| ", "").Replace(strings.Join(cells[:3], " ; ")))
			}
		}
		spec[name] = b
	}
	return spec
}

// TestSpec_Grammar holds that SPEC.md lists exactly the blocks, arguments, forms,
// defaults and reserved words of the grammar.
func TestSpec_Grammar(t *testing.T) {
	spec := readSpec(t, "Blocks")
	var check func(path string, b *blockType)
	check = func(path string, b *blockType) {
		said, ok := spec[path]
		if !ok {
			t.Errorf("SPEC.md has no section on %q", path)
		}
		delete(spec, path)
		wantSame(t, path+": arguments", said.rows, rowsOf(b))
		wantSame(t, path+": reserved arguments", said.arguments, b.laterArguments)
		wantSame(t, path+": reserved blocks", said.blocks, b.laterBlocks)
		for _, n := range b.blocks {
			check(strings.TrimPrefix(path+" "+n.name, " "), n.blockType)
		}
	}
	check("", grammar())
	check(dynamicName, &blockType{arguments: dynamicBlock(&nestedType{blockType: limitsBlock()}).arguments})
	for name := range spec {
		t.Errorf("SPEC.md describes a block %q that does not exist", name)
	}
}

// terraformFunctions are the functions of Terraform 1.14, but for those of providers.
const terraformFunctions = `abs abspath alltrue anytrue base64decode base64encode base64gunzip base64gzip base64sha256 base64sha512
basename bcrypt can ceil chomp chunklist cidrhost cidrnetmask cidrsubnet cidrsubnets coalesce coalescelist compact concat contains
convert csvdecode dirname distinct element endswith ephemeralasnull file filebase64 filebase64sha256 filebase64sha512 fileexists
filemd5 fileset filesha1 filesha256 filesha512 flatten floor format formatdate formatlist indent index issensitive join jsondecode
jsonencode keys length list log lookup lower map matchkeys max md5 merge min nonsensitive one parseint pathexpand plantimestamp pow
range regex regexall replace reverse rsadecrypt sensitive setintersection setproduct setsubtract setunion sha1 sha256 sha512 signum
slice sort split startswith strcontains strrev substr sum templatefile templatestring textdecodebase64 textencodebase64 timeadd
timecmp timestamp title tobool tolist tomap tonumber toset tostring transpose trim trimprefix trimspace trimsuffix try type upper
urlencode uuid uuidv5 values yamldecode yamlencode zipmap`

// TestSpec_EveryFunctionOfTerraform holds that each is here, or that SPEC.md and a message
// say that it is not.
func TestSpec_EveryFunctionOfTerraform(t *testing.T) {
	said := words(readTestFile(t, "SPEC.md"), "these are not here")
	have, absent := languageFunctions(), absentFunctions()
	for _, name := range strings.Fields(terraformFunctions) {
		_, here := have[name]
		_, told := absent[name]
		if here == told {
			t.Errorf("%s: here %v, refused by name %v", name, here, told)
		}
		if here == slices.Contains(said, name) {
			t.Errorf("%s: here %v, and SPEC.md says otherwise", name, here)
		}
	}
}

// TestSpec_Private holds that SPEC.md lists exactly the arguments that may be sensitive.
func TestSpec_Private(t *testing.T) {
	_, text, _ := strings.Cut(readTestFile(t, "SPEC.md"), "### Sensitive values\n")
	text, _, _ = strings.Cut(text, "\n## ")
	said, is := map[string][]string{}, map[string][]string{}
	for _, line := range strings.Split(text, "\n") {
		if cells := strings.Split(line, " | "); len(cells) == 2 && strings.HasPrefix(line, "| `") {
			for _, m := range codeWord.FindAllStringSubmatch(cells[1], -1) {
				block := strings.Trim(cells[0], "|` ")
				said[block] = append(said[block], m[1])
			}
		}
	}
	var collect func(path string, b *blockType)
	collect = func(path string, b *blockType) {
		for _, a := range b.arguments {
			if a.private {
				is[path] = append(is[path], a.name)
			}
		}
		for _, n := range b.blocks {
			collect(strings.TrimPrefix(path+" "+n.name, " "), n.blockType)
		}
	}
	collect("", grammar())
	if !reflect.DeepEqual(said, is) {
		t.Errorf("SPEC.md: %q\nthe code: %q", said, is)
	}
}

// rowsOf writes the arguments of a block as SPEC.md does.
func rowsOf(b *blockType) []string {
	var rows []string
	for _, a := range b.arguments {
		standard := a.standard
		switch {
		case a.required:
			standard = "required"
		case standard == "":
			standard = "-"
		}
		rows = append(rows, fmt.Sprintf("%s ; %s ; %s", a.name, a.form, standard))
	}
	return rows
}

// TestSpec_TestGrammar holds that SPEC.md lists exactly the blocks, arguments, forms and
// defaults of files of tests, and what asserts can ask.
func TestSpec_TestGrammar(t *testing.T) {
	spec := readSpec(t, "Tests")
	top, test := testGrammar(), testBlock()
	top.blocks = nil
	for title, b := range map[string]*blockType{
		"": top, "test": test, "variables": testVariablesBlock(), "test assert": testAssertBlock(),
		"mock upload": mockUploadBlock(), "mock bucket": mockBucketBlock(),
	} {
		wantSame(t, title+": arguments", spec[title].rows, rowsOf(b))
		delete(spec, title)
	}
	for name := range spec {
		t.Errorf("SPEC.md describes a block %q of tests that does not exist", name)
	}
	_, text, _ := strings.Cut(readTestFile(t, "SPEC.md"), "| Attribute | Type | Meaning |\n")
	var said []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z]+)` \\| (?:string|tuple)").FindAllStringSubmatch(text, -1) {
		said = append(said, m[1])
	}
	slices.Sort(said)
	wantSame(t, "attributes of verdicts", said, verdictAttributes())
	if !slices.Equal(slices.Sorted(maps.Keys(verdictValue(Verdict{}).Type().AttributeTypes())), verdictAttributes()) {
		t.Error("verdicts have other attributes than messages say")
	}
}

func wantSame(t *testing.T, what string, said, is []string) {
	t.Helper()
	if !slices.Equal(said, is) {
		t.Errorf("%s\nSPEC.md: %q\nthe code: %q", what, said, is)
	}
}

func TestSpec_Choices(t *testing.T) {
	text := readTestFile(t, "SPEC.md")
	for _, b := range []*blockType{providerBlock(), ruleBlock()} {
		for _, a := range b.arguments {
			row := regexp.MustCompile("(?m)^\\| `" + a.name + "` .*$").FindString(text)
			for _, c := range a.choices {
				if !strings.Contains(row, "`"+c+"`") {
					t.Errorf("SPEC.md does not say that %s may be %s: %s", a.name, c, row)
				}
			}
		}
	}
	for _, kind := range providerKinds() {
		if !slices.Contains(words(text, "Kinds:"), kind) {
			t.Errorf("SPEC.md does not name the kind %s", kind)
		}
	}
}

func TestSpec_Functions(t *testing.T) {
	_, text, _ := strings.Cut(readTestFile(t, "SPEC.md"), "## Functions\n")
	var said []string
	for _, line := range strings.Split(text, "\n") {
		if cells := strings.Split(line, " | "); len(cells) == 2 && strings.HasPrefix(cells[1], "`") {
			for _, m := range codeWord.FindAllStringSubmatch(cells[1], -1) {
				said = append(said, m[1])
			}
		}
	}
	slices.Sort(said)
	wantSame(t, "functions", said, slices.Sorted(maps.Keys(languageFunctions())))
}

// TestSpec_Upload holds that SPEC.md lists the attributes of upload, with their types.
func TestSpec_Upload(t *testing.T) {
	is, said := map[string]string{}, map[string]string{}
	for _, a := range uploadAttributes() {
		is["upload."+a.name] = a.typ.FriendlyName()
	}
	for _, line := range strings.Split(readTestFile(t, "SPEC.md"), "\n") {
		if cells := strings.Split(line, " | "); strings.HasPrefix(line, "| `upload.") && len(cells) == 3 {
			for _, m := range codeWord.FindAllStringSubmatch(cells[0], -1) {
				said[m[1]] = cells[1]
			}
		}
	}
	if !maps.Equal(is, said) {
		t.Errorf("SPEC.md: %v, the code: %v", said, is)
	}
}

// TestSpec_Plan holds that SPEC.md lists the attributes of plan, with their types. Those of
// a rule, of kept and of monthly_cost stand for all of them.
func TestSpec_Plan(t *testing.T) {
	is, said := map[string]string{}, map[string]string{}
	var walk func(name string, ty cty.Type)
	walk = func(name string, ty cty.Type) {
		switch {
		case name == "plan.kept":
			is[name+".REASON"] = "number"
		case ty.IsMapType():
			is[name+`["ADDRESS"]`] = "object"
		case ty.IsObjectType():
			for attr, of := range ty.AttributeTypes() {
				walk(name+"."+attr, of)
			}
		default:
			is[name] = ty.FriendlyName()
		}
	}
	walk("plan", planType(currencies{codes: []string{"CURRENCY"}, known: true}))
	for _, line := range strings.Split(readTestFile(t, "SPEC.md"), "\n") {
		if cells := strings.Split(line, " | "); strings.HasPrefix(line, "| `plan.") && len(cells) == 3 {
			for _, m := range codeWord.FindAllStringSubmatch(cells[0], -1) {
				said[strings.ReplaceAll(m[1], `["CURRENCY"]`, ".CURRENCY")] = cells[1]
			}
		}
	}
	if !maps.Equal(is, said) {
		t.Errorf("SPEC.md: %v, the code: %v", said, is)
	}
}

func TestSpec_Limits(t *testing.T) {
	text := readTestFile(t, "SPEC.md")
	for _, row := range []string{
		fmt.Sprintf("| size | %d KiB |", maxFileSize>>10),
		fmt.Sprintf("| length of a line | %d KiB |", maxLineLength>>10),
		fmt.Sprintf("| depth of brackets, templates and operators | %d |", maxDepth),
		fmt.Sprintf("| characters of a number | %d |", maxDigits),
		fmt.Sprintf("| digits of a number's exponent | %d |", maxExponent),
		fmt.Sprintf("an element counting %d bytes | %d MiB |", elementCost, maxEffort>>20),
		fmt.Sprintf("| magnitude of a number | %d bits |", maxBits),
		fmt.Sprintf("or `replace` makes | %d MiB |", maxText>>20),
		fmt.Sprintf("| elements that `setproduct` makes | %d |", maxElements),
		fmt.Sprintf("| elements that `distinct` takes | %d |", maxDistinct),
		fmt.Sprintf("| pairs that `matchkeys` compares | %d |", maxCompares),
		fmt.Sprintf("at most %d KiB of UTF-8", maxFileSize>>10),
		fmt.Sprintf("| `rate` | a number of at least %v |", minRate),
		fmt.Sprintf("of %d to %d letters", minBucketName, maxBucketName),
		fmt.Sprintf("at most %d spaces", maxPadding),
		fmt.Sprintf("Keys are of 1 to %d bytes", maxKey),
		fmt.Sprintf("at most %d instances and dynamic blocks", maxInstances),
		fmt.Sprintf("this is %s |", LanguageVersion),
		fmt.Sprintf("%d MiB a part when left out", mockPartSize>>20),
		fmt.Sprintf("may compute values of at most %d MiB", maxConditionEffort>>20),
		fmt.Sprintf("| `idle_for` | duration | `%dh` |", int(standardAge.Hours())),
		fmt.Sprintf("| `max_uploads` | count | `%d` |", standardMaxUploads),
		fmt.Sprintf("| `max_failures` | count | `%d` |", standardMaxFailures),
		fmt.Sprintf("| `max_changed_percent` | percent | `%d` |", standardMaxChanged),
		fmt.Sprintf("| `plan_ttl` | duration | `%dh` |", int(standardPlanTTL.Hours())),
		fmt.Sprintf("from %s to %s", FormatDuration(minPlanTTL), FormatDuration(maxPlanTTL)),
		fmt.Sprintf("at least %s and not below `plan_ttl`", FormatDuration(minRetention)),
		fmt.Sprintf("the largest part, %d GiB, takes", maxPartBytes>>30),
		fmt.Sprintf("| `uploads` | count | `%d` |", standardConfirmUploads),
		fmt.Sprintf("| `bytes` | size | `%dTiB` |", standardConfirmBytes>>40),
	} {
		if !strings.Contains(text, row) {
			t.Errorf("SPEC.md does not say %q", row)
		}
	}
}

// TestSpec_Reasons compares the table of reasons with the constants of the type
// Reason, whose names say which verdict they belong to.
func TestSpec_Reasons(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "verdict.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var is []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if ident, ok := spec.Type.(*ast.Ident); ok && ident.Name == "Reason" {
			verdict := "keep"
			if strings.HasPrefix(spec.Names[0].Name, "Abort") {
				verdict = "abort"
			}
			is = append(is, strings.Trim(spec.Values[0].(*ast.BasicLit).Value, `"`)+" "+verdict)
		}
		return true
	})
	var said []string
	_, text, _ := strings.Cut(readTestFile(t, "SPEC.md"), "## Verdicts\n")
	text, _, _ = strings.Cut(text, "\n## ")
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\| ([a-z]+) \\|").FindAllStringSubmatch(text, -1) {
		said = append(said, m[1]+" "+m[2])
	}
	slices.Sort(is)
	slices.Sort(said)
	var asserted []string
	for _, r := range is {
		word, _, _ := strings.Cut(r, " ")
		asserted = append(asserted, word)
	}
	wantSame(t, "reasons that asserts may compare with", asserted, slices.Sorted(slices.Values(knownReasons())))
	if len(is) == 0 {
		t.Fatal("no reasons were found in the code")
	}
	wantSame(t, "reasons", said, is)
}

// TestSpec_Contents holds that the contents name every heading, in order, and lead to it.
func TestSpec_Contents(t *testing.T) {
	text := readTestFile(t, "SPEC.md")
	_, contents, _ := strings.Cut(text, "<!-- contents -->\n")
	contents, _, _ = strings.Cut(contents, "<!-- end of contents -->")
	var want strings.Builder
	for _, m := range regexp.MustCompile(`(?m)^(##|###) (.+)$`).FindAllStringSubmatch(text, -1) {
		want.WriteString(map[string]string{"##": "", "###": "  "}[m[1]])
		fmt.Fprintf(&want, "- [%s](#%s)\n", m[2], anchorOf(m[2]))
	}
	if contents != want.String() {
		t.Errorf("the contents should be\n%s", want.String())
	}
	for _, m := range regexp.MustCompile(`\]\(#([^)]+)\)`).FindAllStringSubmatch(text, -1) {
		if !strings.Contains(want.String(), "(#"+m[1]+")") {
			t.Errorf("no heading has the anchor #%s", m[1])
		}
	}
}

// anchorOf is the anchor that GitHub makes of a heading.
func anchorOf(heading string) string {
	kept := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || strings.ContainsRune(" _-", r) {
			return r
		}
		return -1
	}, strings.ToLower(heading))
	return strings.ReplaceAll(kept, " ", "-")
}
