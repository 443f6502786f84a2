package rules

import (
	"slices"
	"strings"
	"time"
)

// protector is the address of the first protect that covers u at now.
func (c *Config) protector(x *index, u *Upload, now time.Time) (address string, ok bool) {
	for _, i := range x.protectOrder {
		if p := &c.Protects[i]; p.covers(u, now) {
			return p.Address, true
		}
	}
	return "", false
}

// covers reports whether p protects u at now. It ends at its until, exactly.
func (p *Protect) covers(u *Upload, now time.Time) bool {
	if !p.Until.IsZero() && !now.Before(p.Until) {
		return false
	}
	return p.coversOwner(u) && p.coversKey(u.Key) && matchesAny(p.Buckets, u.Bucket)
}

// coversOwner reports whether u is an account's that p is for. Whose it is when the
// store does not tell is not known, so it is protected too.
func (p *Protect) coversOwner(u *Upload) bool {
	if len(p.Owners) == 0 || u.Owner == "" {
		return true
	}
	kind := providerKind(u.Provider)
	return slices.ContainsFunc(p.Owners, func(account string) bool { return SameAccount(kind, account, u.Owner) })
}

// coversKey reports whether key is one of those that p is about, as it is or in
// normal form C.
func (p *Protect) coversKey(key string) bool {
	if p.coversExactly(key) {
		return true
	}
	composed, other := composedForm(key)
	return other && p.coversExactly(composed)
}

func (p *Protect) coversExactly(key string) bool {
	return hasAnyPrefix(key, p.Prefixes) || matchesAny(p.Keys, key)
}

func hasAnyPrefix(key string, prefixes []string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}
