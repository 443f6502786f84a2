package rules

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// ConsoleInput is the file name of messages about an expression given to Evaluate.
const ConsoleInput = "<console-input>"

// Evaluate computes an expression with the variables, locals and data blocks of the
// set and the functions of the language, and returns its value in the form that
// Terraform's console has. What depends on buckets that were not listed is not known
// and shown so. "upload" and "plan" are samples with fixed values (see SampleUpload
// and SamplePlan).
//
// The zero Set has functions and samples only. The text is bounded as that of rule
// files is, and so is what it computes.
func (s *Set) Evaluate(text string) (string, Diagnostics) {
	s.files.open()
	defer s.files.seal()
	l := &loader{files: map[string]*hcl.File{}, functions: scopeFunctions{files: s.files}, vars: s.variables, locals: s.locals, data: s.data}
	l.currencies = s.shownCurrencies()
	value, ok := l.evaluateText(text, s)
	problems := l.report()
	if !ok || problems.HasErrors() {
		return "", problems
	}
	shown, fits := formatValue(value)
	if !fits {
		l.errorAt(inputStart(), "Value too large", fmt.Sprintf(
			"The value takes more than %d MiB to show. Ask for a part of it, or for its length.", maxText>>20))
		return "", l.report()
	}
	return shown, problems
}

// inputFile is an input as a file. The end of a heredoc counts only with its line break.
func inputFile(text string) File {
	if strings.Contains(text, "<<") && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return File{Name: ConsoleInput, Bytes: []byte(text)}
}

func inputStart() hcl.Range {
	return hcl.Range{Filename: ConsoleInput, Start: hcl.InitialPos, End: hcl.InitialPos}
}

// evaluateText parses and computes an expression.
func (l *loader) evaluateText(text string, s *Set) (cty.Value, bool) {
	expr := l.parseInput(inputFile(text))
	if expr == nil {
		return cty.NilVal, false
	}
	for _, sample := range s.samples() {
		switch root := sample.later.root; {
		case !namesAny(expr, []string{root}):
		case isName(expr, root):
			return sample.whole, true
		default:
			return l.tryCondition(expr, sample)
		}
	}
	v, _ := l.value(expr, l.scope(expr, nil))
	return v, v != cty.NilVal
}

// whereFacts are what holds for a where in each rule of a set.
type whereFacts struct {
	olderThan time.Duration // no rule judges a younger upload; 0 where there are no rules
	elsewhere bool          // there are rules, and none is about uploads in KS3
	buckets   []string      // of all rules
}

// whereFactsOf are those of the rules of c, as far as they are known; c may be nil.
func whereFactsOf(c *Config) whereFacts {
	if c == nil || len(c.Rules) == 0 {
		return whereFacts{}
	}
	facts := whereFacts{olderThan: c.Rules[0].Stale.OlderThan, elsewhere: true}
	for i := range c.Rules {
		r := &c.Rules[i]
		facts.olderThan = min(facts.olderThan, r.Stale.OlderThan)
		facts.elsewhere = facts.elsewhere && providerKind(r.Provider) != kindKS3
		facts.buckets = append(facts.buckets, r.Scan.Buckets...)
	}
	return facts
}

// A consoleSample is what stands in a console for what conditions are about.
type consoleSample struct {
	later  laterValue
	source laterSource
	whole  cty.Value
	rules  []string // the addresses that plan.rules may name; nil where they are not known
}

// samples are upload and plan. No block says which is meant, and a condition names one.
func (s *Set) samples() []consoleSample {
	upload := sampleSubject()
	where := uploadLater().olderThan(s.tried.olderThan)
	where.inBase64, where.buckets, where.tried = !s.tried.elsewhere, s.tried.buckets, []cty.Type{cty.Bool}
	money := s.shownCurrencies()
	plan := samplePlan(s.config, money)
	assert := planLater(cty.Bool, money)
	assert.tried = []cty.Type{cty.Bool, cty.String}
	var addresses []string
	if s.config != nil {
		addresses = addressesOf(s.config)
	}
	return []consoleSample{
		{where, laterSource{upload: upload}, uploadValue(uploadAttributes(), upload), nil},
		{assert, laterSource{value: plan}, plan, addresses},
	}
}

// isName reports whether an expression is a name alone.
func isName(expr hclsyntax.Expression, name string) bool {
	x, ok := bare(expr).(*hclsyntax.ScopeTraversalExpr)
	return ok && len(x.Traversal) == 1 && x.Traversal.RootName() == name
}

// tryCondition checks an expression over a sample as a condition of a rule file is
// checked, and evaluates it as one, so that what was tried here is no surprise there. One
// of another type may be a part of a condition.
func (l *loader) tryCondition(expr hclsyntax.Expression, sample consoleSample) (cty.Value, bool) {
	terms := l.termsOf(expr, nil, sample.later)
	null, ok := terms.look()
	if sample.rules != nil {
		l.checkRuleNames(expr, sample.rules)
	}
	switch {
	case null:
		return l.value(expr, terms.ctx)
	case !ok || l.diags.HasErrors():
		return cty.NilVal, false
	}
	c := terms.condition()
	if c == nil {
		return cty.NilVal, false
	}
	e := c.evaluator()
	e.whole = true // so that messages tell what its attributes are
	v, diags := e.evaluate(sample.source)
	terms.report(expr, diags)
	switch {
	case diags.HasErrors():
		return cty.NilVal, false
	case e.met.last != nil:
		terms.errorMistake(terms.expr, e.met.last)
		return cty.NilVal, false
	case e.effort.exhausted():
		l.errorIn(terms.spot(), "Values too large", fmt.Sprintf(
			"A condition computes at most %d MiB of values for each upload or plan, but this one computes more. Look for loops in loops.", maxConditionEffort>>20))
		return cty.NilVal, false
	}
	return v, true
}

// parseInput reads one expression, after its limits were checked.
func (l *loader) parseInput(f File) hclsyntax.Expression {
	if len(f.Bytes) > maxFileSize {
		l.errorAt(inputStart(), "Expression too long", fmt.Sprintf(
			"The expression has more than %d KiB. Put what is large into a variable, with -var-file.", maxFileSize>>10))
		return nil
	}
	if d := checkSize(f); d != nil {
		l.diags = append(l.diags, d)
		return nil
	}
	l.files[f.Name] = &hcl.File{Bytes: f.Bytes}
	tokens, _ := hclsyntax.LexExpression(f.Bytes, f.Name, hcl.InitialPos)
	l.findSecrets(lex(tokens))
	expr, diags := parsed(l, tokens, func() (hclsyntax.Expression, hcl.Diagnostics) {
		expr, diags := hclsyntax.ParseExpression(f.Bytes, f.Name, hcl.InitialPos)
		if !diags.HasErrors() {
			diags = doubleKeys(expr)
		}
		return expr, inInput(diags, tokens)
	})
	if diags.HasErrors() {
		return nil
	}
	return expr
}

// inInput says "input" where HCL says "file", and of an expression that ends too early
// behind what.
func inInput(diags hcl.Diagnostics, tokens hclsyntax.Tokens) hcl.Diagnostics {
	told := slices.Clone(diags)
	for i, d := range told {
		if !strings.Contains(d.Detail, "the end of the file") {
			continue
		}
		here := *d
		here.Detail = strings.ReplaceAll(d.Detail, "the end of the file", "the end of the input")
		last := len(tokens) - 1
		for last >= 0 && (tokens[last].Type == hclsyntax.TokenEOF || tokens[last].Type == hclsyntax.TokenNewline || tokens[last].Type == hclsyntax.TokenComment) {
			last--
		}
		if d.Summary == "Missing expression" && last >= 0 {
			here.Detail = fmt.Sprintf("Nothing stands behind %q.", cut(string(tokens[last].Bytes)))
		}
		told[i] = &here
	}
	return told
}

// GoesOn reports whether an expression that begins with this text may go on in the
// next line: a bracket, a template or a heredoc is open. until is a text without which
// no line can close it. What is closed by the wrong bracket, or is too long, does not
// go on: Evaluate says what is wrong with it.
func GoesOn(text string) (until string, ok bool) {
	f := inputFile(text)
	if checkSize(f) != nil {
		return "", false
	}
	tokens, _ := hclsyntax.LexExpression(f.Bytes, f.Name, hcl.InitialPos)
	if checkDepth(tokens) != nil {
		return "", false
	}
	var open []hclsyntax.Token
	for _, t := range tokens {
		if t.Type == hclsyntax.TokenInvalid || t.Type == hclsyntax.TokenBadUTF8 {
			return "", false // such as an arrow key's, whose bracket opens nothing
		}
		if closerOf(t.Type) != 0 {
			open = append(open, t)
			continue
		}
		if !isCloser(t.Type) {
			continue
		}
		if len(open) == 0 || closerOf(open[len(open)-1].Type) != t.Type {
			return "", false
		}
		open = open[:len(open)-1]
	}
	if len(open) == 0 {
		return "", false
	}
	return closingText(open[len(open)-1])
}

// closingText is what closes an opening token in a later line. A text in quotes ends
// with its line.
func closingText(opener hclsyntax.Token) (string, bool) {
	switch opener.Type {
	case hclsyntax.TokenOBrack:
		return "]", true
	case hclsyntax.TokenOParen:
		return ")", true
	case hclsyntax.TokenOHeredoc:
		return string(bytes.TrimSpace(bytes.TrimLeft(opener.Bytes, "<-"))), true
	case hclsyntax.TokenOQuote:
		return "", false
	}
	return "}", true
}

// sampleAccount is the account 73404680 as KS3 tells it.
const sampleAccount = "NzM0MDQ2ODA="

// SampleUpload is what "upload" stands for in a console: an upload of 3 parts that was
// begun 8 days before now, and whose newest part is 2 days old.
func SampleUpload(now time.Time) (Upload, Parts) {
	const day = 24 * time.Hour
	u := Upload{
		Provider: kindKS3, Bucket: "media-prod", Key: "raw/cam-1/2026-11-22.mp4", ID: "0123456789abcdef0123456789abcdef",
		Initiated: now.Add(-8 * day), StorageClass: "STANDARD", Owner: sampleAccount, Initiator: sampleAccount,
	}
	return u, Parts{Count: 3, Bytes: 3 * 64 << 20, Newest: now.Add(-2 * day)}
}

// sampleSubject is SampleUpload as conditions see it.
func sampleSubject() *subject {
	now := time.Unix(1<<30, 0) // whatever it is: only ages are told
	u, p := SampleUpload(now)
	return &subject{upload: &u, parts: &p, age: Age(&u, now), idle: Idle(&u, &p, now)}
}

// shownCurrencies are those that a console knows: without rules, or where they do not
// say, those of the built-in prices.
func (s *Set) shownCurrencies() currencies {
	if s.currencies.known {
		return s.currencies
	}
	return currencies{known: true, codes: []string{DefaultPrices(kindKS3).Currency}}
}

// SamplePlan is what "plan" stands for in a console: a plan that lists 100 uploads, all
// of them of the first rule, and would abort 12, which cost a little in every currency.
func SamplePlan(c *Config) PlanFacts {
	facts := PlanFacts{
		Abort: PlanAmount{Uploads: 12, Bytes: 3 << 30, Parts: 48}, Listed: 100,
		Kept:   map[Reason]int64{KeepYoung: 60, KeepActive: 20, KeepProtected: 8},
		Scopes: map[string]int64{PlanScopes()[0]: 1},
		Rules:  map[string]PlanRuleFact{},
	}
	facts.Abort.MonthlyCost = map[string]float64{}
	for _, code := range c.currencies.codes {
		facts.Abort.MonthlyCost[code] = 0.072 // 3 GiB at the built-in price
	}
	if len(c.Rules) > 0 {
		facts.Rules[c.Rules[0].Address] = PlanRuleFact{Abort: facts.Abort, Listed: facts.Listed}
	}
	return facts
}

// samplePlan is the sample as a value. Without a Config, as where buckets are still to
// be found, it has no rules, and money in the given currencies.
func samplePlan(c *Config, money currencies) cty.Value {
	if c == nil {
		c = &Config{currencies: money}
	}
	return c.planValue(SamplePlan(c))
}
