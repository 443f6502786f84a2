package ledger

import (
	"encoding/json"
	"fmt"
	"time"

	"offcut/engine"
	"offcut/rules"
)

// A providerJSON is a provider of a run as the ledger keeps it: what is needed to see
// later whether buckets are still the same.
type providerJSON struct {
	Address       string          `json:"address"`
	Identity      engine.Identity `json:"identity"`
	ListingProves bool            `json:"listing_proves,omitempty"`
	Now           time.Time       `json:"now,omitzero"`
	Skew          time.Duration   `json:"skew_ns,omitempty"`
	Buckets       []engine.Bucket `json:"buckets,omitempty"`
	Notes         []string        `json:"notes,omitempty"`

	// Prices are missing in runs of older versions, whose prices were the built-in ones.
	Prices *rules.PriceList `json:"prices,omitempty"`
}

func providersOf(list []engine.ProviderStatus) []providerJSON {
	out := make([]providerJSON, len(list))
	for i, p := range list {
		out[i] = providerJSON{p.Address, p.Identity, p.Identity.ListingProves, p.Now, p.Skew, p.Buckets, p.Notes, &p.Prices}
	}
	return out
}

func readProviders(text string) ([]engine.ProviderStatus, error) {
	var list []providerJSON
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf("%w: the providers of a run cannot be read: %w", errDamaged, err)
	}
	var out []engine.ProviderStatus
	for _, p := range list {
		p.Identity.ListingProves = p.ListingProves
		out = append(out, engine.ProviderStatus{
			Address: p.Address, Identity: p.Identity, Now: p.Now, Skew: p.Skew, Buckets: p.Buckets, Notes: p.Notes,
			Prices: p.Prices.OrDefault(p.Identity.Kind),
		})
	}
	return out, nil
}

// A ruleJSON is an acting rule of a run as the ledger keeps it.
type ruleJSON struct {
	Address string `json:"address"`
	File    string `json:"file"`
	Line    int    `json:"line"`
}

func rulesOf(list []engine.RuleOrigin) []ruleJSON {
	out := make([]ruleJSON, len(list))
	for i, r := range list {
		out[i] = ruleJSON(r)
	}
	return out
}

func readRules(text string) ([]engine.RuleOrigin, error) {
	var list []ruleJSON
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf("%w: the rules of a run cannot be read: %w", errDamaged, err)
	}
	var out []engine.RuleOrigin
	for _, r := range list {
		out = append(out, engine.RuleOrigin(r))
	}
	return out, nil
}
