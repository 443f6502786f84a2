package rules

import (
	"bytes"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Kinds of providers.
const (
	kindKS3 = "ks3"
	kindS3  = "s3"
)

func providerKinds() []string { return []string{kindKS3, kindS3} }

// decodeProviders reads the provider blocks, by address.
func (l *loader) decodeProviders(blocks []*block) map[string]Provider {
	providers := map[string]Provider{}
	for _, b := range blocks {
		p := l.decodeProvider(b)
		if b.has("alias") && !b.known("alias") {
			l.incomplete = true // its address is not known
			continue
		}
		if first, ok := providers[p.Address]; ok {
			l.errorAt(b.header, "Duplicate provider", fmt.Sprintf(
				"A provider with the address %s is already declared at %s:%d. Give one of the two another alias.",
				p.Address, first.Range.File, first.Range.Line))
			continue
		}
		providers[p.Address] = p
	}
	return providers
}

func (l *loader) decodeProvider(b *block) Provider {
	l.evaluate(b)
	kind := b.labels[0]
	p := Provider{
		Address:           kind,
		Kind:              kind,
		Region:            get[string](b, "region"),
		Endpoint:          strings.TrimSuffix(get[string](b, "endpoint"), "/"),
		Internal:          get[bool](b, "internal"),
		Addressing:        get[string](b, "addressing"),
		Signature:         get[string](b, "signature"),
		RequestsPerSecond: get[float64](b, "requests_per_second"),
		AllowedAccounts:   l.decodeAccounts(b, "allowed_accounts"),
		AccountsHidden:    b.value("allowed_accounts").hidden != "",
		MinBandwidth:      l.sizeAboveZero(b, "min_bandwidth"),
		Range:             rangeOf(b.header),
	}
	if b.known("check_completed") {
		check := get[bool](b, "check_completed")
		p.CheckCompleted = &check
	}
	if alias := get[string](b, "alias"); alias != "" {
		p.Address = kind + "." + alias
	}
	if !slices.Contains(providerKinds(), kind) {
		l.errorAt(b.place[0], "Unknown kind of provider", fmt.Sprintf("There is no provider kind %q.%s Kinds: %s.",
			kind, didYouMean(kind, providerKinds()), enumerate(providerKinds(), "and")))
		return p
	}
	l.checkProvider(b, p)
	return p
}

func (l *loader) checkProvider(b *block, p Provider) {
	if b.known("region") && strings.TrimSpace(p.Region) == "" {
		l.errorIn(b.value("region"), "Empty region", "The region is empty. Leave it out to take it from the environment, or name one.")
	}
	l.checkEndpointOf(b)
	if p.Kind == kindKS3 {
		l.checkRegion(b, p)
		if p.Internal && b.known("endpoint") {
			l.errorAt(b.args["internal"].NameRange, "Internal beside an endpoint",
				"internal picks the region's internal host, but endpoint names the host already, so it has no effect. Remove one of the two.")
		}
		return
	}
	if b.has("internal") {
		l.errorAt(b.args["internal"].NameRange, "Unsupported argument",
			"internal is for the kind \"ks3\" only: it picks the internal host of a KS3 region. Write the endpoint instead.")
	}
	if b.known("signature") && p.Signature != "aws4" {
		l.errorIn(b.value("signature"), "Invalid value", fmt.Sprintf(
			"A provider of the kind \"s3\" signs with \"aws4\" only, not %q. Remove the argument.", p.Signature))
	}
}

// checkRegion wants a region that KS3 has, where its host follows from it.
func (l *loader) checkRegion(b *block, p Provider) {
	if len(l.regions) == 0 || strings.TrimSpace(p.Region) == "" || b.has("endpoint") {
		return
	}
	if slices.ContainsFunc(l.regions, func(code string) bool { return sameRegion(code, p.Region) }) {
		return
	}
	l.errorIn(b.value("region"), "Unknown region", fmt.Sprintf(
		"KS3 has no region %q.%s Its regions are %s. For another one, or for a gateway, write its endpoint too.",
		p.Region, didYouMean(p.Region, l.regions), enumerate(l.regions, "and")))
}

// sameRegion reports whether two codes name one region: in any case, with "-" and "_"
// alike.
func sameRegion(a, b string) bool {
	return strings.EqualFold(strings.ReplaceAll(a, "-", "_"), strings.ReplaceAll(b, "-", "_"))
}

// checkEndpointOf looks at the endpoint of a provider. What may hold a password
// is not shown.
func (l *loader) checkEndpointOf(b *block) {
	endpoint := get[string](b, "endpoint")
	if !b.known("endpoint") {
		return
	}
	at := b.value("endpoint")
	if strings.Contains(endpoint, "@") {
		if f := l.files[at.at.Filename]; f != nil && bytes.Contains(at.at.SliceBytes(f.Bytes), []byte("@")) {
			l.secrets = append(l.secrets, at.at)
		}
		l.errorAt(at.at, "Invalid endpoint",
			"The endpoint holds a user or password. Remove it: credentials never stand in rule files, they come from the environment.")
		return
	}
	if err := checkEndpoint(endpoint); err != nil {
		l.errorIn(at, "Invalid endpoint", sentence(err.Error()))
	}
}

// checkEndpoint wants an http or https URL, or a host with or without a port, and
// nothing that would go into every request's path or query.
func checkEndpoint(s string) error {
	raw := s
	if !strings.Contains(s, "://") {
		raw = "https://" + s
	}
	u, err := url.Parse(raw)
	switch {
	case s == "":
		return fmt.Errorf("the endpoint is empty: leave it out, or write a URL such as \"http://127.0.0.1:9000\"")
	case err != nil || u.Hostname() == "" || strings.ContainsAny(s, " \t\r\n"):
		return fmt.Errorf("%q is neither a URL nor a host: write \"https://HOST\" or \"http://HOST:PORT\"", s)
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("%q begins with %q: only http and https are spoken. Write \"https://HOST\"", s, u.Scheme+"://")
	case badPort(u.Port()):
		return fmt.Errorf("%q has the port %s: ports go from 1 to 65535. Write one of these, or leave it out", s, u.Port())
	case strings.TrimSuffix(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || strings.ContainsAny(s, "?#"):
		return fmt.Errorf("%q goes on after the host: an endpoint has no path and no query. Remove that part; buckets are named in the rules", s)
	}
	return nil
}

func badPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return port != "" && (err != nil || n == 0)
}

// providerKind is the kind in the address of a provider: "s3" in s3.minio.
func providerKind(address string) string {
	kind, _, _ := strings.Cut(address, ".")
	return kind
}

// ruleProvider finds the address of the provider that a rule works with. It
// returns an empty address after reporting an error.
func (l *loader) ruleProvider(b *block, providers map[string]Provider) string {
	attr := b.args["provider"]
	if attr == nil {
		return l.onlyProvider(b, providers)
	}
	t, diags := hcl.AbsTraversalForExpr(attr.Expr)
	if reason := noAddress(attr.Expr, t); reason != "" {
		l.errorAt(attr.Expr.Range(), "Invalid provider reference", fmt.Sprintf("%s Declared: %s.", reason, l.declaredProviders(providers)))
		return ""
	}
	address, ok := providerAddress(t)
	if diags.HasErrors() || !ok {
		l.errorAt(attr.Expr.Range(), "Invalid provider reference", fmt.Sprintf(
			"A provider is named without quotes by its kind, or its kind and alias: write provider = ks3 or provider = s3.minio. Declared: %s.",
			l.declaredProviders(providers)))
		return ""
	}
	if _, declared := providers[address]; declared || address == kindKS3 || l.incomplete {
		return address // ks3 without a block has all its settings from the environment
	}
	l.errorAt(attr.Expr.Range(), "Reference to undeclared provider", fmt.Sprintf(
		"There is no provider %s.%s Declared: %s. Name one of these, or add a provider block with this address.",
		address, l.didYouMean(address, maps.Keys(providers)), l.declaredProviders(providers)))
	return ""
}

// noAddress says what to write instead of null, or of a variable.
func noAddress(expr hcl.Expression, t hcl.Traversal) string {
	if literal, ok := expr.(*hclsyntax.LiteralValueExpr); ok && literal.Val.IsNull() {
		return "null names no provider. Leave the argument out for the only one that is declared, or name one: provider = ks3."
	}
	if len(t) > 0 && slices.Contains([]string{"var", "local", "data", eachRoot}, t.RootName()) {
		return fmt.Sprintf("A provider is named directly and never by a value such as %s: write provider = ks3.", traversalText(t))
	}
	return ""
}

func (l *loader) onlyProvider(b *block, providers map[string]Provider) string {
	if len(providers) == 0 || l.incomplete {
		return kindKS3
	}
	if len(providers) == 1 {
		for address := range providers {
			return address
		}
	}
	remedy := "add provider = and its address"
	if !l.enough() {
		remedy = "add provider = " + listed(slices.Collect(maps.Keys(providers)), "or", "%s")
	}
	l.errorAt(b.header, "Missing provider", fmt.Sprintf(
		"Several providers are declared, so %s must say which one it works with: %s.", b.title(), remedy))
	return ""
}

func providerAddress(t hcl.Traversal) (string, bool) {
	switch len(t) {
	case 1:
		return t.RootName(), true
	case 2:
		alias, ok := attrName(t[1])
		return t.RootName() + "." + alias, ok
	}
	return "", false
}

// declaredProviders lists the addresses of providers, as far as anybody reads on.
func (l *loader) declaredProviders(providers map[string]Provider) string {
	if len(providers) == 0 {
		return "none (ks3 needs no block)"
	}
	if l.enough() {
		return fmt.Sprintf("%d", len(providers))
	}
	return listed(slices.Collect(maps.Keys(providers)), "and", "%s")
}

// usedProviders returns the providers that rules name, sorted by address.
func usedProviders(declared map[string]Provider, rules []Rule) []Provider {
	used := map[string]Provider{}
	for _, r := range rules {
		p, ok := declared[r.Provider]
		if !ok {
			p = Provider{Address: r.Provider, Kind: kindKS3}
		}
		used[r.Provider] = p
	}
	var all []Provider
	for _, address := range slices.Sorted(maps.Keys(used)) {
		all = append(all, used[address])
	}
	return all
}
