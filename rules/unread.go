package rules

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// warnUnread warns of files that somebody may believe to be read: where they hold a
// protect, what it is to keep is not kept, and where they hold values, the defaults count.
// named are the files of values that were named.
func (l *loader) warnUnread(src Source, named []File) {
	for _, f := range src.Beside {
		protects, whole := protectsIn(f)
		if len(protects) == 0 && whole {
			continue
		}
		holds := "and whether it holds protect blocks cannot be told"
		if len(protects) > 0 {
			holds = "and holds " + enumerate(protects, "and")
		}
		l.warnNowhere("Protects that are not read", fmt.Sprintf(
			"%s lies beside %s, %s. It is not read, because one file was named, so that nothing in it protects anything here. "+
				"Name the directory (%s) instead of the file, or write the protects into the file.",
			f.Name, src.Rules[0].Name, holds, path.Dir(f.Name)))
	}
	for _, name := range src.Overlooked {
		if !slices.ContainsFunc(named, func(f File) bool { return path.Clean(filepath.ToSlash(f.Name)) == name }) {
			l.warnNowhere("File that is not read", fmt.Sprintf("%s is not read, as %s, or move it out of the directory.", name, whyUnread(name)))
		}
	}
}

// whyUnread says why a file whose name comes near is not read, and what to do.
func whyUnread(name string) string {
	isJSON := strings.HasSuffix(strings.ToLower(name), ".json")
	switch meant := valuesMeant(path.Base(name)); {
	case meant != "" && isJSON:
		return "values are not written in JSON: write them as name = value into " + meant
	case meant != "":
		return fmt.Sprintf("values are read from offcut.vars.hcl and *.auto.vars.hcl: rename it to %s, name it with -var-file", meant)
	case isJSON:
		return "rule files are not written in JSON: write it in HCL, in a file whose name ends in .hcl"
	}
	return "the names of rule files end in .hcl, in small letters: rename it"
}

// protectsIn lists the protect blocks of a rule file, and reports whether it could be
// read to its end.
func protectsIn(f File) (addresses []string, whole bool) {
	if f.Bytes == nil || checkSize(f) != nil {
		return nil, false
	}
	tokens, _ := hclsyntax.LexConfig(f.Bytes, f.Name, hcl.InitialPos)
	if checkDepth(tokens) != nil {
		return nil, false
	}
	file, diags := hclsyntax.ParseConfig(f.Bytes, f.Name, hcl.InitialPos)
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok {
		return nil, false
	}
	for _, b := range body.Blocks {
		if b.Type == "protect" {
			addresses = append(addresses, strings.Join(append([]string{b.Type}, b.Labels...), "."))
		}
	}
	return addresses, !diags.HasErrors()
}
