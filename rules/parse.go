package rules

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

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

// parse reads one rule file, after its limits were checked. It returns nil when the
// text could not be parsed to something that can be read on.
func (l *loader) parse(f File) *hclsyntax.Body {
	body := l.parseText(f, l.findSensitive)
	switch {
	case body != nil:
	case l.files[f.Name] == nil:
		l.allSensitive = true
	default:
		l.hideBroken(f)
	}
	return body
}

// parseValues is parse for a file of values.
func (l *loader) parseValues(f File) *hclsyntax.Body {
	if d := refuseJSON(f); d != nil {
		l.diags = append(l.diags, d)
		return nil
	}
	body := l.parseText(f, l.findGiven)
	if body == nil {
		l.hideValues(f)
	}
	return body
}

// parseText parses a file, and looks for what messages about it must not show.
func (l *loader) parseText(f File, findMore func(lexed)) *hclsyntax.Body {
	if d := cmp.Or(checkSize(f), refuseWide(f)); d != nil {
		l.diags = append(l.diags, d)
		return nil
	}
	l.files[f.Name] = &hcl.File{Bytes: f.Bytes}
	tokens, _ := hclsyntax.LexConfig(f.Bytes, f.Name, hcl.InitialPos)
	x := lex(tokens)
	l.findSecrets(x)
	findMore(x)
	file, diags := parsed(l, tokens, func() (*hcl.File, hcl.Diagnostics) {
		l.warnOfForms(tokens)
		return hclsyntax.ParseConfig(f.Bytes, f.Name, hcl.InitialPos)
	})
	if file == nil {
		return nil
	}
	l.files[f.Name] = file
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok || diags.HasErrors() {
		// Half a file would bring messages about what only seems to be missing.
		return nil
	}
	l.diags = append(l.diags, doubleKeys(body)...)
	return body
}

// parsed is what parse makes of a text whose tokens may be given to HCL's parser. It
// reports what is wrong with them, or with the text, and what to do.
func parsed[T any](l *loader, tokens hclsyntax.Tokens, parse func() (T, hcl.Diagnostics)) (T, hcl.Diagnostics) {
	var none T
	diags := hcl.Diagnostics{}
	if d := checkDepth(tokens); d != nil {
		diags = append(diags, d)
	} else { // HCL's own words on these name another place, or something else
		diags = slices.Concat(unquotedUnits(tokens), openHeredocs(tokens))
	}
	if len(diags) > 0 {
		l.diags = append(l.diags, diags...)
		return none, diags
	}
	made, diags := parse()
	l.diags = append(l.diags, allWithRemedies(withOperators(diags, tokens))...)
	return made, diags
}

// unquotedUnits reports durations and sizes that are not in quotes, and numbers in a form
// that HCL does not have.
func unquotedUnits(tokens hclsyntax.Tokens) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for i := 1; i < len(tokens); i++ {
		number, unit := tokens[i-1], tokens[i]
		if number.Type != hclsyntax.TokenNumberLit || unit.Type != hclsyntax.TokenIdent || number.Range.End.Byte != unit.Range.Start.Byte {
			continue
		}
		text := string(number.Bytes) + string(unit.Bytes)
		told := &hcl.Diagnostic{
			Severity: hcl.DiagError, Summary: "Missing quotes", Subject: hcl.RangeBetween(number.Range, unit.Range).Ptr(),
			Detail: fmt.Sprintf("Write it in quotes: durations and sizes stand in quotes: %q.", cut(text)),
		}
		switch _, err := strconv.ParseUint(text, 0, 64); {
		case strings.Trim(text, "0123456789_") == "":
			told.Summary, told.Detail = "Invalid number literal", "Numbers have no separators: write the digits without underscores."
		case err == nil:
			told.Summary, told.Detail = "Invalid number literal", "Numbers are decimal, and neither hexadecimal, octal nor binary: write it in decimal digits."
		}
		diags = append(diags, told)
	}
	return diags
}

// openHeredocs reports the heredoc that goes on to the end of the file, at its
// beginning.
func openHeredocs(tokens hclsyntax.Tokens) hcl.Diagnostics {
	var open []hclsyntax.Token
	for _, t := range tokens {
		switch {
		case t.Type == hclsyntax.TokenOHeredoc:
			open = append(open, t)
		case t.Type == hclsyntax.TokenCHeredoc && len(open) > 0:
			open = open[:len(open)-1]
		}
	}
	if len(open) == 0 {
		return nil
	}
	first := open[0]
	name := cut(string(bytes.TrimSpace(bytes.TrimLeft(first.Bytes, "<-"))))
	at := first.Range
	at.End = hcl.Pos{Line: at.Start.Line, Column: at.Start.Column + 2, Byte: at.Start.Byte + 2} // the token holds the line break
	return hcl.Diagnostics{{
		Severity: hcl.DiagError, Summary: "Unterminated heredoc", Subject: &at,
		Detail: fmt.Sprintf("The text that begins here goes on to the end of the file. Write %q alone on a line below its last line.", name),
	}}
}
