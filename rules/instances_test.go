package rules

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"pgregory.net/rapid"
)

// loadLater loads one rule file in which the local value "later" is what a bucket list
// will tell: of a type, and unknown.
func loadLater(src string, later cty.Type) (*Config, Diagnostics) {
	l := &loader{files: map[string]*hcl.File{}}
	tree := l.readTree(l.parseRules([]File{{Name: "main.hcl", Bytes: []byte("locals {\n  later = null\n}\n" + src)}}))
	l.declareVariables(tree)
	l.setVariables(nil, Values{})
	l.declareLocals(tree)
	l.locals["later"].value, l.locals["later"].state = cty.UnknownVal(later), finished
	l.declareData(tree)
	l.evaluateLocals()
	return l.decode(tree), l.report()
}

// ruleOf is a rule with these lines at its beginning.
func ruleOf(lines string) string {
	return "rule \"r\" {\n" + lines + `
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
`
}

func TestForEach_WhatIsNotKnownYetIsCheckedOnce(t *testing.T) {
	names := cty.Map(cty.String)
	for src, want := range map[string]string{
		ruleOf("for_each = local.later\ndescription = \"of ${each.key}: ${each.value}\""):                                          "",
		ruleOf("for_each = toset(keys(local.later))\ndescription = each.value"):                                                    "",
		ruleOf("for_each = { a = local.later }\ndescription = each.key"):                                                           "",
		ruleOf("for_each = local.later\nenabled = each.value == \"x\""):                                                            "",
		ruleOf("for_each = local.later\nprecondition {\ncondition = each.key != \"\"\nerror_message = each.key\n}"):                "",
		ruleOf("dynamic \"limits\" {\nfor_each = local.later\ncontent {\nmax_uploads = 7\n}\n}"):                                   "",
		ruleOf("for_each = local.later\ndynamic \"limits\" {\nfor_each = [each.value]\ncontent {\nmax_bytes = limits.value\n}\n}"): "",

		ruleOf("for_each = local.later\nlimits {\nmax_uploads = each.value\n}"):                                      "Wrong type of value",
		ruleOf("for_each = keys(local.later)"):                                                                       "Invalid for_each",
		ruleOf("dynamic \"limits\" {\nfor_each = local.later\ncontent {\nmax_uploads = limits.value\n}\n}"):          "Wrong type of value",
		ruleOf("dynamic \"limits\" {\nfor_each = local.later\ncontent {\nmax_uploads = 0\n}\n}"):                     "Invalid number",
		ruleOf("for_each = local.later\nprecondition {\ncondition = each.key\nerror_message = \"x\"\n}"):             "Wrong type of value",
		"offcut {\ndynamic \"limits\" {\nfor_each = local.later\ncontent {\nmax_uploads = 7\n}\n}\n}\n" + ruleOf(""): "Value known too late",
	} {
		cfg, diags := loadLater(src, names)
		var errors []string
		for _, d := range diags.list {
			if d.Severity == hcl.DiagError {
				errors = append(errors, d.Summary)
			}
		}
		if want == "" && len(errors) > 0 || want != "" && !slices.Equal(errors, []string{want}) {
			t.Errorf("%s\nerrors %q, want %q", src, errors, want)
		}
		if want == "" && (len(cfg.Rules) != 1 || len(cfg.Empty) > 0) {
			t.Errorf("%s\n%d rules", src, len(cfg.Rules))
		}
	}
}

func TestForEach_AMessageAboutOneInstanceNamesIt(t *testing.T) {
	_, diags := loadText(`rule "area" {
  for_each = { raw = "7d", tmp = "3h" }
  scan {
    buckets  = ["media"]
    prefixes = ["${each.key}/"]
  }
  stale {
    older_than   = "10d"
    max_lifetime = each.value == "3h" ? "1d" : "60d"
    idle_for     = "two"
  }
}
`)
	text := plainText(t, diags)
	for _, want := range []string{
		"Error: Lifetime too short\n\n  with rule.area[\"tmp\"],\n  on main.hcl line 9, in rule \"area\":\n",
		"with each.value as \"3h\".\n",
		"Error: Invalid duration\n\n  on main.hcl line 10, in rule \"area\":\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the messages do not hold %q:\n%s", want, text)
		}
	}
	if n := strings.Count(text, "Error:"); n != 2 {
		t.Errorf("%d messages, want 2:\n%s", n, text)
	}
	var json strings.Builder
	if err := diags.WriteJSON(&json); err != nil || strings.Count(json.String(), `"address": "rule.area[\"tmp\"]"`) != 1 {
		t.Errorf("%v\n%s", err, json.String())
	}
}

func TestForEach_SensitiveKeysAreRefused(t *testing.T) {
	const variable = "variable \"s\" {\n  sensitive = true\n  default   = { hush = \"hush-hush\" }\n}\n"
	for _, forEach := range []string{"var.s", "toset(values(var.s))", "toset([sensitive(\"hush\")])"} {
		_, diags := loadText(variable + ruleOf("for_each = "+forEach))
		text := plainText(t, diags)
		if !diags.HasErrors() || !strings.Contains(text, "nonsensitive") || strings.Contains(text, "hush-hush") {
			t.Errorf("for_each = %s:\n%s", forEach, text)
		}
	}
	set, diags := loadText(variable + ruleOf("for_each = { a = var.s.hush }\nenabled = true"))
	if cfg := mustResolve(t, set, diags); cfg.Rules[0].Key != "a" {
		t.Errorf("%+v", cfg.Rules)
	}
}

func TestForEach_AsManyAsARuleSetMayHave(t *testing.T) {
	set, diags := loadText(`rule "r" {
  for_each = { for p in setproduct(range(100), range(100)) : "${p[0]}-${p[1]}" => p[0] }
  scan {
    buckets  = ["media"]
    prefixes = ["${each.key}/"]
  }
  stale {
    older_than = "${each.value + 1}d"
  }
}
`)
	if cfg := mustResolve(t, set, diags); len(cfg.Rules) != maxInstances {
		t.Errorf("%d rules, want %d", len(cfg.Rules), maxInstances)
	}
}

// What a few lines make of many instances is bounded: no more of them than there may be,
// and no more blocks in all of them than fit.
func TestForEach_AMistakeDoesNotFillTheMemory(t *testing.T) {
	const few = "rule \"few\" {\n  for_each = toset([\"a\"])\n" + `
  scan {
    buckets  = ["media"]
    prefixes = ["tmp/"]
  }
  stale {
    older_than = "7d"
  }
}
`
	const many = `for_each = { for p in setproduct(range(100), range(100)) : "${p[0]}-${p[1]}" => 1 }`
	for src, want := range map[string]string{
		few + ruleOf(many): "makes 10000, and with what stands before it more than 10000",
		ruleOf(many + strings.Repeat("\nprecondition {\ncondition = true\nerror_message = \"x\"\n}", 2000)):                                            "more than 128 MiB",
		ruleOf("for_each = toset([\"a\", \"b\"])\ndynamic \"precondition\" {\n" + many + "\ncontent {\ncondition = true\nerror_message = \"x\"\n}\n}"): "makes 10000",
	} {
		_, diags := loadText(src)
		if text := plainText(t, diags); strings.Count(text, "Error:") != 1 || !strings.Contains(text, want) {
			t.Errorf("want %q:\n%s", want, text[:min(len(text), 2000)])
		}
	}
}

// TestForEach_TheOrderOfKeysDoesNotMatter draws keys, and writes them in two orders.
func TestForEach_TheOrderOfKeysDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		keys := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z "\\${%]{1,6}`), 1, 6, rapid.ID[string]).Draw(rt, "keys")
		shuffled := rapid.Permutation(keys).Draw(rt, "shuffled")
		var prints []string
		for _, form := range []string{"{ %s }", "toset([%s])"} {
			for _, order := range [][]string{keys, shuffled} {
				var elements []string
				for _, key := range order {
					element := quoteKey(key)
					if form[0] == '{' {
						element += " = " + element
					}
					elements = append(elements, element)
				}
				set, diags := loadText(ruleOf("for_each = " + fmt.Sprintf(form, strings.Join(elements, ", ")) + "\ndescription = each.value"))
				cfg := mustResolve(t, set, diags)
				if len(cfg.Rules) != len(keys) {
					rt.Fatalf("%d rules of the keys %q", len(cfg.Rules), keys)
				}
				for _, r := range cfg.Rules {
					if a, err := ParseAddress(r.Address); err != nil || a.Key != r.Key || !slices.Contains(keys, r.Key) {
						rt.Fatalf("%s is read as %+v, %v", r.Address, a, err)
					}
				}
				prints = append(prints, cfg.Fingerprint())
			}
		}
		if prints[0] != prints[1] || prints[0] != prints[2] || prints[0] != prints[3] {
			rt.Fatalf("the keys %q and %q mean different things", keys, shuffled)
		}
	})
}

func TestDynamic_MakesTheAssertsOfACheck(t *testing.T) {
	set, diags := loadText(`check "sizes" {
  dynamic "assert" {
    for_each = { uploads = 10, bytes = 20 }
    content {
      condition     = plan.abort[assert.key] < assert.value
      error_message = "Too many ${assert.key}."
    }
  }
}
` + ruleOf(""))
	if cfg := mustResolve(t, set, diags); len(cfg.Checks) != 1 || len(cfg.Checks[0].Asserts) != 2 {
		t.Errorf("%+v", cfg.Checks)
	}
}

// TestInstances_MessagesOfManyAreFolded holds that a mistake in every instance does not
// push all else from a terminal, and that nothing is lost in the JSON form.
func TestInstances_MessagesOfManyAreFolded(t *testing.T) {
	text := strings.Replace(smallRule, "rule \"r\" {", "rule \"r\" {\n  for_each = toset([for i in range(20) : \"k${i}\"])\n  precondition {\n    condition     = each.key == \"\"\n    error_message = \"Never, ${each.key}.\"\n  }", 1)
	_, d := loadText(strings.Replace(text, "\"raw/\"", "\"${each.key}/\"", 1))
	told := plainText(t, d)
	if n := strings.Count(told, "Precondition does not hold"); n != maxInstancesShown {
		t.Errorf("%d messages are shown, want %d:\n%s", n, maxInstancesShown, told)
	}
	if !strings.Contains(told, "The same is told of 17 more instances at this place.") {
		t.Errorf("the others are not counted:\n%s", told)
	}
	var b bytes.Buffer
	if err := d.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.String(), "Precondition does not hold"); n != 20 {
		t.Errorf("the JSON form holds %d of 20 messages", n)
	}
}
