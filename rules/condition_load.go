package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// A laterValue is what conditions of some blocks are about: it comes when the rules
// are loaded and forgotten.
type laterValue struct {
	root string   // "upload"
	typ  cty.Type // an object
	want cty.Type // of the condition's value
	// always says what it means that a condition has one value for all: by that value.
	always map[bool]string
	// least holds numbers of it that are never below these, by name; others are never
	// below 0.
	least map[string]cty.Value
	// absent says more than the general words about an attribute that the object behind
	// a name does not have, or nothing; it may be nil.
	absent func(of, name string) (summary, detail string)
	// lateKey says what is wrong about a key into the object behind a name that follows
	// from what comes later, or nothing; it may be nil.
	lateKey func(of string) (summary, detail string)
	// currencies are those that amounts of money in it are in.
	currencies []string
	// inBase64: the accounts of it are those of KS3, which tells them in Base64.
	inBase64 bool
	// buckets are those that it may lie in, as far as they are known.
	buckets []string
	// onlyBuckets are the same, where its rule names them and no value can change them.
	onlyBuckets []string
	// tried are the types that conditions over it have, where the expression stands in no
	// block and may have any: want follows from its value then.
	tried []cty.Type
}

// uploadRoot is what a where calls its upload.
const uploadRoot = "upload"

func (v *laterValue) isUpload() bool { return v.root == uploadRoot }

// uploadLater is what a where is about.
func uploadLater() laterValue {
	return laterValue{root: uploadRoot, typ: uploadType(), want: cty.Bool, always: map[bool]string{
		true:  "so that it takes no upload out of the rule. Remove it, or compare an attribute of upload",
		false: "so that the rule keeps every upload. Compare an attribute of upload, or remove the rule",
	}}
}

// olderThan is v of uploads that are not younger than age: those are kept before a where
// is looked at.
func (v laterValue) olderThan(age time.Duration) laterValue {
	v.least = map[string]cty.Value{"age": cty.NumberFloatVal(age.Seconds())}
	return v
}

// condition reads the argument name of b as an expression over what comes later. It
// returns nil where there is none, or after reporting what is wrong with it.
func (l *loader) condition(b *block, name string, later laterValue) *Condition {
	attr := b.args[name]
	if attr == nil {
		return nil
	}
	terms := l.termsOf(attr.Expr, b.bound, later)
	b.spots[name] = terms.spot()
	switch null, ok := terms.look(); {
	case null:
		delete(b.args, name) // as if it had not been written
		return nil
	case !ok, later.want == cty.String && !l.mayBeShown(b, name, terms.ctx):
		return nil
	}
	return terms.condition()
}

// warnNull warns about a condition that is null by a value: nobody sees in the rule that
// it is not narrowed. A null that is written there, or chosen, is meant.
func (l *loader) warnNull(expr hclsyntax.Expression, at spot) {
	if writtenNull(expr) {
		return
	}
	l.warnIn(at, "Condition that is null",
		"This is null, which counts as not written, so that it narrows nothing. If that is meant, write the null where it can be seen, as in var.narrow ? upload.size > 0 : null.")
}

// mayBeShown reports a message that is sensitive or empty.
func (l *loader) mayBeShown(b *block, name string, ctx *hcl.EvalContext) bool {
	expr := b.args[name].Expr
	v, _ := l.effort.counted(expr).Value(ctx)
	x := &expression{expr: expr, arg: *b.kind.argument(name), ctx: ctx}
	if isSensitive(v) {
		l.refuseSensitive(b, x)
		return false
	}
	if text, known := textOf(v); known && strings.TrimSpace(text) == "" {
		l.errorIn(x.spot(), "Empty message", "This says nothing where the condition is false. Write what is wrong and what to do.")
		return false
	}
	return true
}

// isNull reports whether an expression is null, whatever comes later. An operator has
// no such value.
func (l *loader) isNull(expr hclsyntax.Expression, ctx *hcl.EvalContext) bool {
	switch bare(expr).(type) {
	case *hclsyntax.BinaryOpExpr, *hclsyntax.UnaryOpExpr:
		return false
	}
	v, diags := l.effort.counted(expr).Value(ctx)
	return !diags.HasErrors() && v.IsKnown() && v.IsNull()
}

// condition makes a condition of what look found nothing wrong with, and warns about it.
func (c *termChecker) condition() *Condition {
	at := c.expr.Range()
	alone := c.parsedAgain(c.expr)
	if alone == nil {
		c.errorAt(at, "Condition that cannot stand alone", "This can only be read together with the lines around it. Put it in parentheses.")
		return nil
	}
	if !c.evaluates(alone, &at) {
		return nil
	}
	if !c.later.isUpload() || !c.warnUnits() { // with the right unit it may change
		c.warnConstant(c.expr, c.ctx, c.later)
	}
	if c.later.isUpload() {
		c.warnChains()
		c.warnTexts()
	}
	c.checkMixed()
	delete(c.ctx.Variables, c.later.root)
	made := &Condition{source: c.sourceOf(c.expr), expr: c.expr, at: at, ctx: c.ctx, later: c.later.root, want: c.later.want, loose: c.loose}
	made.text, made.secret = conditionText(made), usesSensitive(c.expr, c.ctx)
	if c.later.isUpload() {
		made.names = namedAttributes(c.expr, c.later.root)
	}
	made.late = slices.ContainsFunc(made.names, func(a uploadAttribute) bool { return a.late })
	return made
}

// evaluates evaluates the expression as it is evaluated later, before anything of that is
// known, and reports what is wrong with it.
func (c *termChecker) evaluates(alone hclsyntax.Expression, at *hcl.Range) bool {
	var met mistakes
	strictTypes(alone, &met)
	child := c.ctx.NewChild()
	child.Variables = map[string]cty.Value{c.later.root: cty.UnknownVal(c.later.typ)}
	child.Functions = strictCalls(c.loose, alone, met.note)
	_, diags := c.effort.counted(alone).Value(child)
	switch {
	case diags.HasErrors():
		(&termChecker{loader: c.loader, ctx: child, later: c.later}).report(c.expr, diags)
		return false
	case met.last != nil: // try or can hides it
		c.errorMistake(c.placeOf(met.last), met.last)
		return false
	}
	return c.fits(at) // or what it computes is cut short, and was not looked at
}

// namedAttributes returns the attributes of upload that an expression names, and all
// of them where it may name any.
func namedAttributes(expr hcl.Expression, root string) []uploadAttribute {
	all, named := uploadAttributes(), map[string]bool{}
	for _, t := range expr.Variables() {
		if t.RootName() != root {
			continue
		}
		if len(t) < 2 {
			return all
		}
		name, ok := stepName(t[1])
		if !ok {
			return all
		}
		named[name] = true
	}
	return slices.DeleteFunc(all, func(a uploadAttribute) bool { return !named[a.name] })
}

// conditionText is the condition in a normal form, followed by the values that it
// refers to. Those that messages must not show are hashed.
func conditionText(c *Condition) string {
	var b strings.Builder
	tokens, _ := hclsyntax.LexExpression([]byte(c.source), c.at.Filename, c.at.Start)
	for _, t := range tokens {
		if t.Type == hclsyntax.TokenComment || t.Type == hclsyntax.TokenNewline || t.Type == hclsyntax.TokenEOF {
			continue
		}
		b.Write(t.Bytes)
		b.WriteByte(' ')
	}
	values := map[string]string{}
	for _, t := range c.expr.Variables() {
		v, diags := t.TraverseAbs(c.ctx)
		if t.RootName() == c.later || diags.HasErrors() {
			continue
		}
		values[traversalKey(t)] = fixedText(v)
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		fmt.Fprintf(&b, "\n%s = %s", name, values[name])
	}
	return b.String()
}

// fixedText writes a value so that two that differ are written differently.
func fixedText(v cty.Value) string {
	hidden := isSensitive(v)
	if v = unmarked(v); !v.IsWhollyKnown() {
		return "unknown" // a Config with such a value is never used
	}
	raw, err := ctyjson.Marshal(v, cty.DynamicPseudoType)
	if err != nil {
		panic(fmt.Sprintf("rules: a value that cannot be written: %v", err))
	}
	if hidden {
		sum := sha256.Sum256(raw)
		return hex.EncodeToString(sum[:])
	}
	return string(raw)
}
