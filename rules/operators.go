package rules

import (
	"cmp"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Operators of other languages. HCL's parser takes a word for a value and stops at what
// follows it, so that it tells of a line break or a parenthesis that is missing.

// A foreignOperator marks a message about such an operator, in its Extra, and holds what
// HCL says, which tells nothing of the text.
type foreignOperator struct{ instead *hcl.Diagnostic }

// withOperators says how HCL writes an operator of another language, where its parser
// stopped at one.
func withOperators(diags hcl.Diagnostics, tokens hclsyntax.Tokens) hcl.Diagnostics {
	told := slices.Clone(diags)
	for i, d := range told {
		if d.Subject == nil || !slices.Contains(stopsAtOperators(), d.Summary) {
			continue
		}
		at, found := slices.BinarySearchFunc(tokens, d.Subject.Start.Byte, func(t hclsyntax.Token, start int) int {
			return cmp.Compare(t.Range.Start.Byte, start)
		})
		if !found {
			continue
		}
		if from, to, remedy := operatorAt(tokens, at); remedy != "" {
			told[i] = &hcl.Diagnostic{
				Severity: d.Severity, Summary: "Unsupported operator", Detail: remedy,
				Subject: hcl.RangeBetween(tokens[from].Range, tokens[to].Range).Ptr(), Context: d.Context,
				Extra: foreignOperator{withRemedy(d)},
			}
		}
	}
	return told
}

// stopsAtOperators are the summaries of what HCL's parser says behind a whole expression.
func stopsAtOperators() []string {
	return []string{
		"Missing newline after argument", "Unbalanced parentheses", "Missing item separator", "Missing argument separator", "Missing attribute separator",
		"Missing false expression in conditional", "Invalid 'for' expression", "Extra characters after expression",
		"Extra characters after interpolation expression", "Unsupported operator",
	}
}

// operatorAt returns the operator of another language around a token, from its first token
// to its last, and what to write instead.
func operatorAt(tokens hclsyntax.Tokens, at int) (from, to int, remedy string) {
	word := func(i int) string {
		if i < 0 || i >= len(tokens) {
			return ""
		}
		return string(tokens[i].Bytes)
	}
	joined := func(i int) bool { return tokens[i-1].Range.End.Byte == tokens[i].Range.Start.Byte }
	switch last := min(at+1, len(tokens)-1); {
	case word(at-1) == "not" && word(at) == "in":
		return at - 1, at, "Write !contains(list, value) instead of value not in list."
	case word(at-1) == "not":
		return at - 1, at - 1, "Write !(...) instead of the word not."
	case word(at) == "not" && word(last) == "in":
		return at, last, "Write !contains(list, value) instead of value not in list."
	case word(at) == "and":
		return at, at, "Write && instead of the word and."
	case word(at) == "or":
		return at, at, "Write || instead of the word or."
	case word(at) == "in":
		return at, at, "Write contains(list, value) instead of value in list."
	case word(at) == "~" && (word(at-1) == "=" || word(at-1) == "!") && joined(at):
		return at - 1, at, matchRemedy(word(at - 1))
	case (word(at) == "=" || word(at) == "!") && word(last) == "~" && joined(last):
		return at, last, matchRemedy(word(at))
	}
	return 0, 0, ""
}

// matchRemedy is what to write instead of an operator that matches a text, by its first
// character.
func matchRemedy(first string) string {
	if first == "!" {
		return "Write !can(regex(pattern, text)) instead of text !~ pattern."
	}
	return "Write can(regex(pattern, text)) instead of text =~ pattern."
}
