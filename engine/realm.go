package engine

import (
	"fmt"

	"offcut/rules"
)

// CheckRealms refuses rules that look into one bucket through two providers.
// Verdicts are reached by all rules of a provider, so such rules would not see
// each other: the laxer one would abort what the stricter one keeps. realmOf names
// the namespace of buckets that a provider leads to.
func CheckRealms(cfg *rules.Config, realmOf func(rules.Provider) (string, error)) error {
	realms := map[string]string{} // by provider
	for _, p := range cfg.Providers {
		realm, err := realmOf(p)
		if err != nil {
			return err
		}
		realms[p.Address] = realm
	}
	type place struct{ realm, bucket string }
	seen := map[place]*rules.Rule{}
	for i := range cfg.Rules {
		r := &cfg.Rules[i]
		for _, bucket := range r.Scan.Buckets {
			at := place{realms[r.Provider], bucket}
			other := seen[at]
			if other == nil {
				seen[at] = r
				continue
			}
			if other.Provider != r.Provider {
				return fmt.Errorf("%s and %s look into the same bucket %s, through the providers %s and %s: they would not see each other's thresholds; use one provider for both",
					other.Address, r.Address, bucket, other.Provider, r.Provider)
			}
		}
	}
	return nil
}
