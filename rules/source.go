package rules

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"sort"
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
	var rules []string
	if !info.IsDir() {
		r.dir, r.named = path.Dir(name), path.Base(name)
		rules = []string{path.Base(name)}
	}
	all, err := r.names(func(file string) bool {
		return isMainVars(file) || isAutoVars(file) || info.IsDir() && isRuleFile(file)
	})
	if err != nil {
		return Source{}, err
	}
	if info.IsDir() {
		rules = keep(all, isRuleFile)
	}
	vars := append(keep(all, isMainVars), keep(all, isAutoVars)...)
	vars = without(vars, rules)

	src := Source{Prefix: prefix}
	if src.Rules, err = r.read(rules); err != nil {
		return Source{}, err
	}
	if src.Vars, err = r.read(vars); err != nil {
		return Source{}, err
	}
	if !info.IsDir() {
		src.Beside = r.beside()
	}
	src.Overlooked, err = r.overlooked()
	return src, err
}

// beside reads the rule files beside the one that was named. They are not the rules:
// one that cannot be read has no bytes.
func (r sourceReader) beside() []File {
	entries, _ := fs.ReadDir(r.fsys, r.dir) // it was read before
	var files []File
	for _, e := range entries {
		name := e.Name()
		if strings.HasPrefix(name, ".") || !strings.HasSuffix(name, ".hcl") || !isRuleFile(name) || name == r.named {
			continue
		}
		info, err := fs.Stat(r.fsys, path.Join(r.dir, name))
		if err != nil || !info.Mode().IsRegular() { // a directory, or what opening would wait for
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

// overlooked lists the files whose names come near to those of rule files: somebody may
// believe that they are read.
func (r sourceReader) overlooked() ([]string, error) {
	entries, err := fs.ReadDir(r.fsys, r.dir)
	if err != nil {
		return nil, fmt.Errorf("read rules: %w", err)
	}
	var names []string
	for _, e := range entries {
		lower := strings.ToLower(e.Name())
		isOdd := strings.HasSuffix(lower, ".hcl") && !strings.HasSuffix(e.Name(), ".hcl") || strings.HasSuffix(lower, ".hcl.json")
		if isOdd && !e.IsDir() && !strings.HasPrefix(lower, ".") && e.Name() != r.named {
			names = append(names, path.Join(r.prefix, e.Name()))
		}
	}
	return names, nil
}

type sourceReader struct {
	fsys        fs.FS
	dir, prefix string
	named       string // the file that was named instead of a directory, whatever it is
}

// names lists the files of the directory that are wanted, sorted. What else has
// such a name is a directory, which is left alone, or is refused.
func (r sourceReader) names(wanted func(string) bool) ([]string, error) {
	entries, err := fs.ReadDir(r.fsys, r.dir)
	if err != nil {
		return nil, fmt.Errorf("read rules: %w", err)
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() || strings.HasPrefix(e.Name(), ".") || !strings.HasSuffix(e.Name(), ".hcl") || !wanted(e.Name()) || e.Name() == r.named {
			continue
		}
		info, err := fs.Stat(r.fsys, path.Join(r.dir, e.Name()))
		if err != nil {
			return nil, fmt.Errorf("read rules: %w", err)
		}
		if info.IsDir() {
			continue
		}
		// Opening a pipe would wait for whoever writes into it.
		if !info.Mode().IsRegular() {
			return nil, fmt.Errorf("read rules: %s is not a regular file: remove it from the directory, or name the rule file itself", path.Join(r.prefix, e.Name()))
		}
		names = append(names, e.Name())
	}
	sort.Strings(names)
	return names, nil
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

func isMainVars(name string) bool { return name == "offcut.vars.hcl" }
func isAutoVars(name string) bool { return strings.HasSuffix(name, ".auto.vars.hcl") }

func isRuleFile(name string) bool {
	for _, other := range []string{".vars.hcl", ".test.hcl", ".emulator.hcl"} {
		if strings.HasSuffix(name, other) {
			return false
		}
	}
	return true
}

func keep(names []string, want func(string) bool) []string {
	var kept []string
	for _, n := range names {
		if want(n) {
			kept = append(kept, n)
		}
	}
	return kept
}

func without(names, drop []string) []string {
	return keep(names, func(n string) bool {
		for _, d := range drop {
			if n == d {
				return false
			}
		}
		return true
	})
}
