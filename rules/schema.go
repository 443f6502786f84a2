package rules

// The grammar: every block and argument, with its form and default, and what is
// reserved for later versions. SPEC.md says the same in prose, and a test
// compares the two.

// A form says what an argument's value looks like and how it is read.
type form string

const (
	formText     form = "string"
	formName     form = "identifier"
	formSwitch   form = "bool"
	formTrue     form = "true"
	formDuration form = "duration"
	formSize     form = "size"
	formCount    form = "count"
	formPercent  form = "percent"
	formRate     form = "rate"
	formInstant  form = "instant"
	formTexts    form = "list of strings"
	formGlobs    form = "list of globs"
	formWhole    form = "whole number"
	formProvider form = "provider"
	formType     form = "type"
	formConstant form = "any constant"
	formEach     form = "map or set of strings"
	formIterator form = "name" // bare, as in iterator = x

	formRegex      form = "regular expression"
	formOneOrTexts form = "string or list of strings"
	formOneOrGlobs form = "glob or list of globs"

	formCondition  form = "condition"          // true or false, over values that come later
	formMessage    form = "message"            // a string, over values that come later
	formPrices     form = "map of numbers"     // by storage class
	formReferences form = "list of references" // [var.x, rule.y], not evaluated
)

// What it means that arguments are not given; see argument.unset.
const (
	unsetExclude  = "so that nothing is excluded"
	unsetLimit    = "so that nothing limits it"
	unsetStandard = "so that its default holds"
)

// readWithItsBlock says that a value of the form is not read by loader.evaluate, but
// where its block is decoded.
func (f form) readWithItsBlock() bool {
	switch f {
	case formProvider, formType, formConstant, formPrices, formEach, formIterator, formCondition, formMessage, formReferences:
		return true
	}
	return false
}

// An argument is one name = value of a block.
type argument struct {
	name      string
	form      form
	required  bool
	standard  string   // the default, as SPEC.md writes it; empty when there is none
	choices   []string // the only texts allowed
	maybeNone bool     // a list that may be empty
	noneWith  string   // the switch of the same block with which the list may be empty
	early     bool     // as that of a blockType

	// private: no plan, log, ledger or message shows the value, so that it may be a
	// sensitive one. Whoever sets it makes sure of that.
	private bool

	// unset says what it means that the argument is not given, where that makes more be
	// aborted: one that is null by a value, which nobody sees in the rule, is warned of.
	unset string
}

// A blockType is one kind of block.
type blockType struct {
	name      string
	labels    []string
	arguments []argument
	blocks    []nestedType

	laterArguments []string // known words that are refused by name
	laterBlocks    []string
	anyArguments   bool // names are free: locals

	// variants are what the block can be, by its first label; all have the name and
	// the labels of the block.
	variants map[string]*blockType

	// elsewhere says of names that mean something, but not here, where they belong.
	elsewhere map[string]string

	// dynamic: the blocks inside may be made by dynamic blocks.
	dynamic bool

	// early: the block's values are needed before any bucket list is asked for, so
	// that nothing in it may follow from one.
	early bool
}

// A nestedType says how often a block may stand inside another.
type nestedType struct {
	*blockType
	required, repeatable bool
}

// grammar is the top level of a rule file.
func grammar() *blockType {
	return &blockType{
		name: "",
		blocks: []nestedType{
			{blockType: offcutBlock()},
			{blockType: variableBlock(), repeatable: true},
			{blockType: localsBlock(), repeatable: true},
			{blockType: providerBlock(), repeatable: true},
			{blockType: dataBlock(), repeatable: true},
			{blockType: ruleBlock(), repeatable: true},
			{blockType: protectBlock(), repeatable: true},
			{blockType: checkBlock(), repeatable: true},
			{blockType: priceBlock(), repeatable: true},
		},
		laterBlocks: []string{"output", "module", "moved"},
		elsewhere: map[string]string{
			"test": testsBelongElsewhere, "run": testsBelongElsewhere, "mock": testsBelongElsewhere, "variables": testsBelongElsewhere,
		},
	}
}

const testsBelongElsewhere = "It belongs in a file of tests, whose name ends in .test.hcl."

func offcutBlock() *blockType {
	return &blockType{
		name: "offcut", early: true, dynamic: true,
		arguments: []argument{
			{name: "required_version", form: formText},
			{name: "minimum_age", form: formDuration, standard: "24h"},
			{name: "plan_ttl", form: formDuration, standard: "1h"},
			{name: "retention", form: formDuration},
		},
		blocks: []nestedType{
			{blockType: runLimitsBlock()},
			{blockType: confirmBlock()},
		},
		laterArguments: []string{"format"},
	}
}

func runLimitsBlock() *blockType {
	return &blockType{
		name: "limits", early: true,
		arguments: []argument{
			{name: "max_uploads", form: formCount, unset: unsetLimit},
			{name: "max_bytes", form: formSize, unset: unsetLimit},
		},
	}
}

func confirmBlock() *blockType {
	return &blockType{
		name: "confirm_above", early: true,
		arguments: []argument{
			{name: "uploads", form: formCount, standard: "100000"},
			{name: "bytes", form: formSize, standard: "10TiB"},
		},
	}
}

func variableBlock() *blockType {
	return &blockType{
		name: "variable", labels: []string{"NAME"}, early: true,
		arguments: []argument{
			{name: "type", form: formType},
			{name: "default", form: formConstant},
			{name: "description", form: formText},
			{name: "sensitive", form: formSwitch, standard: "false"},
			{name: "nullable", form: formSwitch, standard: "true"},
		},
		blocks:         []nestedType{{blockType: validationBlock(), repeatable: true}},
		laterArguments: []string{"ephemeral"},
	}
}

func validationBlock() *blockType {
	return &blockType{
		name: "validation", early: true,
		arguments: []argument{
			{name: "condition", form: formSwitch, required: true, private: true},
			{name: "error_message", form: formText, required: true, private: true},
		},
	}
}

func localsBlock() *blockType {
	return &blockType{name: "locals", anyArguments: true}
}

const providerName = "provider"

func providerBlock() *blockType {
	return &blockType{
		name: providerName, labels: []string{"KIND"}, early: true,
		arguments: []argument{
			{name: "alias", form: formName},
			{name: "region", form: formText},
			{name: "endpoint", form: formText},
			{name: "internal", form: formSwitch, standard: "false"},
			{name: "addressing", form: formText, choices: []string{"virtual", "path"}},
			{name: "signature", form: formText, choices: []string{"kss", "kss4", "aws4"}},
			{name: "requests_per_second", form: formRate},
			{name: "allowed_accounts", form: formTexts, private: true, unset: "so that the buckets of every account are looked at"},
			{name: "check_completed", form: formSwitch},
			{name: "min_bandwidth", form: formSize},
		},
		laterArguments: []string{"compat"},
	}
}

func dataBlock() *blockType {
	return &blockType{
		name: "data", labels: []string{dataBuckets, "NAME"}, early: true,
		arguments: []argument{
			{name: "provider", form: formProvider},
			{name: "name_regex", form: formRegex},
			{name: "name_glob", form: formOneOrGlobs},
			{name: "region", form: formOneOrTexts},
			{name: "type", form: formOneOrTexts},
			{name: "exclude", form: formGlobs, maybeNone: true, unset: unsetExclude},
			{name: "allow_empty", form: formSwitch, standard: "false"},
		},
		laterArguments: []string{"for_each"},
		laterBlocks:    []string{"dynamic"},
	}
}

func (t *blockType) argument(name string) *argument {
	for i := range t.arguments {
		if t.arguments[i].name == name {
			return &t.arguments[i]
		}
	}
	return nil
}

func (t *blockType) nested(name string) *nestedType {
	for i := range t.blocks {
		if t.blocks[i].name == name {
			return &t.blocks[i]
		}
	}
	return nil
}

func (t *blockType) argumentNames() []string {
	var names []string
	for _, a := range t.arguments {
		names = append(names, a.name)
	}
	return names
}

func (t *blockType) blockNames() []string {
	var names []string
	for _, b := range t.blocks {
		names = append(names, b.name)
	}
	return names
}
