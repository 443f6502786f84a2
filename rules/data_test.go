package rules

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// drawFound draws the bucket list of ks3, with names, regions and types that meet
// conditions often.
func drawFound(t *rapid.T) []FoundBucket {
	names := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"media-a", "media-b", "media-c", "logs", "logs-old", "tmp"}), 0, -1, rapid.ID).Draw(t, "names")
	var list []FoundBucket
	for _, name := range names {
		list = append(list, FoundBucket{
			Name:   name,
			Region: rapid.SampledFrom([]string{"", "BEIJING", "SHANGHAI"}).Draw(t, "region"),
			Type:   rapid.SampledFrom([]string{"", "NORMAL", "ARCHIVE"}).Draw(t, "type"),
			Owner:  rapid.SampledFrom([]string{"", "1", "2"}).Draw(t, "owner"),
		})
	}
	return list
}

// drawDataRules draws a rule set with one data block.
func drawDataRules(t *rapid.T) *Set {
	conditions := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{
		`name_regex = "^(media|logs)-"`, `name_glob = ["media-*", "logs*"]`, `region = ["BEIJING"]`, `type = "NORMAL"`, `name_glob = "*"`,
	}), 1, 1, rapid.ID).Draw(t, "conditions")
	exclude := rapid.SampledFrom([]string{``, `exclude = ["*-c", "tmp"]`}).Draw(t, "exclude")
	value := rapid.SampledFrom([]string{"names", "buckets"}).Draw(t, "value")
	set, diags := loadText(fmt.Sprintf(`
data "buckets" "found" {
  %s
  %s
  allow_empty = true
}
rule "r" {
  description = "%%{ for n in keys(data.buckets.found.buckets) }${n} %%{ endfor }"
  scan {
    buckets      = [for n in %s : n if n != "media-b"]
    whole_bucket = true
    allow_empty  = true
  }
  stale {
    older_than = length(data.buckets.found.names) > 2 ? "8d" : "7d"
  }
}`, conditions[0], exclude, map[string]string{"names": "data.buckets.found.names", "buckets": "keys(data.buckets.found.buckets)"}[value]))
	if diags.HasErrors() {
		t.Fatal(diags.list)
	}
	return set
}

// meaning is a Config as text, with what the way to it reported.
func meaning(t *rapid.T, set *Set, found Found) string {
	cfg, diags := set.Resolve(found)
	if cfg == nil {
		t.Fatalf("no configuration: %v", diags.list)
	}
	text, err := json.Marshal(viewOf(cfg))
	if err != nil {
		t.Fatal(err)
	}
	return string(text) + "\n" + fmt.Sprint(diags.list)
}

func TestResolve_TheOrderOfABucketListNeverMatters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set, list := drawDataRules(t), drawFound(t)
		before := slices.Clone(list)
		one := meaning(t, set, Found{"ks3": list})
		if !reflect.DeepEqual(before, list) {
			t.Fatal("the bucket list of the caller was changed")
		}
		other := meaning(t, set, Found{"ks3": rapid.Permutation(list).Draw(t, "other order")})
		if one != other {
			t.Fatalf("the order of the list matters:\n%s\n%s", one, other)
		}
	})
}

// A plan keeps only what its data blocks found. The rules must mean the same by it.
func TestFoundOf_TheSameRulesFindTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set, found := drawDataRules(t), Found{"ks3": drawFound(t)}
		cfg, _ := set.Resolve(found)
		only := Found{"ks3": found.Of(cfg.Discoveries[0])}
		again, diags := set.Resolve(only)
		if again == nil || again.Fingerprint() != cfg.Fingerprint() {
			t.Fatalf("what is kept means something else: %v\n%v\n%v", only, cfg.Discoveries, diags.list)
		}
		for _, b := range only["ks3"] {
			if !slices.Contains(cfg.Discoveries[0].Names, b.Name) {
				t.Fatalf("%s is kept, and was not found", b.Name)
			}
		}
	})
}

func TestFingerprint_AnotherBucketIsAnotherMeaning(t *testing.T) {
	set, _ := loadText(`
data "buckets" "found" {
  name_glob = "*"
}
rule "r" {
  scan {
    buckets      = ["media"]
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}`)
	var prints []string
	for _, names := range []string{"a-1", "a-1 b-2"} {
		var list []FoundBucket
		for _, name := range strings.Fields(names) {
			list = append(list, FoundBucket{Name: name})
		}
		cfg, diags := set.Resolve(Found{"ks3": list})
		if cfg == nil {
			t.Fatal(diags.list)
		}
		prints = append(prints, cfg.Fingerprint())
	}
	if prints[0] == prints[1] {
		t.Error("a bucket that a data block found is not in the fingerprint")
	}
}

func TestFamilies_AreTheBlocksWhoseInstancesAreKnownLater(t *testing.T) {
	rule := func(name, forEach, rest string) string {
		return fmt.Sprintf(`
rule %q {
  %s
  schedule = "0 3 * * *"
  mode     = "apply"
  %s
  scan {
    buckets      = ["media"]
    whole_bucket = true
    allow_empty  = true
  }
  stale {
    older_than = "7d"
  }
}`, name, forEach, rest)
	}
	set, diags := loadText(`
data "buckets" "found" {
  name_glob   = "*"
  allow_empty = true
}` + rule("z", `for_each = toset(data.buckets.found.names)`, "") +
		rule("off", `for_each = data.buckets.found.buckets`, "enabled = false") +
		rule("keyed", `for_each = { a = data.buckets.found.names }`, "") +
		rule("none", `for_each = {}`, "") + rule("plain", "", ""))
	if diags.HasErrors() {
		t.Fatal(diags.list)
	}
	var got []string
	for _, f := range set.Families() {
		got = append(got, fmt.Sprintf("%s %s %s %t", f.Address, f.Schedule.Text, f.Mode, f.Disabled))
	}
	want := []string{"rule.off 0 3 * * * apply true", "rule.z 0 3 * * * apply false"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestQueries_OneForEachDataBlockWithItsProvider(t *testing.T) {
	set, diags := loadText(`
provider "s3" {
  alias    = "minio"
  endpoint = "http://127.0.0.1:9000"
}
provider "ks3" {
  region = "BEIJING"
}
data "buckets" "b" {
  provider  = s3.minio
  name_glob = "*"
}
data "buckets" "a" {
  provider  = ks3
  name_glob = "*"
}
rule "r" {
  provider = ks3
  scan {
    buckets      = data.buckets.a.names
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}`)
	if diags.HasErrors() {
		t.Fatal(diags.list)
	}
	var got []string
	for _, q := range set.Queries() {
		got = append(got, q.Address+" "+q.Provider.Address+" "+q.Provider.Region+q.Provider.Endpoint)
	}
	want := []string{"data.buckets.a ks3 BEIJING", "data.buckets.b s3.minio http://127.0.0.1:9000"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	// A list that nobody asked for is no reason to guess an empty one.
	if cfg, diags := set.Resolve(Found{"ks3": {{Name: "media"}}}); cfg != nil || !diags.HasErrors() {
		t.Error("the rules were resolved without the list of s3.minio")
	}
}
