package rules

import (
	"fmt"
	"strings"
	"testing"
)

// teamRules is a rule set of n rules in files of ten, with everything that a large
// team's would use: variables, locals, for_each, where, templates, functions, protects.
// mistake is put into every rule.
func teamRules(n int, mistake string) Source {
	files := []File{{"00-common.hcl", []byte(commonBlocks(n))}}
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, `
rule "team_%03[1]d" {
  description = "Abandoned uploads of team %[1]d"
  schedule    = "%[2]d 3 * * *"
  timezone    = "Asia/Shanghai"

  scan {
    buckets  = ["team-%03[1]d-raw", "team-%03[1]d-tmp"]
    prefixes = [local.prefix_%03[1]d, "${var.stage}/tmp/"]
    exclude  = ["**/keep/**"]
  }

  stale {
    older_than = lookup(local.ages, "team_%03[1]d", var.older_than)
    idle_for   = "2d"
  }

  limits {
    max_uploads = var.max_uploads * 10
    max_bytes   = "1TiB"
  }
%[3]s}
`, i, i%60, mistake)
		if i%10 == 9 || i == n-1 {
			files = append(files, File{fmt.Sprintf("team-%03d.hcl", i/10), []byte(text.String())})
			text.Reset()
		}
	}
	return Source{Rules: files}
}

func commonBlocks(n int) string {
	var b strings.Builder
	b.WriteString(`
variable "stage" {
  type    = string
  default = "prod"
}

variable "older_than" {
  type    = string
  default = "7d"

  validation {
    condition     = duration(var.older_than) >= duration("3d")
    error_message = "Too short."
  }
}

variable "max_uploads" {
  type    = number
  default = 1000
}

locals {
  ages = {
`)
	for i := range n {
		if i%3 == 0 {
			fmt.Fprintf(&b, "    team_%03d = \"%dd\"\n", i, 3+i%30)
		}
	}
	b.WriteString("  }\n")
	for i := range n {
		fmt.Fprintf(&b, "  prefix_%03d = format(\"%%s/team-%%03d/\", var.stage, %d)\n", i, i)
	}
	b.WriteString("}\n")
	for i := range n / 10 {
		fmt.Fprintf(&b, `
protect "legal_%03[1]d" {
  buckets  = ["team-%03[1]d-*"]
  prefixes = ["prod/legal/"]
}
`, i)
	}
	return b.String()
}

func BenchmarkLoad(b *testing.B) {
	for name, mistake := range map[string]string{"valid": "", "a mistake in every rule": "\n  older_then = \"7d\"\n"} {
		src := teamRules(500, mistake)
		b.Run("500 rules in 50 files, "+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, d := Load(src, Values{}); d.HasErrors() != (mistake != "") {
					b.Fatal(headsOf(d))
				}
			}
		})
	}
}
