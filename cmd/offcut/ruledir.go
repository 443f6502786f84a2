package main

import (
	"io/fs"
	"os"
)

// A ruleDir is the directory of rule files, as the rules may read text files in it:
// nothing outside can be reached through it, not by a symbolic link either.
type ruleDir string

// Open opens a file of the directory.
func (d ruleDir) Open(name string) (fs.File, error) { return os.OpenInRoot(string(d), name) }

// Stat looks at a file without opening it: opening a pipe would wait.
func (d ruleDir) Stat(name string) (fs.FileInfo, error) {
	root, err := os.OpenRoot(string(d))
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }() // nothing was written
	return root.Stat(name)
}
