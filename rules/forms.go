package rules

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// A text is one string of a list, with its place.
type text struct {
	s  string
	at spot
}

// A placedGlob is one glob of a list, with its place.
type placedGlob struct {
	glob Glob
	at   spot
}

// evaluate reads the arguments of b, each by its form, into b.values: string,
// bool, time.Duration, int64, float64, time.Time, *regexp.Regexp, []text or
// []placedGlob. What cannot be read is reported and has no value. It also makes the
// blocks that dynamic blocks in b stand for.
func (l *loader) evaluate(b *block) {
	l.settle(b)
	for _, a := range readingOrder(b.kind.arguments) {
		attr := b.args[a.name]
		if attr == nil || a.form.readWithItsBlock() {
			continue
		}
		if a.noneWith != "" && b.has(a.noneWith) {
			a.maybeNone = !b.known(a.noneWith) || get[bool](b, a.noneWith)
		}
		x := &expression{expr: attr.Expr, arg: a}
		x.ctx = l.scope(attr.Expr, b.bound)
		b.spots[a.name] = x.spot()
		before := len(l.diags)
		v, ok := l.value(attr.Expr, x.ctx)
		if len(l.diags) > before {
			continue
		}
		if isSensitive(v) && !a.private {
			l.refuseSensitive(b, x)
			continue
		}
		if isSensitive(v) {
			v, x.hidden = unmarked(v), a.name
			b.spots[a.name] = x.spot()
		}
		if !ok {
			l.checkUnknown(b, x, v)
			continue
		}
		if v.IsNull() { // as if it had not been written
			delete(b.args, a.name)
			if a.required {
				l.missingArgument(b, a.name)
			}
			if a.unset != "" && !meantNull(attr.Expr) {
				l.warnIn(x.spot(), "Argument that is null", fmt.Sprintf(
					"%s is null, which counts as not written, %s. If that is meant, write the null where it can be seen, as in var.a == null ? null : var.a.",
					a.name, a.unset))
			}
			continue
		}
		if read, ok := l.read(x, v); ok {
			b.values[a.name] = read
		}
	}
}

// readingOrder puts what depends on another argument behind it.
func readingOrder(arguments []argument) []argument {
	ordered := slices.Clone(arguments)
	slices.SortStableFunc(ordered, func(a, b argument) int { return btoi(a.noneWith != "") - btoi(b.noneWith != "") })
	return ordered
}

// checkUnknown looks at a value that is not known. Its type may be, and must be
// right. The rest is for values that no error made unknown: what follows from the
// buckets that a data block finds must not be needed before, and must be told.
func (l *loader) checkUnknown(b *block, x *expression, v cty.Value) {
	if v == cty.NilVal {
		return
	}
	if ty := v.Type(); ty != cty.DynamicPseudoType && !fitsForm(x.arg.form, ty) {
		l.wrongType(x, v)
		return
	}
	switch {
	case l.diags.HasErrors(), l.nobody:
	case l.found != nil:
		l.errorIn(x.spot(), "Value not told", fmt.Sprintf(
			"The argument %q of %s follows from something that the store does not tell about a bucket, and nothing is guessed. Not told: %s. Name these buckets, or leave them out of the data block.",
			x.arg.name, b.title(), l.untold()))
	case b.kind.early || x.arg.early:
		l.errorIn(x.spot(), "Value known too late", fmt.Sprintf(
			"The argument %q of %s follows from the buckets that a data block finds, but it is needed before any bucket list is asked for. Use a variable instead.",
			x.arg.name, b.title()))
	}
}

// fitsForm reports whether a value of the type ty can be read by the form f.
func fitsForm(f form, ty cty.Type) bool {
	switch f {
	case formSwitch, formTrue:
		return ty == cty.Bool
	case formCount, formPercent, formRate, formWhole:
		return ty == cty.Number
	case formTexts, formGlobs:
		return isList(ty)
	case formPrices:
		return ty.IsMapType() || ty.IsObjectType()
	case formOneOrTexts, formOneOrGlobs:
		return isList(ty) || ty == cty.String
	}
	return ty == cty.String
}

// An expression is one argument's right side while it is read.
type expression struct {
	expr hclsyntax.Expression
	ctx  *hcl.EvalContext
	arg  argument

	hidden string // as of its spot
}

func (x *expression) spot() spot {
	return spot{at: x.expr.Range(), expr: x.expr, ctx: x.ctx, hidden: x.hidden}
}

// get returns the value that evaluate read for an argument, or the zero value.
// Asking for another type than the argument's form yields is a mistake of ours.
func get[T any](b *block, name string) T {
	var none T
	if b == nil || b.values[name] == nil {
		return none
	}
	return b.values[name].(T)
}

// known says whether an argument was given and could be read.
func (b *block) known(name string) bool { return b != nil && b.values[name] != nil }

// read turns a value that is neither null nor unknown into what its form says.
func (l *loader) read(x *expression, v cty.Value) (any, bool) {
	switch x.arg.form {
	case formText, formName, formDuration, formSize, formInstant, formRegex:
		if v = quoted(x.expr, v); v.Type() != cty.String {
			return nil, l.wrongType(x, v)
		}
		return l.readText(x, v.AsString())
	case formSwitch, formTrue:
		if v.Type() != cty.Bool {
			return nil, l.wrongType(x, v)
		}
		return l.readSwitch(x, v.True())
	case formCount, formPercent, formRate, formWhole:
		if v.Type() != cty.Number {
			return nil, l.wrongType(x, v)
		}
		return l.readNumber(x, v.AsBigFloat())
	case formTexts, formGlobs:
		return l.readList(x, v)
	case formOneOrTexts, formOneOrGlobs:
		if v.Type() == cty.String {
			return l.readTexts(x, []text{{v.AsString(), x.spot()}}), true
		}
		return l.readList(x, v)
	}
	panic("rules: no reader for the form " + string(x.arg.form))
}

func (l *loader) readText(x *expression, s string) (any, bool) {
	switch x.arg.form {
	case formDuration:
		d, err := ParseDuration(s)
		return d, l.check(x, "Invalid duration", err)
	case formSize:
		n, err := ParseSize(s)
		return n, l.check(x, "Invalid size", err)
	case formRegex:
		return l.readRegex(x, s)
	case formInstant:
		t, err := parseInstant(s)
		return t, l.check(x, "Invalid instant", err)
	case formName:
		if !hclsyntax.ValidIdentifier(s) {
			return nil, l.check(x, "Invalid name", fmt.Errorf("%q is not a name: %s. Write such a name", s, nameForm))
		}
	}
	if len(x.arg.choices) > 0 && !slices.Contains(x.arg.choices, s) {
		return nil, l.check(x, "Invalid value", fmt.Errorf("the argument %q cannot be %q: write %s.%s",
			x.arg.name, s, enumerate(x.arg.choices, "or"), didYouMean(s, x.arg.choices)))
	}
	return s, true
}

// parseInstant reads date, time and zone.
func parseInstant(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is not an instant: write date, time and zone as in \"2027-06-30T00:00:00Z\"", s)
	}
	return t, nil
}

const nameForm = "a name begins with a letter and goes on with letters, digits, \"_\" and \"-\""

// minRate is the least number of requests per second: one in ten seconds.
const minRate = 0.1

func (l *loader) readSwitch(x *expression, on bool) (any, bool) {
	if x.arg.form == formTrue && !on {
		return nil, l.check(x, "Invalid value", fmt.Errorf(
			"the argument %q can only be true: leave it out and list the prefixes instead", x.arg.name))
	}
	return on, true
}

func (l *loader) readNumber(x *expression, n *big.Float) (any, bool) {
	f, _ := n.Float64()
	switch x.arg.form {
	case formCount:
		count, exact := n.Int64()
		if n.IsInt() && exact != big.Exact && n.Sign() > 0 {
			return nil, l.check(x, "Invalid number", fmt.Errorf("the argument %q can be at most %d: leave out what limits nothing", x.arg.name, int64(math.MaxInt64)))
		}
		if exact != big.Exact || count < 1 {
			return nil, l.check(x, "Invalid number", fmt.Errorf("the argument %q must be a whole number of at least 1. Write one, or leave the argument out", x.arg.name))
		}
		return count, true
	case formWhole:
		whole, exact := n.Int64()
		if exact != big.Exact || whole < 0 {
			return nil, l.check(x, "Invalid number", fmt.Errorf("the argument %q must be a whole number of at least 0", x.arg.name))
		}
		return whole, true
	case formPercent:
		if f <= 0 || f > 100 {
			return nil, l.check(x, "Invalid number", fmt.Errorf(
				"the argument %q is a percentage: it must be above 0 and at most 100. Write such a number, or leave the argument out", x.arg.name))
		}
	case formRate:
		if f < minRate || math.IsInf(f, 0) {
			return nil, l.check(x, "Invalid number", fmt.Errorf(
				"the argument %q must be at least %v: below that a run would not get anywhere. Raise it", x.arg.name, minRate))
		}
	}
	return f, true
}
