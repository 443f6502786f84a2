package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"offcut/rules"
)

// An allowance says whose buckets of a provider may be looked at.
type allowance struct {
	provider string
	kind     string
	accounts []string // empty: everybody's
	hidden   bool     // the accounts are sensitive
}

func allowanceOf(cfg *rules.Config, provider string) allowance {
	for i := range cfg.Providers {
		if cfg.Providers[i].Address == provider {
			p := &cfg.Providers[i]
			return allowance{provider, p.Kind, p.AllowedAccounts, p.AccountsHidden}
		}
	}
	return allowance{provider: provider}
}

// everybody reports whether no account is kept out.
func (a allowance) everybody() bool { return len(a.accounts) == 0 }

// objection says why a bucket on the store's bucket list must be left alone, and what
// to do; empty when it need not.
func (a allowance) objection(b Bucket) string {
	switch {
	case a.everybody() || b.Owner != "" && slices.ContainsFunc(a.accounts, func(account string) bool { return rules.SameAccount(a.kind, account, b.Owner) }):
		return ""
	case b.Owner == "":
		return fmt.Sprintf("the store does not tell which account bucket %q belongs to, and allowed_accounts of provider %s allows only %s: ask a store that tells it, or take allowed_accounts away",
			b.Name, a.provider, a.named())
	default:
		return fmt.Sprintf("bucket %q belongs to account %s, and allowed_accounts of provider %s allows only %s: ask with the credentials of an allowed account, or add this one",
			b.Name, a.spelled(b.Owner), a.provider, a.named())
	}
}

// kindKS3 is the kind of provider whose store writes account ids in Base64.
const kindKS3 = "ks3"

// spelled is the owner that a store tells, with the decimal number that it stands for
// on KS3.
func (a allowance) spelled(owner string) string {
	text := fmt.Sprintf("%q", owner)
	if number, ok := rules.AccountNumber(owner); ok && a.kind == kindKS3 {
		text += " (" + number + " in Base64)"
	}
	return text
}

// blind says what a bucket list that was refused means.
func (a allowance) blind(refused error) error {
	return fmt.Errorf("which account its buckets belong to is not known, and allowed_accounts of provider %s allows only %s: grant the right to list buckets, or take allowed_accounts away: %w",
		a.provider, a.named(), refused)
}

// named lists the allowed accounts, at most three of them, unless they are sensitive.
func (a allowance) named() string {
	if a.hidden {
		return "(sensitive value)"
	}
	const most = 3
	var quoted []string
	for _, account := range a.accounts[:min(most, len(a.accounts))] {
		quoted = append(quoted, fmt.Sprintf("%q", account))
	}
	text := strings.Join(quoted, ", ")
	if more := len(a.accounts) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// findStrangers says which buckets are not those that the plan saw, or not an allowed
// account's, and why.
func (l *lane) findStrangers(ctx context.Context) (map[string]string, error) {
	allowed := allowanceOf(l.cfg, l.provider)
	if len(l.status.Buckets) == 0 && allowed.everybody() {
		return nil, nil
	}
	listed, err := l.store.ListBuckets(ctx)
	if err != nil {
		return nil, err
	}
	strangers := strangersAmong(l.status.Buckets, listed)
	for bucket := range l.scopes {
		at := slices.IndexFunc(listed, func(b Bucket) bool { return b.Name == bucket })
		switch {
		case strangers[bucket] != "" || allowed.everybody():
		case at < 0:
			strangers[bucket] = fmt.Sprintf("bucket %q is not on the bucket list, so that its account is not known: plan again", bucket)
		default:
			if why := allowed.objection(listed[at]); why != "" {
				strangers[bucket] = why
			}
		}
	}
	return strangers, nil
}
