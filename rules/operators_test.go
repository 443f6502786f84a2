package rules

import (
	"strings"
	"testing"
)

// An operator of another language is told by its name, with what HCL has for it, and no
// word of a text that is something else is taken for one.
func TestOperatorsOfOtherLanguages(t *testing.T) {
	for where, told := range map[string]string{
		`upload.parts > 1 and upload.size > 5`:                  `Unsupported operator: Write && instead of the word and.`,
		`(upload.parts > 1 or upload.size > 5)`:                 `Unsupported operator: Write || instead of the word or.`,
		`[upload.parts > 1 or upload.size > 5]`:                 `Unsupported operator: Write || instead of the word or.`,
		`alltrue(upload.parts > 1 or upload.size > 5)`:          `Unsupported operator: Write || instead of the word or.`,
		`true ? false and true : false`:                         `Unsupported operator: Write && instead of the word and.`,
		`not startswith(upload.key, "a")`:                       `Unsupported operator: Write !(...) instead of the word not.`,
		`upload.parts > 1 && (not true)`:                        `Unsupported operator: Write !(...) instead of the word not.`,
		`upload.key in ["a"]`:                                   `Unsupported operator: Write contains(list, value) instead of value in list.`,
		`upload.key not in ["a"]`:                               `Unsupported operator: Write !contains(list, value) instead of value not in list.`,
		`upload.key =~ "a"`:                                     `Unsupported operator: Write can(regex(pattern, text)) instead of text =~ pattern.`,
		`upload.key !~ "a"`:                                     `Unsupported operator: Write !can(regex(pattern, text)) instead of text !~ pattern.`,
		`length([for p in ["a"] : p if p == "a" and true]) > 0`: `Unsupported operator: Write && instead of the word and.`,
		`"${true and false}" == "true"`:                         `Unsupported operator: Write && instead of the word and.`,

		`upload.parts like 1`:        `Missing newline after argument: An argument definition`,
		`upload.key == "not" "a"`:    `Missing newline after argument: An argument definition`,
		`upload.key == "a" "and"`:    `Missing newline after argument: An argument definition`,
		`[for not in ["a"] : not] ]`: `Missing newline after argument: An argument definition`,
	} {
		_, d := loadText("rule \"r\" {\n  stale {\n    where = " + where + "\n  }\n}\n")
		if len(d.list) != 1 || !strings.HasPrefix(d.list[0].Summary+": "+d.list[0].Detail, told) {
			t.Errorf("%s:\n%s", where, plainText(t, d))
		}
	}
	const sound = "locals {\n  and = 1\n  or = local.and\n  not = [for in, not in [local.or] : not]\n  in = { not = local.not, and = local.and }\n}\n"
	if _, d := loadText(sound); strings.Contains(plainText(t, d), "Unsupported operator") {
		t.Errorf("names are taken for operators:\n%s", plainText(t, d))
	}
}
