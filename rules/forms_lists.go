package rules

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

func isList(ty cty.Type) bool { return ty.IsListType() || ty.IsTupleType() || ty.IsSetType() }

// readList reads a list, tuple or set of strings. Messages point at the element
// where the list was written out.
func (l *loader) readList(x *expression, v cty.Value) (any, bool) {
	ty := v.Type()
	if !isList(ty) {
		return nil, l.wrongType(x, v)
	}
	if v.LengthInt() == 0 && !x.arg.maybeNone {
		return nil, l.check(x, "Empty list", fmt.Errorf("the list %q is empty, and empty never means everything. %s",
			x.arg.name, emptyRemedy(x)))
	}
	var texts []text
	written, _ := x.expr.(*hclsyntax.TupleConsExpr)
	for i, e := range v.AsValueSlice() {
		element := *x
		if written != nil && i < len(written.Exprs) {
			element.expr = written.Exprs[i]
		}
		if e = quoted(element.expr, e); e.IsNull() || e.Type() != cty.String {
			l.wrongElement(&element, e)
			continue // the others are worth checking
		}
		texts = append(texts, text{e.AsString(), element.spot()})
	}
	return l.readTexts(x, texts), true
}

// readTexts makes globs of texts where the form wants them.
func (l *loader) readTexts(x *expression, texts []text) any {
	if x.arg.form == formGlobs || x.arg.form == formOneOrGlobs {
		return l.readGlobs(texts)
	}
	return texts
}

// readRegex compiles a regular expression of Go's syntax (RE2).
func (l *loader) readRegex(x *expression, s string) (any, bool) {
	if s == "" {
		return nil, l.check(x, "Empty regular expression", errors.New("an empty regular expression fits everything, and empty never means everything. Write name_glob = \"*\" for all buckets"))
	}
	regex, err := regexp.Compile(s)
	var bad *syntax.Error
	if errors.As(err, &bad) {
		err = fmt.Errorf("%q is no regular expression: %s: %q. It is written in RE2's syntax, which has no look-around and no back references", cut(s), bad.Code, cut(bad.Expr))
	}
	return regex, l.check(x, "Invalid regular expression", err)
}

func emptyRemedy(x *expression) string {
	if x.arg.name == "prefixes" {
		return "List at least one prefix, or write whole_bucket = true instead"
	}
	if x.arg.noneWith != "" {
		return fmt.Sprintf("List at least one name, or write %s = true if there may be none", x.arg.noneWith)
	}
	return "List at least one name"
}

func (l *loader) readGlobs(texts []text) []placedGlob {
	var globs []placedGlob
	for _, t := range texts {
		g, err := ParseGlob(t.s)
		if err != nil {
			l.errorIn(t.at, "Invalid glob", sentence(err.Error()))
			continue
		}
		globs = append(globs, placedGlob{g, t.at})
	}
	return globs
}
