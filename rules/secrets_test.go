package rules

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
)

// TestNoMessageShowsACredential puts a secret wherever somebody may put one, and
// makes a message about its line.
func TestNoMessageShowsACredential(t *testing.T) {
	const secret = "SUPERhush"
	for name, text := range map[string]string{
		"argument":            "provider \"ks3\" {\n access_key_secret = \"SUPERhush\"\n}\n",
		"bare word":           "provider \"ks3\" {\n access_key_secret = SUPERhush\n}\n",
		"broken line":         "provider \"ks3\" {\n secret_key = \"SUPERhush\" \"x\"\n}\n",
		"block of one line":   "provider \"ks4\" { password = \"SUPERhush\" }\n",
		"endpoint":            "provider \"s3\" {\n endpoint = \"https://u:SUPERhush@h\"\n}\n",
		"endpoint, no scheme": "provider \"s3\" {\n endpoint = \"u:SUPERhush@h:9\"\n}\n",
		"endpoint, no URL":    "provider \"s3\" {\n endpoint = \"https://u:SUPERhush%zz@h\"\n}\n",
		"endpoint by a local": "locals {\n e = \"https://u:SUPERhush@h\"\n}\nprovider \"s3\" {\n endpoint = local.e\n region = \"${local.e}\" == 1 ? 1 : 2\n}\n",
		"endpoint, broken":    "provider \"s3\" {\n endpoint = \"https://u:SUPERhush@h\" + +\n}\n",
	} {
		t.Run(name, func(t *testing.T) {
			_, d := loadText(text + smallRule)
			if !d.HasErrors() {
				t.Fatal("no message")
			}
			var j bytes.Buffer
			if err := d.WriteJSON(&j); err != nil {
				t.Fatal(err)
			}
			if all := plainText(t, d) + j.String(); strings.Contains(all, secret) {
				t.Errorf("the secret is shown:\n%s", all)
			}
		})
	}
}

// TestFindSecrets_ALineIsHiddenOnce holds that what is hidden grows with the text, also
// where everything in it stands inside of something hidden.
func TestFindSecrets_ALineIsHiddenOnce(t *testing.T) {
	const n = 2000
	for name, text := range map[string]string{
		"names of credentials": strings.Repeat("password = ", n) + "1\n",
		"defaults":             "variable \"s\" {\n  sensitive = true\n  default = " + strings.Repeat("default = ", n) + "1\n}\n",
		"open variables":       strings.Repeat("variable \"s\" {\n  sensitive = true\n  default = 1\n", n),
		"calls":                strings.Repeat("sensitive(", n),
	} {
		l := &loader{files: map[string]*hcl.File{}}
		l.parse(File{Name: "main.hcl", Bytes: []byte(text)})
		if len(l.secrets) == 0 || len(l.secrets) > 2*n {
			t.Errorf("%s: %d places are hidden", name, len(l.secrets))
		}
	}
	l := &loader{files: map[string]*hcl.File{}, sensitive: map[string]bool{"s": true}}
	l.parseValues(File{Name: "offcut.vars.hcl", Bytes: []byte(strings.Repeat("s = ", n) + "1\n")})
	if len(l.secrets) > 2 {
		t.Errorf("values: %d places are hidden", len(l.secrets))
	}
}

func TestHidden_PartsAreJoined(t *testing.T) {
	at := func(from, to int) hcl.Range {
		return hcl.Range{Filename: "a", Start: hcl.Pos{Byte: from}, End: hcl.Pos{Byte: to}}
	}
	l := &loader{secrets: []hcl.Range{at(20, 30), at(2, 5), at(4, 9), at(9, 11), at(22, 24)}}
	parts := l.hidden()["a"]
	if want := []hiddenPart{{2, 11}, {20, 30}}; !slices.Equal(parts, want) {
		t.Errorf("got %v, want %v", parts, want)
	}
	for r, want := range map[hcl.Range]bool{
		at(0, 1): false, at(0, 2): true, at(10, 10): true, at(11, 12): false, at(11, 20): true, at(30, 31): false, at(0, 99): true,
	} {
		if touches(parts, r) != want {
			t.Errorf("%d to %d: %v", r.Start.Byte, r.End.Byte, !want)
		}
	}
}
