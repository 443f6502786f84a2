package emulator

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"offcut/engine/emulator/switches"
)

// documentedConfig is the config that the package's documentation shows.
func documentedConfig(t testing.TB) string {
	t.Helper()
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(doc), "// # Configuration\n")
	section, _, _ = strings.Cut(section, "// # ")
	var src strings.Builder
	for line := range strings.Lines(section) {
		if code, ok := strings.CutPrefix(line, "//\t"); ok {
			src.WriteString(code)
		}
	}
	return src.String()
}

func TestTheDocumentedConfigWorks(t *testing.T) {
	c, err := LoadConfig("doc.go", []byte(documentedConfig(t)))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Users) != 2 || len(c.Buckets) != 1 || len(c.Seeds) != 1 || c.Seeds[0].StaleEvery != 100 || c.Switches.Rate.Burst != 10 {
		t.Errorf("the documentation has lost something: %+v", c)
	}
	s, err := Open(c.Options(Options{}))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // The test is over.
	if err := c.Apply(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if q := s.board.Set().Quirks; q.UnknownAbort != "204" || q.SecondAbort != "" || q.DateOffset() != -7*time.Minute {
		t.Errorf("in effect: %+v", q)
	}
}

func TestConfigBlocksAreTheJSONOfSwitches(t *testing.T) {
	tests := []struct{ src, want string }{
		{``, `{}`},
		{`switches {}`, `{}`},
		{`switches {
  profile   = "moto"
  order     = null
  seed      = 18446744073709551615
}`, `{"profile":"moto","seed":18446744073709551615}`},
		{`fault "*" { cut = true }
fault "ListParts" {
  probability = 0.25
  delay       = "1m30s"
}`, `{"faults":[{"action":"*","cut":true},{"action":"ListParts","probability":0.25,"delay":"1m30s"}]}`},
		{`rate_limit { requests_per_second = 0.5 }`, `{"rate_limit":{"requests_per_second":0.5}}`},
	}
	for _, tt := range tests {
		c, err := LoadConfig("x", []byte(tt.src))
		got, _ := json.Marshal(c.Switches)
		if err != nil || string(got) != tt.want {
			t.Errorf("%s: %s, %v; want %s", tt.src, got, err, tt.want)
		}
	}
	if o := (Config{}).Options(Options{Switches: switches.Set{Profile: "moto"}}); o.Switches.Profile != "moto" {
		t.Error("a config without switches turned the given ones off")
	}
}

func TestConfigMistakesOfSwitchesHaveTheirLines(t *testing.T) {
	src := `switches {
  profile      = "ceph"
  second_abort = 204
  colour       = "red"
  faults       = "none"
  order        = ["created"]
  seed         = -1
  date         = nope
}
fault "AbortUpload" {
  status = 503
}
fault "ListParts" {
  action = "*"
  every  = 1.5
  delay  = "soon"
}
fault "ListParts" {
  times = 3
}
fault "ListParts" {
  cut = true
  nested {}
}
rate_limit {
  burst = 1e99 * 1e99 * 1e99 * 1e99
}
rate_limit {
  burst = 1
}
seed "media" {
  count = 0
  key   = "k"
  age   = "1d"
}
`
	if _, err := LoadConfig("x", []byte(src)); err == nil || !strings.Contains(err.Error(), "rate_limit") {
		t.Errorf("two limits: %v", err)
	}
	src = strings.Replace(src, "rate_limit {\n  burst = 1\n}\n", "", 1)
	_, err := LoadConfig("x", []byte(src))
	if err == nil {
		t.Fatal("taken")
	}
	for _, want := range []string{
		`x:2: switches: profile: "ceph" is not known`,
		`x:3: switches: second_abort: 204: a text in quotes`,
		`x:4: switches: colour: is not known`,
		`x:5: switches: faults: is not an argument of this block`,
		`x:6: switches: order: a text, a number, true or false is needed`,
		`x:7: switches: seed: -1: a whole number`,
		`x:8: Variables not allowed`,
		`x:10: fault "AbortUpload": action: "AbortUpload" is not known`,
		`x:14: fault "ListParts": action: is not an argument of this block`,
		`x:15: fault "ListParts": every: 1.5: a whole number`,
		`x:16: fault "ListParts": delay: "soon": a duration`,
		`x:18: fault "ListParts": delay: the fault does nothing`,
		`x:23: Unexpected "nested" block`,
		`x:26: rate_limit: burst: the number is too large`,
		`x:28: seed "media": count`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in:\n%v", want, err)
		}
	}
}
