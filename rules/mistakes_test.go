package rules

import (
	"fmt"
	"strings"
	"testing"
)

// TestLoad_TenMistakes holds the messages about ten common mistakes: the place, at
// least as exact as the one that Terraform's language names for the same mistake, and
// what to do. The places in the comments are those of `tofu validate -json`, OpenTofu
// 1.12.6, line and column from which to which.
func TestLoad_TenMistakes(t *testing.T) {
	for _, tt := range []struct{ name, text, place, summary, todo string }{
		// 3:13 to 3:20, the value.
		{"bad type", "variable \"n\" {\n  type    = number\n  default = \"seven\"\n}\nlocals {\n  n = var.n\n}\n", "3:13-20", "Invalid default value", "Write a default of that type"},
		// The brace of the block that lacks it.
		{"missing argument", "rule \"r\" {\n  scan {\n    buckets  = [\"media\"]\n    prefixes = [\"raw/\"]\n  }\n  stale {\n  }\n}\n", "6:3-8", "Missing required argument", `Add older_than = "7d"`},
		// 1:1 to 1:8, the word.
		{"unknown block", "rul \"x\" {\n}\n", "1:1-4", "Unsupported block", `Did you mean "rule"?`},
		// No place, and the names in no order.
		{"cycle", "locals {\n  a = local.b\n  b = local.c\n  c = local.a\n}\n", "2:3-4", "Local values in a circle", "local.a -> local.b -> local.c -> local.a. Break the circle"},
		// The whole reference.
		{"undeclared variable", "variable \"stale_after\" {\n  default = \"7d\"\n}\nlocals {\n  a = var.stale_afer\n  b = var.stale_after\n}\n", "5:7-21", "Reference to undeclared variable", `Did you mean "stale_after"?`},
		// 1:1 to 1:16, the declaration, when the value comes from a default.
		{"failing validation", "variable \"days\" {\n  default = 0\n  validation {\n    condition     = var.days > 0\n    error_message = \"Write at least 1.\"\n  }\n}\nlocals {\n  a = var.days\n}\n", "2:13-14", "Invalid value for a variable", "Write at least 1."},
		// The header of the second one.
		{"duplicate name", "variable \"a\" {\n  default = 1\n}\nvariable \"a\" {\n  default = 2\n}\nlocals {\n  b = var.a\n}\n", "4:1-13", "Duplicate variable", "Rename or remove one of the two"},
		// The first argument too many.
		{"wrong arity", "locals {\n  a = upper(\"x\", \"y\")\n}\n", "2:19-20", "Too many function arguments", "Remove what is too many"},
		// The whole reference, as a resource that is not declared.
		{"bad reference", "locals {\n  a = \"x\"\n  b = locl.a\n}\n", "3:7-13", "Invalid reference", `Did you mean "local"?`},
		// 3:1 to 3:2, where the comma is missed.
		{"syntax error", "locals {\n  a = [\"x\"\n}\n", "3:1-2", "Missing item separator", `close the list with "]"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, d := loadText(tt.text + smallRule)
			var told []string
			for _, diag := range d.list {
				at := "nowhere"
				if s := diag.Subject; s != nil {
					at = fmt.Sprintf("%d:%d-%d", s.Start.Line, s.Start.Column, s.End.Column)
				}
				if diag.Summary == tt.summary && at == tt.place && strings.Contains(diag.Detail, tt.todo) {
					return
				}
				told = append(told, at+" "+diag.Error())
			}
			t.Errorf("no message says %q at %s and %q, only:\n%s", tt.summary, tt.place, tt.todo, strings.Join(told, "\n"))
		})
	}
}
