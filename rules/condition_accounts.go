package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// warnAccounts warns where a where compares an account of KS3 with a decimal number.
// KS3 tells accounts in Base64, so that == would never hold and != always would: the
// uploads of an account that is to be spared would not be.
func (l *loader) warnAccounts(stale *block, provider string) {
	if kind, _, _ := strings.Cut(provider, "."); kind != kindKS3 || stale == nil || stale.spots["where"].ctx == nil {
		return
	}
	where := stale.spots["where"]
	expr, ok := where.expr.(hclsyntax.Expression)
	if !ok {
		return
	}
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		account, others := comparedAccount(n)
		for _, other := range others {
			if l.namesNumber(other, where.ctx) {
				l.warnIn(spot{at: other.Range(), expr: other, ctx: where.ctx}, "Account that is not in Base64", fmt.Sprintf(
					"%s is what the store tells, and KS3 tells the ids of accounts in Base64, so that it never equals a number. Write base64encode(...) around each id, or compare with the text that plans show.", account))
			}
		}
		return nil
	})
}

// comparedAccount returns which account of an upload an expression compares, and what
// with.
func comparedAccount(n hclsyntax.Node) (account string, others []hclsyntax.Expression) {
	var all []hclsyntax.Expression
	switch x := n.(type) {
	case *hclsyntax.BinaryOpExpr:
		if x.Op == hclsyntax.OpEqual || x.Op == hclsyntax.OpNotEqual {
			all = []hclsyntax.Expression{x.LHS, x.RHS}
		}
	case *hclsyntax.FunctionCallExpr:
		if x.Name == "contains" {
			all = x.Args
		}
	}
	for _, expr := range all {
		v, ok := bare(expr).(*hclsyntax.ScopeTraversalExpr)
		if !ok || !slices.Contains([]string{"upload.owner", "upload.initiator"}, traversalText(v.Traversal)) {
			others = append(others, expr)
			continue
		}
		account = traversalText(v.Traversal)
	}
	if account == "" {
		return "", nil
	}
	return account, others
}

// namesNumber reports whether an expression is a text of digits alone, or a list that
// holds one.
func (l *loader) namesNumber(expr hclsyntax.Expression, ctx *hcl.EvalContext) bool {
	v, diags := l.effort.counted(expr).Value(ctx)
	if diags.HasErrors() {
		return false
	}
	v = unmarked(v)
	if text, known := textOf(v); known {
		return isNumber(text)
	}
	if v.IsNull() || !v.IsKnown() || !v.CanIterateElements() {
		return false
	}
	for _, element := range v.Elements() {
		if text, known := textOf(unmarked(element)); known && isNumber(text) {
			return true
		}
	}
	return false
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
