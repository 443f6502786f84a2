package rules

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// ReadSource collects the rule and value files of one directory: every *.hcl
// except *.vars.hcl, *.test.hcl and *.emulator.hcl. Files whose name begins with a
// dot are left alone. Where path names a file, that file alone is the rules; the
// value files beside it are read all the same, and the rule files beside it for what
// they would protect. prefix is the directory that goes before the names, for
// messages.
func ReadSource(fsys fs.FS, name, prefix string) (Source, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return Source{}, fmt.Errorf("read rules: %w", err)
	}
	r := sourceReader{fsys: fsys, prefix: prefix, dir: name}
	named := ""
	if !info.IsDir() {
		r.dir, named = path.Dir(name), path.Base(name)
	}
	files, err := r.files(func(file string) fileKind { return kindBeside(file, named) })
	if err != nil {
		return Source{}, err
	}
	misnamed := files[misnamedFile]
	if len(files[terraformFile]) > 0 { // and its values
		misnamed = slices.DeleteFunc(misnamed, func(file string) bool { return strings.Contains(file, tfvars) })
	}
	src := Source{Prefix: prefix, Overlooked: r.paths(misnamed), Beside: r.readable(files[fileBeside])}
	if named != "" {
		files[ruleFile] = []string{named}
	}
	if src.Rules, err = r.read(files[ruleFile]); err != nil {
		return Source{}, err
	}
	src.Vars, err = r.read(append(files[mainValues], files[autoValues]...))
	return src, err
}

// A fileKind is what a file is by its name.
type fileKind uint8

const (
	otherFile     fileKind = iota // left alone
	ruleFile                      // also a file of tests, where those are read
	fileBeside                    // a rule file beside the one that was named
	mainValues                    // read before the others
	autoValues                    // values that are read by themselves
	misnamedFile                  // comes near: somebody may believe that it is read
	terraformFile                 // left alone
)

// valuesSuffix ends the names of files of values.
const valuesSuffix = ".vars.hcl"

// kindBeside is the kind of a file, where named is the one that alone is the rules, or "".
func kindBeside(file, named string) fileKind {
	lower := strings.ToLower(file)
	switch {
	case file == named, strings.HasPrefix(file, "."):
		return otherFile
	case file == "offcut.vars.hcl":
		return mainValues
	case strings.HasSuffix(file, ".auto.vars.hcl"):
		return autoValues
	case valuesMeant(file) != "":
		return misnamedFile
	case strings.HasSuffix(file, ".tf"), strings.HasSuffix(file, ".tf.json"), strings.HasSuffix(file, ".tofu"):
		return terraformFile
	case strings.HasSuffix(file, valuesSuffix), strings.HasSuffix(file, testSuffix), strings.HasSuffix(file, ".emulator.hcl"):
		return otherFile
	case strings.HasSuffix(file, ".hcl") && named != "":
		return fileBeside
	case strings.HasSuffix(file, ".hcl"):
		return ruleFile
	case strings.HasSuffix(lower, ".hcl"), strings.HasSuffix(lower, ".hcl.json"):
		return misnamedFile
	}
	return otherFile
}

// tfvars ends the names of Terraform's files of values.
const tfvars = ".tfvars"

// valuesMeant is the name that a file of values needs to be read by itself, where the name
// of file comes near to one; else "".
func valuesMeant(file string) string {
	name := strings.TrimSuffix(strings.ToLower(file), ".json")
	stem := name
	for _, ending := range []string{valuesSuffix, ".vars", tfvars} {
		stem = strings.TrimSuffix(stem, ending)
	}
	meant := ""
	switch {
	case stem == name:
	case stem == "offcut", stem == "terraform" && name == stem+tfvars:
		meant = "offcut" + valuesSuffix
	case stem == "auto":
		meant = "offcut.auto" + valuesSuffix
	case strings.HasSuffix(stem, ".auto"):
		meant = file[:len(stem)-len(".auto")] + ".auto" + valuesSuffix
	}
	return meant
}

type sourceReader struct {
	fsys        fs.FS
	dir, prefix string
}

// files lists the names in the directory by their kinds, sorted. A directory with such a
// name is left alone, and what else is no regular file is refused where it would be read.
func (r sourceReader) files(kind func(name string) fileKind) (map[fileKind][]string, error) {
	entries, err := fs.ReadDir(r.fsys, r.dir)
	if err != nil {
		return nil, fmt.Errorf("read rules: %w", err)
	}
	files := map[fileKind][]string{}
	for _, e := range entries {
		name := e.Name()
		k := kind(name)
		if k == otherFile || e.IsDir() {
			continue
		}
		if k == ruleFile || k == mainValues || k == autoValues {
			info, err := fs.Stat(r.fsys, path.Join(r.dir, name))
			switch {
			case err != nil:
				return nil, fmt.Errorf("read rules: %w", err)
			case info.IsDir():
				continue
			case !info.Mode().IsRegular(): // opening a pipe would wait for whoever writes into it
				return nil, fmt.Errorf("read rules: %s is not a regular file: remove it from the directory, or name the rule file itself", path.Join(r.prefix, name))
			}
		}
		files[k] = append(files[k], name)
	}
	return files, nil
}

func (r sourceReader) read(names []string) ([]File, error) {
	var files []File
	for _, name := range names {
		b, err := readCapped(r.fsys, path.Join(r.dir, name))
		if err != nil {
			return nil, fmt.Errorf("read rules: %w", err)
		}
		files = append(files, File{Name: path.Join(r.prefix, name), Bytes: b})
	}
	return files, nil
}

// readable reads files that are not the rules: one that cannot be read has no bytes, and
// what is no regular file is left out.
func (r sourceReader) readable(names []string) []File {
	var files []File
	for _, name := range names {
		info, err := fs.Stat(r.fsys, path.Join(r.dir, name))
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		b, err := readCapped(r.fsys, path.Join(r.dir, name))
		if err != nil {
			b = nil
		}
		files = append(files, File{Name: path.Join(r.prefix, name), Bytes: b})
	}
	return files
}

// paths are names as messages write them.
func (r sourceReader) paths(names []string) []string {
	var paths []string
	for _, name := range names {
		paths = append(paths, path.Join(r.prefix, name))
	}
	return paths
}

// readCapped reads one byte more than a file may have at most, so that a file
// that is too large is recognised without being held in memory.
func readCapped(fsys fs.FS, name string) (b []byte, err error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return io.ReadAll(io.LimitReader(f, maxFileSize+1))
}
