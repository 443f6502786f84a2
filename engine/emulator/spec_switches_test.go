package emulator

import (
	"go/ast"
	"net/http"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"offcut/engine/emulator/switches"
)

func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

func TestSpec_Quirks(t *testing.T) {
	var said, is []string
	for _, row := range specRows(t, "### Quirks", "Quirk") {
		if row[0] == "`date`" {
			row[1] = ""
		}
		said = append(said, bare(row[0]+" "+row[1]))
	}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[switches.Quirks]()) {
		for value := range strings.SplitSeq(f.Tag.Get("values"), "|") {
			is = append(is, jsonName(f)+" "+value)
		}
	}
	sameSets(t, "quirks", said, is)
}

func TestSpec_Profiles(t *testing.T) {
	rows := specRows(t, "### Profiles", "Quirk")
	var said, is []string
	_, header, _ := strings.Cut(specSection(t, "### Profiles"), "| Quirk |")
	header, _, _ = strings.Cut(header, "\n")
	names := codeWords(header)
	for _, row := range rows {
		for i, cell := range row[1:] {
			if cell != "" {
				said = append(said, names[i]+" "+bare(row[0]+" "+cell))
			}
		}
	}
	for _, profile := range switches.Profiles() {
		board, err := switches.NewBoard(switches.Set{Profile: profile})
		if err != nil {
			t.Fatal(err)
		}
		quirks := reflect.ValueOf(board.Set().Quirks)
		for i := range quirks.NumField() {
			if value := quirks.Field(i).String(); value != "" {
				is = append(is, profile+" "+jsonName(quirks.Type().Field(i))+" "+value)
			}
		}
	}
	sameSets(t, "profiles", names, switches.Profiles())
	sameSets(t, "quirks of profiles", said, is)
}

func TestSpec_FaultsAndRate(t *testing.T) {
	for section, of := range map[string]reflect.Type{
		"### Faults": reflect.TypeFor[switches.Fault](), "### Rate limit": reflect.TypeFor[switches.Rate](),
	} {
		var said, is []string
		for _, row := range specRows(t, section, "Member") {
			said = append(said, bare(row[0]))
			for _, f := range reflect.VisibleFields(of) {
				values := f.Tag.Get("values")
				if jsonName(f) == bare(row[0]) && values != "" && strings.Join(codeWords(row[1]), "|") != values {
					t.Errorf("%s is one of %s, and SPEC.md says %s", row[0], values, row[1])
				}
			}
		}
		for _, f := range reflect.VisibleFields(of) {
			is = append(is, jsonName(f))
		}
		sameSets(t, section, said, is)
	}
}

func TestSpec_Config(t *testing.T) {
	for block, of := range map[string]reflect.Type{
		"user": reflect.TypeFor[userBlock](), "bucket": reflect.TypeFor[bucketBlock](), "seed": reflect.TypeFor[seedBlock](),
	} {
		var said, is []string
		for _, row := range specRows(t, "## Config", "Argument of `"+block+"`") {
			said = append(said, bare(row[0])+" "+row[1])
		}
		for _, f := range reflect.VisibleFields(of) {
			name, kind, _ := strings.Cut(f.Tag.Get("hcl"), ",")
			switch kind {
			case "":
				is = append(is, name+" yes")
			case "optional":
				is = append(is, name+" no")
			}
		}
		sameSets(t, block, said, is)
	}
	text := specSection(t, "## Config")
	for _, f := range reflect.VisibleFields(reflect.TypeFor[configFile]()) {
		name, _, _ := strings.Cut(f.Tag.Get("hcl"), ",")
		if !strings.Contains(text, "`"+name+"`") && !strings.Contains(text, "`"+name+" \"") {
			t.Errorf("SPEC.md does not speak of the block %s", name)
		}
	}
}

func TestSpec_Admin(t *testing.T) {
	source, err := os.ReadFile("admin.go")
	if err != nil {
		t.Fatal(err)
	}
	var said, is []string
	for _, row := range specRows(t, "## Admin port", "Request") {
		said = append(said, bare(row[0]))
	}
	for _, m := range regexp.MustCompile(`HandleFunc\("([^"]+)"`).FindAllStringSubmatch(string(source), -1) {
		is = append(is, m[1])
	}
	sameSets(t, "calls of the admin port", said, is)
}

// TestSpec_NotBuilt asks for everything that the section names.
func TestSpec_NotBuilt(t *testing.T) {
	s := openAt(t, testNow())
	if err := s.CreateBucket("bucket", ""); err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(specSection(t, "## Not built"), "as a sub-resource:")
	list, _, _ = strings.Cut(list, "| Request |")
	var said []string
	for _, name := range codeWords(list) {
		said = append(said, name)
		for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodPost, http.MethodDelete} {
			for _, path := range []string{" /bucket?", " /bucket/key?"} {
				wants(t, method+path+name, signed(t, s, method+path+name, "localhost", ""), http.StatusNotImplemented, "NotImplemented")
			}
		}
	}
	for _, row := range specRows(t, "## Not built", "Request") {
		line := bare(row[0])
		wants(t, line+" "+row[1], signed(t, s, line, "localhost", "", codeWords(row[1])...), http.StatusNotImplemented, "NotImplemented")
	}
	wants(t, "the bucket is there", signed(t, s, "HEAD /bucket", "localhost", ""), http.StatusOK, "")
	wants(t, "no object came", signed(t, s, "HEAD /bucket/key", "localhost", ""), http.StatusNotFound, "")

	// Those that are there for some methods or places only are told elsewhere.
	partly := []string{"acl", "policy", "lifecycle", "tagging", "location", "delete", "partNumber"}
	sameSets(t, "sub-resources", append(said, partly...), subResources(t))
}

// subResources are the names in isSubResource.
func subResources(t *testing.T) (names []string) {
	t.Helper()
	for _, file := range sources(t, false) {
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == "isSubResource" {
				ast.Inspect(f, func(n ast.Node) bool {
					if text, ok := n.(*ast.BasicLit); ok && text.Value != `""` {
						names = append(names, strings.Trim(text.Value, `"`))
					}
					return true
				})
			}
		}
	}
	return names
}
