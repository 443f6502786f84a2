package rules

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func sourceNames(files []File) []string {
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
	}
	return names
}

func ruleFS(names ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for _, n := range names {
		fsys[n] = &fstest.MapFile{Data: []byte("# " + n)}
	}
	return fsys
}

func TestReadSource(t *testing.T) {
	fsys := ruleFS("b.hcl", "a.hcl", "notes.md", ".#a.hcl", "a.hcl~", "z.auto.vars.hcl", "a.auto.vars.hcl", "offcut.vars.hcl",
		"prod.vars.hcl", "x.test.hcl", "x.emulator.hcl", "vars.hcl", "sub/c.hcl", "sub/offcut.vars.hcl", "dir.hcl/x.hcl")
	tests := []struct {
		path, prefix string
		rules, vars  []string
	}{
		{".", "", []string{"a.hcl", "b.hcl", "vars.hcl"}, []string{"offcut.vars.hcl", "a.auto.vars.hcl", "z.auto.vars.hcl"}},
		{".", "../etc", []string{"../etc/a.hcl", "../etc/b.hcl", "../etc/vars.hcl"},
			[]string{"../etc/offcut.vars.hcl", "../etc/a.auto.vars.hcl", "../etc/z.auto.vars.hcl"}},
		{"b.hcl", "", []string{"b.hcl"}, []string{"offcut.vars.hcl", "a.auto.vars.hcl", "z.auto.vars.hcl"}},
		{"sub", "sub/", []string{"sub/c.hcl"}, []string{"sub/offcut.vars.hcl"}},
		{"sub/c.hcl", "sub", []string{"sub/c.hcl"}, []string{"sub/offcut.vars.hcl"}},
	}
	for _, tt := range tests {
		t.Run(tt.path+" "+tt.prefix, func(t *testing.T) {
			src, err := ReadSource(fsys, tt.path, tt.prefix)
			if err != nil {
				t.Fatal(err)
			}
			if got := sourceNames(src.Rules); !slices.Equal(got, tt.rules) {
				t.Errorf("rules: %q", got)
			}
			if got := sourceNames(src.Vars); !slices.Equal(got, tt.vars) {
				t.Errorf("values: %q", got)
			}
			if first := string(src.Rules[0].Bytes); !strings.HasSuffix(tt.rules[0], strings.TrimPrefix(first, "# ")) {
				t.Errorf("%s holds %q", tt.rules[0], first)
			}
		})
	}
}

func TestReadSource_NothingThere(t *testing.T) {
	if _, err := ReadSource(ruleFS(), "nowhere", ""); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a directory that does not exist: %v", err)
	}
	src, err := ReadSource(ruleFS("notes.md", "x.vars.hcl"), ".", "")
	if err != nil {
		t.Fatal(err)
	}
	_, d := Load(src, Values{})
	if text := plainText(t, d); !strings.Contains(text, "offcut init") || !strings.Contains(text, "examples/quickstart") {
		t.Errorf("a directory without rules: %s", text)
	}
}

// TestReadSource_StopsAtTheLimit holds that a huge file is refused without being
// read to its end.
func TestReadSource_StopsAtTheLimit(t *testing.T) {
	src, err := ReadSource(fstest.MapFS{"a.hcl": {Data: make([]byte, 10<<20)}}, ".", "")
	if err != nil {
		t.Fatal(err)
	}
	if n := len(src.Rules[0].Bytes); n != maxFileSize+1 {
		t.Errorf("%d bytes were kept", n)
	}
	_, d := Load(src, Values{})
	if got := headsOf(d); !slices.Equal(got, []string{"ERROR: a.hcl:1,1: File too large: "}) {
		t.Errorf("got %q", got)
	}
}

// TestReadSource_RegularFilesOnly holds that a pipe, which would be waited for for
// ever, is read only where it is named itself.
func TestReadSource_RegularFilesOnly(t *testing.T) {
	for _, mode := range []fs.FileMode{fs.ModeNamedPipe, fs.ModeDevice, fs.ModeSocket} {
		for _, name := range []string{"x.hcl", "x.auto.vars.hcl", "offcut.vars.hcl"} {
			fsys := ruleFS("a.hcl")
			fsys[name] = &fstest.MapFile{Mode: mode}
			_, err := ReadSource(fsys, ".", "dir")
			if err == nil || !strings.Contains(err.Error(), "dir/"+name+" is not a regular file") {
				t.Errorf("%s, %v: %v", name, mode, err)
			}
			src, err := ReadSource(fsys, name, "")
			if err != nil || !slices.Equal(sourceNames(src.Rules), []string{name}) || len(src.Vars) != 0 {
				t.Errorf("%s named, %v: %v, %v", name, mode, sourceNames(src.Rules), err)
			}
		}
		fsys := ruleFS("a.hcl")
		fsys["x.test.hcl"] = &fstest.MapFile{Mode: mode}
		if _, err := ReadSource(fsys, ".", ""); err != nil {
			t.Error(err)
		}
	}
}

// Who names one file leaves the others of its directory out, and what these protect is
// then not protected: that must not go by in silence.
func TestReadSource_TellsOfWhatIsNotRead(t *testing.T) {
	const rule = "rule \"r\" {\n  scan {\n    buckets      = [\"media\"]\n    whole_bucket = true\n  }\n  stale {\n    older_than = \"7d\"\n  }\n}\n"
	const protect = "protect \"legal\" {\n  buckets  = [\"media\"]\n  prefixes = [\"legal/\"]\n}\n"
	for name, c := range map[string]struct {
		beside map[string]string
		path   string
		want   []string // beginnings of messages, in order
	}{
		"a protect":            {map[string]string{"b.hcl": protect}, "a.hcl", []string{`etc/b.hcl lies beside etc/a.hcl, and holds "protect.legal".`}},
		"in the directory":     {map[string]string{"b.hcl": protect}, ".", nil},
		"rules alone":          {map[string]string{"b.hcl": rule}, "a.hcl", nil},
		"no rule file":         {map[string]string{"b.test.hcl": protect, ".b.hcl": protect, "b.txt": protect, "sub/b.hcl": protect}, "a.hcl", nil},
		"one that is broken":   {map[string]string{"b.hcl": "rule {"}, "a.hcl", []string{"etc/b.hcl lies beside etc/a.hcl, and whether"}},
		"one that is too deep": {map[string]string{"b.hcl": "a = " + strings.Repeat("[", 10000)}, "a.hcl", []string{"etc/b.hcl lies beside etc/a.hcl, and whether"}},
		"capital letters":      {map[string]string{"B.HCL": protect}, ".", []string{"etc/B.HCL is not read, as the names"}},
		"Terraform's values": {map[string]string{"terraform.tfvars": "", "x.auto.tfvars": "", "offcut.tfvars": ""}, ".", []string{
			"etc/offcut.tfvars is not read, as values are read from offcut.vars.hcl and *.auto.vars.hcl: rename it to offcut.vars.hcl, name it with -var-file, or move",
			"etc/terraform.tfvars is not read, as values are read from offcut.vars.hcl and *.auto.vars.hcl: rename it to offcut.vars.hcl,",
			"etc/x.auto.tfvars is not read, as values are read from offcut.vars.hcl and *.auto.vars.hcl: rename it to x.auto.vars.hcl,",
		}},
		"beside Terraform's own": {map[string]string{"terraform.tfvars": "", "x.auto.tfvars.json": "{}", "main.tf": ""}, "a.hcl", nil},
		"named only":             {map[string]string{"prod.tfvars": "", "prod.vars.json": "", "Prod.vars.hcl": "", "terraform.tfstate": "", "terraform.vars.hcl": "", ".auto.tfvars": "", "vars.txt": ""}, ".", nil},
		"values in JSON": {map[string]string{"offcut.vars.json": "{}", "offcut.vars.hcl.json": "{}", "y.auto.tfvars.json": "{}"}, "a.hcl", []string{
			"etc/offcut.vars.hcl.json is not read, as values are not written in JSON: write them as name = value into offcut.vars.hcl, or move",
			"etc/offcut.vars.json is not read, as values are not written in JSON: write them as name = value into offcut.vars.hcl, or move",
			"etc/y.auto.tfvars.json is not read, as values are not written in JSON: write them as name = value into y.auto.vars.hcl, or move",
		}},
		"values in capitals": {map[string]string{"Offcut.vars.hcl": "", "Y.Auto.vars.hcl": "", "auto.vars.hcl": "", "offcut.vars.HCL": ""}, ".", []string{
			"etc/Offcut.vars.hcl is not read, as values are read from offcut.vars.hcl and *.auto.vars.hcl: rename it to offcut.vars.hcl,",
			"etc/Y.Auto.vars.hcl is not read, as values are read from offcut.vars.hcl and *.auto.vars.hcl: rename it to Y.auto.vars.hcl,",
			"etc/auto.vars.hcl is not read, as values are read from offcut.vars.hcl and *.auto.vars.hcl: rename it to offcut.auto.vars.hcl,",
			"etc/offcut.vars.HCL is not read, as values are read from offcut.vars.hcl and *.auto.vars.hcl: rename it to offcut.vars.hcl,",
		}},
		"JSON": {map[string]string{"b.hcl.json": "{}"}, "a.hcl", []string{"etc/b.hcl.json is not read, as rule files are not written in JSON"}},
	} {
		t.Run(name, func(t *testing.T) {
			fsys := fstest.MapFS{"a.hcl": {Data: []byte(rule)}}
			for name, text := range c.beside {
				fsys[name] = &fstest.MapFile{Data: []byte(text)}
			}
			src, err := ReadSource(fsys, c.path, "etc")
			if err != nil {
				t.Fatal(err)
			}
			_, d := Load(src, Values{})
			var got []string
			for _, m := range d.list {
				if strings.HasSuffix(m.Summary, " not read") {
					got = append(got, m.Detail)
				}
			}
			if !slices.EqualFunc(got, c.want, strings.HasPrefix) || d.HasErrors() {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// A file that -var-file names is read, whatever it is called.
func TestReadSource_NamedValuesAreRead(t *testing.T) {
	fsys := ruleFS("a.hcl", "terraform.tfvars", "offcut.tfvars")
	src, err := ReadSource(fsys, ".", ".")
	if err != nil {
		t.Fatal(err)
	}
	_, d := Load(src, Values{Files: []File{{Name: "./terraform.tfvars"}}})
	if text := plainText(t, d); !strings.Contains(text, "offcut.tfvars is not read") || strings.Contains(text, "terraform.tfvars is not read") {
		t.Errorf("got\n%s", text)
	}
}
