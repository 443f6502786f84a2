package rules

import (
	"bytes"
	"strings"
	"testing"
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
