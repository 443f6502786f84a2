package rules

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// A ruleFiles reads the files that rules name, from the directory that the caller gave
// and nowhere else. Each is read once, so that a set has one meaning however often it
// is resolved; and none is read once the set is loaded: what a condition names only
// when it meets an upload is an error then.
type ruleFiles struct {
	dir    fs.FS
	prefix string

	mu     sync.Mutex
	sealed bool
	texts  map[string]fileText
}

type fileText struct {
	text string
	err  error
}

// seal ends the reading.
func (r *ruleFiles) seal() { r.setSealed(true) }

// open begins it again.
func (r *ruleFiles) open() { r.setSealed(false) }

func (r *ruleFiles) setSealed(sealed bool) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sealed = sealed
}

// all returns the files that were read, sorted by name.
func (r *ruleFiles) all() []File {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	var files []File
	for name, f := range r.texts {
		if f.err == nil {
			files = append(files, File{Name: path.Join(r.prefix, name), Bytes: []byte(f.text)})
		}
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return files
}

// text returns the text of a file.
func (r *ruleFiles) text(name string) (string, error) {
	clean := path.Clean(name)
	if path.IsAbs(name) || !fs.ValidPath(clean) || strings.Contains(name, "\\") {
		return "", fmt.Errorf("%q does not lie in the directory of the rules: name a file in it, by a path without \"..\" that begins there", cut(name))
	}
	if r == nil || r.dir == nil {
		return "", fmt.Errorf("%q cannot be read: these rules come from no directory", cut(name))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	known, ok := r.texts[clean]
	switch {
	case ok:
		return known.text, known.err
	case r.sealed:
		return "", fmt.Errorf("%q is read too late: files are read when the rules are loaded", cut(name))
	}
	known.text, known.err = readText(r.dir, clean)
	if r.texts == nil {
		r.texts = map[string]fileText{}
	}
	r.texts[clean] = known
	return known.text, known.err
}

func readText(dir fs.FS, name string) (string, error) {
	info, err := fs.Stat(dir, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("there is no file %q in the directory of the rules", cut(name))
	case err == nil && !info.Mode().IsRegular(): // opening a pipe would wait for whoever writes into it
		return "", fmt.Errorf("%q is not a regular file", cut(name))
	}
	var text []byte
	if err == nil {
		text, err = readCapped(dir, name)
	}
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		err = pathErr.Err // the path is the caller's
	}
	switch {
	case err != nil:
		return "", fmt.Errorf("%q cannot be read: %w", cut(name), err)
	case len(text) > maxFileSize:
		return "", fmt.Errorf("%q has more than %d KiB", cut(name), maxFileSize>>10)
	case !utf8.Valid(text):
		return "", fmt.Errorf("%q is not UTF-8 text", cut(name))
	}
	return string(text), nil
}

// fileFunc: file("buckets.txt") is the text of that file.
func fileFunc(files *ruleFiles) function.Function {
	return textFunction([]string{"path"}, cty.String, func(args []string) (cty.Value, error) {
		text, err := files.text(args[0])
		if err != nil {
			return cty.NilVal, function.NewArgError(0, err)
		}
		return cty.StringVal(text), nil
	})
}

// ReadFiles returns the files that the rules read by file(), as far as they are loaded,
// sorted by name.
func (s *Set) ReadFiles() []File { return s.files.all() }
