package engine

import (
	"errors"
	"strings"
	"testing"

	"offcut/rules"
)

func TestCheckRealms(t *testing.T) {
	cfg := func(second string, buckets ...string) *rules.Config {
		return &rules.Config{
			Providers: []rules.Provider{{Address: "ks3"}, {Address: "ks3.slow"}},
			Rules: []rules.Rule{
				{Address: "rule.a", Provider: "ks3", Scan: rules.Scan{Buckets: []string{"media"}}},
				{Address: "rule.b", Provider: second, Scan: rules.Scan{Buckets: buckets}},
			},
		}
	}
	one := func(rules.Provider) (string, error) { return "ks3", nil }
	own := func(p rules.Provider) (string, error) { return p.Address, nil }

	err := CheckRealms(cfg("ks3.slow", "backups", "media"), one)
	if err == nil || !strings.Contains(err.Error(), "rule.a and rule.b look into the same bucket media") {
		t.Errorf("one bucket through two providers: %v", err)
	}
	for name, err := range map[string]error{
		"two stores":    CheckRealms(cfg("ks3.slow", "media"), own),
		"one provider":  CheckRealms(cfg("ks3", "media"), one),
		"other buckets": CheckRealms(cfg("ks3.slow", "backups"), one),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	broken := errors.New("no endpoint")
	if err := CheckRealms(cfg("ks3"), func(rules.Provider) (string, error) { return "", broken }); !errors.Is(err, broken) {
		t.Errorf("a realm that is not known: %v", err)
	}
}
