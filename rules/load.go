package rules

import (
	"io/fs"
	"sort"
	"time"

	"github.com/hashicorp/hcl/v2"
)

// LanguageVersion is the version of the rule language. The required_version
// argument of the offcut block is checked against it.
const LanguageVersion = "0.1.0"

// A File is one file's name, as messages show it, and its bytes.
type File struct {
	Name  string
	Bytes []byte
}

// A Source is the text that a Set is loaded from.
type Source struct {
	Rules []File // rule files, sorted by name
	Vars  []File // offcut.vars.hcl first, then *.auto.vars.hcl in name order

	// Beside are the rule files that are not read, because the one in Rules was named
	// alone; one without bytes could not be looked at. Overlooked names files that are
	// none, and look like it.
	Beside     []File
	Overlooked []string

	// Dir is the directory that file() reads from; nil: it reads nothing. What lies
	// outside must not be reachable through it, by a symbolic link or otherwise.
	Dir    fs.FS
	Prefix string // goes before the names of its files

	// Regions are the codes of the regions that KS3 has. Empty: the region of a provider
	// may be anything, as where an endpoint from outside takes its place.
	Regions []string
}

// Values are what the caller sets variables to. Later ones win: Env, Source.Vars,
// Files, Flags.
type Values struct {
	Env   []string // the whole environment; OFFCUT_VAR_x=... is looked at
	Files []File   // -var-file, in order
	Flags []string // -var: "name=value", in order
}

// A Set is a parsed and checked rule set.
type Set struct {
	src       Source
	vals      Values
	config    *Config     // nil when the rule set holds an error, or asks for buckets
	problems  Diagnostics // what Load reported
	variables map[string]*variable
	locals    map[string]*local
	data      map[string]*data
	queries   []Query
	files     *ruleFiles

	dated   []dated // what CheckAt looks at
	ticking []ticking
	outline []Outline

	families []Family // by address

	currencies currencies // that prices are in, as far as Load knows
	tried      whereFacts
}

// Load parses and checks a rule set. All mistakes are reported, not only the
// first; the Set is usable when the diagnostics hold no error. The order of
// src.Rules does not matter. What follows from the buckets that data blocks ask for
// is unknown here, and checked as far as its type is known.
func Load(src Source, vals Values) (*Set, Diagnostics) {
	files := &ruleFiles{dir: src.Dir, prefix: src.Prefix}
	defer files.seal()
	l := &loader{files: map[string]*hcl.File{}, functions: scopeFunctions{files: files}}
	cfg := l.load(src, vals)
	problems := l.report()
	known := cfg
	if problems.HasErrors() || len(l.queries) > 0 {
		cfg = nil
	}
	return &Set{
		src: src, vals: vals, config: cfg, problems: problems,
		variables: l.vars, locals: l.locals, data: l.data, queries: l.queries, files: files,
		dated: l.dated, ticking: l.ticking, outline: outlineOf(known),
		families: l.families, currencies: l.currencies, tried: whereFactsOf(known),
	}, problems
}

// Queries says which bucket lists Resolve needs: one for each data block, in the
// order of their addresses. It is empty where the set holds an error.
func (s *Set) Queries() []Query {
	if s.problems.HasErrors() {
		return nil
	}
	return s.queries
}

// Resolve turns the set into plain data. found holds the bucket lists of the providers
// that Queries names, and may be nil where it names none. The diagnostics hold only
// what Load did not report already, except that a set with errors has no Config and
// its errors are given again. Callers must not change the Config: without queries
// every call returns the same one.
func (s *Set) Resolve(found Found) (*Config, Diagnostics) {
	cfg, problems, _ := s.resolve(found)
	return cfg, problems
}

// ResolveAt is Resolve with what is wrong at the instant now, as far as it follows from
// the bucket lists and CheckAt could not tell it.
func (s *Set) ResolveAt(found Found, now time.Time) (*Config, Diagnostics) {
	cfg, problems, dated := s.resolve(found)
	if cfg == nil || now.Year() < minYear || now.Year() > maxYear { // CheckAt tells of such a clock
		return cfg, problems
	}
	l := &loader{}
	l.checkUntil(dated, now)
	late := newDiagnostics(l.diags, nil)
	late.files = s.problems.files
	return cfg, problems.With(late.without(s.CheckAt(now)))
}

func (s *Set) resolve(found Found) (*Config, Diagnostics, []dated) {
	if s.problems.HasErrors() {
		return nil, s.problems, nil
	}
	if len(s.queries) == 0 {
		return s.config, Diagnostics{}, nil
	}
	if found == nil {
		found = Found{}
	}
	s.files.open()
	defer s.files.seal()
	l := &loader{files: map[string]*hcl.File{}, functions: scopeFunctions{files: s.files}, found: found, asked: providersAsked(s.queries)}
	cfg := l.load(s.src, s.vals)
	problems := l.report().without(s.problems)
	if problems.HasErrors() {
		cfg = nil
	}
	return cfg, problems, l.dated
}

// report returns what was gathered, as it may be shown.
func (l *loader) report() Diagnostics {
	return newDiagnostics(l.withoutSecretQuotes(), l.withoutSecrets())
}

// A loader turns text into a Config and gathers what is wrong on the way.
type loader struct {
	files map[string]*hcl.File // by name, for snippets
	diags hcl.Diagnostics

	secrets      []hcl.Range     // parts of files that messages must not show
	sensitive    map[string]bool // names of variables that are sensitive, or may be
	allSensitive bool            // a rule file could not be looked at for them

	// incomplete says that a rule file, or the name of something in one, could not
	// be read. What is declared is not known then, so nothing is called undeclared.
	incomplete bool

	// valuesIncomplete says that a file of values could not be read: it may hold
	// the value of any variable.
	valuesIncomplete bool

	regions    []string            // Source.Regions
	providers  map[string]Provider // by address
	currencies currencies          // that prices are in
	given      []testValue         // values of variables that a test gives

	found   Found             // what data blocks are answered from; nil: not known yet
	asked   map[string]string // which provider a data block asks, by address; empty: not known yet
	queries []Query

	dated    []dated // what is right or wrong by the time of day
	ticking  []ticking
	families []Family     // the rules whose instances are not known yet, by address
	placed   []placedRule // the rules that were decoded, in the order of the text

	nobody    bool // what is read now stands for no instance at all: its each is never known
	compared  int  // see compares
	effort    effort
	instances int // made by for_each so far
	functions scopeFunctions
	vars      map[string]*variable
	locals    map[string]*local
	data      map[string]*data // by type and name: "buckets.media"
}

func (l *loader) load(src Source, vals Values) *Config {
	if len(src.Rules) == 0 {
		l.errorNowhere("No rule file", noRuleFile)
		return nil
	}
	l.warnUnread(src, vals.Files)
	l.regions = src.Regions
	blocks := l.parseRules(src.Rules)
	tree := l.readTree(blocks)

	l.declareVariables(tree)
	l.setVariables(src.Vars, vals)
	l.declareLocals(tree)
	l.declareData(tree)
	l.evaluateLocals()
	l.evaluateAllData()
	l.checkValidations()
	cfg := l.decode(tree)
	l.checkUnused(tree, blocks)
	return cfg
}

const noRuleFile = "There is no *.hcl file to read rules from. Run `offcut init` for a commented starter file, " +
	"or look at examples/quickstart."

// decode builds the Config from the blocks of all files.
func (l *loader) decode(tree *tree) *Config {
	cfg := &Config{}
	l.decodeOffcut(tree.of("offcut"), cfg)
	before := len(l.diags)
	providers := l.decodeProviders(tree.of("provider"))
	l.providers = providers
	unsure := l.diags[before:].HasErrors()
	l.queries, cfg.Discoveries = l.decodeData(providers)
	scope := ruleScope{minimumAge: cfg.MinimumAge, providers: providers}
	if l.incomplete && len(tree.of("offcut")) == 0 {
		scope.minimumAge = 0 // the floor may be set where it could not be read
	}
	cfg.Rules, cfg.Empty = l.decodeRules(tree.of("rule"), scope)
	protects := l.decodeProtects(tree.of("protect"))
	for _, p := range protects {
		cfg.Protects = append(cfg.Protects, p.Protect)
	}
	if !l.incomplete && !l.diags.HasErrors() && !l.awaitsBuckets() {
		l.checkUse(protects, cfg)
		l.checkScopes(cfg.Protects)
	}
	before = len(l.diags)
	cfg.Prices = l.decodePrices(tree.of("price"), providers)
	if unsure = unsure || l.diags[before:].HasErrors(); !unsure && !l.incomplete {
		l.currencies = currenciesOf(tree, cfg.Prices, providers)
	}
	cfg.currencies = l.currencies
	cfg.Checks = l.decodeChecks(tree.of("check"), addressesOf(cfg))
	cfg.Providers = usedProviders(providers, cfg.Rules)
	if len(tree.of("rule")) == 0 && !tree.broken && !l.incomplete {
		l.errorNowhere("No rule block", "The rule files hold no rule block, so there is nothing to do. "+
			"Add a block such as rule \"stale\" { ... }; `offcut init` writes a commented example.")
	}
	sort.SliceStable(cfg.Rules, func(i, j int) bool { return cfg.Rules[i].Address < cfg.Rules[j].Address })
	sort.SliceStable(cfg.Protects, func(i, j int) bool { return cfg.Protects[i].Address < cfg.Protects[j].Address })
	return cfg
}

func addressesOf(cfg *Config) []string {
	var addresses []string
	for i := range cfg.Rules {
		addresses = append(addresses, cfg.Rules[i].Address)
	}
	return addresses
}
