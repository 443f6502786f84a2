package rules

import (
	"errors"
	"strings"
	"testing"
)

// An attribute that is dropped from a sensitive value is told wherever the value comes
// from, without a name or a value of it.
func TestWarnDropped_Sensitive(t *testing.T) {
	const (
		declared = "variable \"cfg\" {\n  type = map(object({ min = optional(number, 0) }))\n  sensitive = true\n}\n" +
			"rule \"r\" {\n  scan {\n    buckets = [\"media\"]\n    whole_bucket = true\n  }\n  stale {\n    older_than = \"7d\"\n" +
			"    where = upload.parts > var.cfg[\"hunter\"].min\n  }\n}\n"
		one = "{ hunter = { mni = 5177 } }"
		two = "{ hunter = { mni = 5177, mxa = 1 } }"
	)
	for name, tt := range map[string]struct {
		vals Values
		says string
	}{
		"file":        {Values{Files: []File{{"x.vars.hcl", []byte("cfg = " + one + "\n")}}}, "This value has 1 attribute that the type of var.cfg does not have, so that it has no effect. Which one is not shown"},
		"flag":        {Values{Flags: []string{"cfg=" + one}}, "-var cfg has 1 attribute"},
		"environment": {Values{Env: []string{"OFFCUT_VAR_cfg=" + two}}, "OFFCUT_VAR_cfg has 2 attributes that the type of var.cfg does not have, so that they have no effect. Which ones"},
	} {
		t.Run(name, func(t *testing.T) {
			_, d := Load(Source{Rules: []File{{"main.hcl", []byte(declared)}}}, tt.vals)
			var told strings.Builder
			if err := errors.Join(d.WriteText(&told, 0, false), d.WriteJSON(&told)); err != nil {
				t.Fatal(err)
			}
			if len(d.list) != 1 || d.HasErrors() || !strings.Contains(told.String(), tt.says) {
				t.Errorf("got\n%s", told.String())
			}
			for _, secret := range []string{"mni", "5177", "hunter"} {
				if strings.Contains(told.String(), secret) {
					t.Errorf("%q is shown:\n%s", secret, told.String())
				}
			}
		})
	}
}
