package rules

import (
	"strings"
	"testing"
)

// nullList has variables that may be given, and are not.
const nullList = "variable \"classes\" {\n  type    = list(string)\n  default = null\n}\nvariable \"limits\" {\n  type    = object({ size = number })\n  default = { size = null }\n}\n"

func TestWhere_MistakesAreToldOnce(t *testing.T) {
	for expr, want := range map[string]string{
		`lookup({ media-prod = 1 }, upload.bucket, "none") == "none"`:              "conditions convert nothing",
		`upload.size > lookup({ for b in ["a"] : b => "5000" }, upload.bucket, 0)`: "conditions convert nothing",
		`slice(split("/", upload.key), 0, 2) == ["raw", "vip"]`:                    "tolist(...)",
		`upload.key > "raw/a"`:                                  "texts, which have no order",
		`upload.size > try(var.limits.size, 10000)`:             "coalesce(...) replaces one that is null",
		`upload.key != var.owners[0] && upload.key > upload.id`: "texts, which have no order",
	} {
		_, d := loadText(nullList + whereRules(expr))
		var told []string
		for _, one := range d.list {
			if !strings.HasPrefix(one.Summary, "Unused") {
				told = append(told, one.Detail)
			}
		}
		if len(told) != 1 || !strings.Contains(told[0], want) {
			t.Errorf("%s: %q, want one message: %s", expr, told, want)
		}
	}
}

func TestWhere_NullsAndLookupsThatStand(t *testing.T) {
	for _, expr := range []string{
		`try(contains(var.classes, upload.storage_class), true)`,
		`try(length(var.classes), 0) == 0 || try(contains(var.classes, upload.storage_class), false)`,
		`length(compact([upload.key, null, ""])) < upload.parts`,
		`lookup({ a = 7, b = "x" }, "a", 7) < upload.parts`,
		`lookup({ media = 7 }, upload.bucket, null) == null`,
		`lookup({ media = 7 }, upload.bucket, 0) < upload.parts`,
		`length(lookup({ media = ["a"], films = [] }, upload.bucket, [])) < upload.parts`,
	} {
		if _, d := loadText(nullList + whereRules(expr)); d.HasErrors() {
			t.Errorf("%s is refused:\n%s", expr, plainText(t, d))
		}
	}
}
