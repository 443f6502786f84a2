package rules

import (
	"sort"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// parseRules reads the rule files in the order of their names and returns their
// bodies. When one of them cannot be read, l.incomplete is set.
func (l *loader) parseRules(files []File) []*hclsyntax.Body {
	files = append([]File(nil), files...)
	sort.SliceStable(files, func(i, j int) bool { return files[i].Name < files[j].Name })
	var bodies []*hclsyntax.Body
	for _, f := range files {
		body := l.parse(f)
		if body == nil {
			l.incomplete = true
			continue
		}
		bodies = append(bodies, body)
	}
	return bodies
}

// parse reads one file, after its limits were checked. It returns nil when the
// text could not be parsed to something that can be read on.
func (l *loader) parse(f File) *hclsyntax.Body {
	if d := checkSize(f); d != nil {
		l.diags = append(l.diags, d)
		return nil
	}
	l.files[f.Name] = &hcl.File{Bytes: f.Bytes}
	if d := checkNesting(f); d != nil {
		l.diags = append(l.diags, d)
		return nil
	}
	file, diags := hclsyntax.ParseConfig(f.Bytes, f.Name, hcl.InitialPos)
	l.diags = append(l.diags, diags...)
	if file == nil {
		return nil
	}
	l.files[f.Name] = file
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok || diags.HasErrors() {
		// Half a file would bring messages about what only seems to be missing.
		return nil
	}
	return body
}
