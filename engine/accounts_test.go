package engine

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
)

// ownBuckets makes two buckets with an upload each: "media" of account 42, and "other"
// of the given owner.
func ownBuckets(owner string) *memStore {
	s := newMemStore("media", "other")
	s.remake("other", func(b *Bucket) { b.Owner = owner })
	s.put("media", "raw/a", "1", 9*day, 9*day)
	s.put("other", "raw/b", "1", 9*day, 9*day)
	return s
}

// TestGuardAllowedAccounts_Sensitive holds that no message tells accounts that are
// sensitive.
func TestGuardAllowedAccounts_Sensitive(t *testing.T) {
	a := allowance{"ks3", "ks3", []string{"HUSHhush7"}, true}
	for _, message := range []string{
		a.objection(Bucket{Name: "media"}), a.objection(Bucket{Name: "media", Owner: "43"}), a.blind(errors.New("denied")).Error(),
	} {
		if strings.Contains(message, "HUSHhush7") || !strings.Contains(message, "allows only (sensitive value)") {
			t.Error(message)
		}
	}
}

func TestGuardAllowedAccounts_Plan(t *testing.T) {
	for name, c := range map[string]struct {
		owner    string
		accounts []string
		want     string // of the scope of bucket other; empty: complete
	}{
		"everybody":          {"43", nil, ""},
		"both":               {"43", []string{"42", "43"}, ""},
		"another owner":      {"43", []string{"42"}, `bucket "other" belongs to account "43", and allowed_accounts of provider ks3 allows only "42": ask with the credentials of an allowed account, or add this one`},
		"of several":         {"43", []string{"1", "2", "42", "5", "6"}, `allows only "1", "2", "42" and 2 more:`},
		"a longer name":      {"420", []string{"42"}, `account "420"`},
		"in Base64":          {"NzMzOTgzMzQ=", []string{"42", "73398334"}, ""},
		"as told, in Base64": {"NzMzOTgzMzQ=", []string{"42", "NzMzOTgzMzQ="}, ""},
		"another in Base64":  {"NzMzOTgzMzQ=", []string{"42"}, `belongs to account "NzMzOTgzMzQ=" (73398334 in Base64), and`},
		"no owner is told":   {"", []string{"42"}, `the store does not tell which account bucket "other" belongs to, and allowed_accounts of provider ks3 allows only "42": ask a store that tells it, or take allowed_accounts away`},
		"no owner, nobody's": {"", []string{"", "42"}, "the store does not tell"},
	} {
		t.Run(name, func(t *testing.T) {
			s := ownBuckets(c.owner)
			cfg := testConfig(testRule("media", "media", "raw/"), testRule("other", "other", "raw/"))
			cfg.Providers[0].AllowedAccounts = c.accounts
			p := buildPlan(t, s, cfg, testOptions(t))
			scope := p.Scopes[1]
			if c.want == "" {
				if scope.Status != ScopeComplete || scope.Listed == 0 {
					t.Errorf("%s: %v", scope.Status, scope.Err)
				}
				return
			}
			if scope.Status != ScopeFailed || !strings.Contains(fmt.Sprint(scope.Err), c.want) {
				t.Errorf("%s: %v, want %s", scope.Status, scope.Err, c.want)
			}
			for _, call := range s.log() {
				if call.ref.Bucket == "other" {
					t.Errorf("%s was sent to a bucket of an account that is not allowed", call.action)
				}
			}
			wantPlanned(t, p, "media/raw/a 1")
			if p.Whole() {
				t.Error("the plan is whole")
			}
		})
	}
}

// TestGuardAllowedAccounts_BucketListRefused holds that what cannot be compared fails.
func TestGuardAllowedAccounts_BucketListRefused(t *testing.T) {
	s := ownBuckets("42")
	s.onListBuckets = func() error { return fmt.Errorf("list buckets: 403: %w", ErrAccessDenied) }
	cfg := testConfig(testRule("media", "media", "raw/"))
	if p := buildPlan(t, s, cfg, testOptions(t)); p.Scopes[0].Status != ScopeComplete {
		t.Fatalf("without allowed_accounts: %v", p.Scopes[0].Err)
	}
	cfg.Providers[0].AllowedAccounts = []string{"42"}
	p := buildPlan(t, s, cfg, testOptions(t))
	if got := p.Scopes[0]; got.Status != ScopeFailed || !strings.Contains(got.Err.Error(), "grant the right to list buckets, or take allowed_accounts away: list buckets: 403") {
		t.Errorf("%s: %v", got.Status, got.Err)
	}
	wantPlanned(t, p)
}

// TestGuardAllowedAccounts_Apply holds that the accounts are compared again right
// before the first abort.
func TestGuardAllowedAccounts_Apply(t *testing.T) {
	for name, c := range map[string]struct {
		change func(w *world)
		want   string
	}{
		"another owner, told only now": {func(w *world) {
			w.store.remake("media", func(b *Bucket) { b.Owner = "43" })
		}, `bucket "media" belongs to account "43", and allowed_accounts`},
		"no owner any more": {func(w *world) {
			w.store.remake("media", func(b *Bucket) { b.Owner = "" })
		}, "the store does not tell which account"},
		"another account is allowed now": {func(w *world) {
			w.cfg.Providers[0].AllowedAccounts = []string{"44"}
		}, `allows only "44"`},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.cfg.Providers[0].AllowedAccounts = []string{"42"}
				ref := w.stale("raw/a", "u1")
				plan := w.plan()
				// A plan of a store that told no owner cannot be compared with it.
				plan.Providers[0].Buckets[0].Owner = ""
				c.change(w)
				outcomes := w.outcomes(plan, w.apply(plan))
				if o := w.want(outcomes, ref, NotAttempted); !strings.Contains(o.Err, c.want) {
					t.Errorf("it says %q, want %q", o.Err, c.want)
				}
				if n := w.store.called("Abort") + w.store.called("ListParts"); n != 0 {
					t.Errorf("%d requests about its uploads", n)
				}
			})
		})
	}
}

// TestGuardAllowedAccounts_ApplyWithoutList holds that a plan without a bucket list is
// not applied by rules that name accounts, and that with them the list is asked for.
func TestGuardAllowedAccounts_ApplyWithoutList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		ref := w.stale("raw/a", "u1")
		plan := w.plan()
		plan.Providers[0].Buckets = nil
		w.cfg.Providers[0].AllowedAccounts = []string{"42"}
		w.store.onListBuckets = func() error { return ErrAccessDenied }
		if _, err := Apply(t.Context(), w.stores(), w.cfg, plan, w.opts); !errors.Is(err, ErrAccessDenied) {
			t.Errorf("apply says %v", err)
		}
		w.store.onListBuckets = nil
		w.store.remake("media", func(b *Bucket) { b.Owner = "43" })
		w.want(w.outcomes(plan, w.apply(plan)), ref, NotAttempted)
	})
}

// TestGuardAllowedAccounts_Base64IsKS3s holds that other stores' ids are compared as
// they are.
func TestGuardAllowedAccounts_Base64IsKS3s(t *testing.T) {
	b := Bucket{Name: "media", Owner: "NzMzOTgzMzQ="}
	for kind, allowed := range map[string]bool{"ks3": true, "s3": false} {
		a := allowance{"p", kind, []string{"73398334"}, false}
		if why := a.objection(b); (why == "") != allowed {
			t.Errorf("%s: %q", kind, why)
		}
	}
}
