package rules

import (
	"bytes"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// A functionCall is a call with its result as JSON.
type functionCall struct{ call, want string }

// functionCalls call every function of the language once, those that differ from
// cty's own more often.
func functionCalls() []functionCall {
	return []functionCall{
		{`abs(-2)`, `2`}, {`ceil(1.2)`, `2`}, {`floor(1.8)`, `1`}, {`log(8, 2)`, `3`}, {`max(1, 3, 2)`, `3`},
		{`min(2, 1)`, `1`}, {`parseint("ff", 16)`, `255`}, {`pow(2, 10)`, `1024`}, {`signum(-7)`, `-1`},
		{`chomp("a\n")`, `"a"`}, {`format("%s-%03d", "a", 7)`, `"a-007"`}, {`formatlist("%s/", ["a", "b"])`, `["a/","b/"]`},
		{`indent(2, "a\nb")`, `"a\n  b"`}, {`join(",", ["a", "b"])`, `"a,b"`}, {`lower("AB")`, `"ab"`},
		{`upper("ab")`, `"AB"`}, {`title("a b")`, `"A B"`}, {`regex("[0-9]+", "ab12")`, `"12"`},
		{`regexall("[0-9]", "a1b2")`, `["1","2"]`}, {`replace("a.b", ".", "-")`, `"a-b"`},
		{`replace("a1b22", "/[0-9]+/", "#")`, `"a#b#"`}, {`replace("ab", "/(a)(b)/", "$2$1")`, `"ba"`},
		{`split(",", "a,b")`, `["a","b"]`}, {`startswith("raw/a", "raw/")`, `true`}, {`endswith("a.mp4", ".mov")`, `false`},
		{`strrev("abc")`, `"cba"`}, {`substr("abcdef", 1, 3)`, `"bcd"`}, {`trim("xax", "x")`, `"a"`},
		{`trimprefix("raw/a", "raw/")`, `"a"`}, {`trimsuffix("a/", "/")`, `"a"`}, {`trimspace(" a ")`, `"a"`},
		{`formatdate("YYYY-MM", "2026-11-22T00:00:00Z")`, `"2026-11"`},
		{`timeadd("2026-11-22T00:00:00Z", "24h")`, `"2026-11-23T00:00:00Z"`},
		{`chunklist([1, 2, 3], 2)`, `[[1,2],[3]]`}, {`coalesce("", "b")`, `"b"`}, {`coalesce(null, 0, 1)`, `0`},
		{`coalescelist([], ["a"])`, `["a"]`}, {`compact(["a", ""])`, `["a"]`}, {`concat(["a"], ["b"])`, `["a","b"]`},
		{`contains(["a"], "a")`, `true`}, {`distinct(["a", "a"])`, `["a"]`}, {`element(["a", "b"], 3)`, `"b"`},
		{`flatten([["a"], [["b"]]])`, `["a","b"]`}, {`index(["a", "b"], "b")`, `1`}, {`keys({ b = 1, a = 2 })`, `["a","b"]`},
		{`length([1, 2])`, `2`}, {`length("媒体")`, `2`}, {`length({ a = 1 })`, `1`}, {`length(toset(["a", "a"]))`, `1`},
		{`lookup({ a = 1 }, "b", 7)`, `7`}, {`merge({ a = 1 }, { b = 2 })`, `{"a":1,"b":2}`}, {`range(3)`, `[0,1,2]`},
		{`reverse([1, 2])`, `[2,1]`}, {`setintersection(["a", "b"], ["b"])`, `["b"]`},
		{`setproduct(["a"], ["b"])`, `[["a","b"]]`}, {`setsubtract(["a", "b"], ["b"])`, `["a"]`},
		{`setunion(["a"], ["b"])`, `["a","b"]`}, {`slice(["a", "b", "c"], 1, 3)`, `["b","c"]`}, {`sort(["b", "a"])`, `["a","b"]`},
		{`values({ b = 1, a = 2 })`, `[2,1]`}, {`zipmap(["a"], [1])`, `{"a":1}`},
		{`can(tonumber("x"))`, `false`}, {`try(tonumber("x"), 5)`, `5`}, {`csvdecode("a,b\n1,2")`, `[{"a":"1","b":"2"}]`},
		{`jsondecode("[1]")`, `[1]`}, {`jsonencode({ a = 1 })`, `"{\"a\":1}"`}, {`tobool("true")`, `true`},
		{`tolist(toset(["b", "a"]))`, `["a","b"]`}, {`tomap({ a = 1 })`, `{"a":1}`}, {`tonumber("7")`, `7`},
		{`toset(["a", "a"])`, `["a"]`}, {`tostring(7)`, `"7"`},
		{`bytes("1KiB")`, `1024`}, {`bytes("5TiB")`, `5497558138880`}, {`duration("7d")`, `604800`}, {`duration("1d12h")`, `129600`},
		{`glob("raw/**", "raw/a/b")`, `true`}, {`glob("raw/*", "raw/a/b")`, `false`},
		// The rest are the examples of Terraform's own documentation.
		{`alltrue(["true", true])`, `true`}, {`alltrue([true, false])`, `false`}, {`alltrue([])`, `true`}, {`alltrue([true, null])`, `false`},
		{`anytrue(["true"])`, `true`}, {`anytrue([true])`, `true`}, {`anytrue([true, false])`, `true`}, {`anytrue([])`, `false`}, {`anytrue([null])`, `false`},
		{`sum([10, 13, 6, 4.5])`, `33.5`}, {`sum(toset([1, 2]))`, `3`}, {`sum(["1", 2])`, `3`},
		{`one([])`, `null`}, {`one(["hello"])`, `"hello"`}, {`one(toset(["a"]))`, `"a"`}, {`one(tolist([]))`, `null`},
		{`matchkeys(["i-123", "i-abc", "i-def"], ["us-west", "us-east", "us-east"], ["us-east"])`, `["i-abc","i-def"]`},
		{`matchkeys(["a"], ["b"], [])`, `[]`}, {`matchkeys([1, 2], ["1", "2"], [2])`, `[2]`},
		{`transpose({ a = ["1", "2"], b = ["2", "3"] })`, `{"1":["a"],"2":["a","b"],"3":["b"]}`}, {`transpose({})`, `{}`},
		{`lookup({ a = "ay", b = "bee" }, "a", "what?")`, `"ay"`}, {`lookup({ a = "ay", b = "bee" }, "c", "what?")`, `"what?"`},
		{`lookup({ a = 1 }, "b", null)`, `null`}, {`lookup({ a = 1 }, "a")`, `1`}, {`lookup(tomap({ a = 1 }), "a")`, `1`},
		{`strcontains("hello world", "wor")`, `true`}, {`strcontains("hello world", "wod")`, `false`},
		{`startswith("hello world", "hello")`, `true`}, {`startswith("hello world", "world")`, `false`},
		{`endswith("hello world", "world")`, `true`}, {`endswith("hello world", "hello")`, `false`},
		{`timecmp("2017-11-22T00:00:00Z", "2017-11-22T00:00:00Z")`, `0`}, {`timecmp("2017-11-22T00:00:00Z", "2017-11-22T01:00:00Z")`, `-1`},
		{`timecmp("2017-11-22T01:00:00Z", "2017-11-22T00:00:00Z")`, `1`}, {`timecmp("2017-11-22T01:00:00Z", "2017-11-22T00:00:00-01:00")`, `0`},
		{`timeadd("2017-11-22T00:00:00Z", "10m")`, `"2017-11-22T00:10:00Z"`},
		{`formatdate("DD MMM YYYY hh:mm ZZZ", "2018-01-02T23:12:01Z")`, `"02 Jan 2018 23:12 UTC"`},
		{`formatdate("EEEE, DD-MMM-YY hh:mm:ss ZZZ", "2018-01-02T23:12:01Z")`, `"Tuesday, 02-Jan-18 23:12:01 UTC"`},
		{`formatdate("h'h'mm", "2018-01-02T23:12:01-08:00")`, `"23h12"`},
		{`base64encode("Hello World")`, `"SGVsbG8gV29ybGQ="`}, {`base64decode("SGVsbG8gV29ybGQ=")`, `"Hello World"`},
		{`urlencode("Hello World!")`, `"Hello+World%21"`}, {`urlencode("☃")`, `"%E2%98%83"`},
		{`md5("hello world")`, `"5eb63bbbe01eeed093cb22bb8f5acdc3"`}, {`sha1("hello world")`, `"2aae6c35c94fcfb415dbe95f408b9ce91ee846ed"`},
		{`sha256("hello world")`, `"b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9"`},
		{`sha512("hello world")`, `"309ecc489c12d6eb4cc40f50c902f2b4d0ed77ee511a7c7a9bcd3ca86d4cd86f989dd35bc5ff499670da34255b45b0cfd830e81f605dcf7dc5542e93ae9cd76f"`},
		{`basename("foo/bar/baz.txt")`, `"baz.txt"`}, {`dirname("foo/bar/baz.txt")`, `"foo/bar"`}, {`file("lists/hello.txt")`, `"Hello World"`},
		{`chunklist(["a", "b", "c", "d", "e"], 2)`, `[["a","b"],["c","d"],["e"]]`}, {`coalesce("a", "b")`, `"a"`}, {`coalesce(1, "hello")`, `"1"`},
		{`coalescelist(["a", "b"], ["c", "d"])`, `["a","b"]`}, {`compact(["a", "", "b", null, "c"])`, `["a","b","c"]`},
		{`element(["a", "b", "c"], 1)`, `"b"`}, {`flatten([["a", "b"], [], ["c"]])`, `["a","b","c"]`}, {`flatten([[["a", "b"], []], ["c"]])`, `["a","b","c"]`},
		{`keys({ a = 1, c = 2, d = 3 })`, `["a","c","d"]`}, {`length("hello")`, `5`}, {`length("👾🕹️")`, `2`},
		{`merge({ a = "b", c = "d" }, { e = "f", c = "z" })`, `{"a":"b","c":"z","e":"f"}`}, {`range(1, 4)`, `[1,2,3]`}, {`range(1, 8, 2)`, `[1,3,5,7]`},
		{`range(4, 1)`, `[4,3,2]`}, {`setproduct(["development", "staging"], ["app1"])`, `[["development","app1"],["staging","app1"]]`},
		{`setsubtract(["a", "b", "c"], ["a", "c"])`, `["b"]`}, {`setunion(["a", "b"], ["b", "c"], ["d"])`, `["a","b","c","d"]`},
		{`slice(["a", "b", "c", "d"], 1, 3)`, `["b","c"]`}, {`zipmap(["a", "b"], [1, 2])`, `{"a":1,"b":2}`},
		{`format("Hello, %s!", "Ander")`, `"Hello, Ander!"`}, {`formatlist("Hello, %s!", ["Valentina", "Ander"])`, `["Hello, Valentina!","Hello, Ander!"]`},
		{`join("-", ["foo", "bar", "baz"])`, `"foo-bar-baz"`}, {`regex("^(?:(?P<scheme>[^:/?#]+):)?", "https://a/b").scheme`, `"https"`},
		{`regexall("[a-z]+", "1234abcd5678efgh9")`, `["abcd","efgh"]`}, {`replace("1 + 2 + 3", "+", "-")`, `"1 - 2 - 3"`}, {`replace("hello world", "/w.*d/", "everybody")`, `"hello everybody"`},
		{`split(",", "foo,bar,baz")`, `["foo","bar","baz"]`}, {`split(",", "")`, `[""]`}, {`strrev("☃")`, `"☃"`}, {`substr("hello world", 1, 4)`, `"ello"`},
		{`substr("🤔🤷", 0, 1)`, `"🤔"`}, {`substr("hello world", -5, -1)`, `"world"`}, {`title("hello world")`, `"Hello World"`}, {`trim("?!hello?!", "!?")`, `"hello"`},
		{`trimprefix("helloworld", "hello")`, `"world"`}, {`trimsuffix("helloworld", "world")`, `"hello"`}, {`trimspace("  hello\n\n")`, `"hello"`}, {`chomp("hello\r\n")`, `"hello"`},
		{`ceil(5.1)`, `6`}, {`floor(4.9)`, `4`}, {`log(16, 2)`, `4`}, {`max([12, 54, 3]...)`, `54`}, {`parseint("100", 10)`, `100`}, {`parseint("1011111011101111", 2)`, `48879`},
		{`parseint("aA", 62)`, `656`}, {`pow(3, 2)`, `9`}, {`signum(0)`, `0`}, {`jsondecode("{\"hello\": \"world\"}")`, `{"hello":"world"}`},
		{`csvdecode("a,b,c\n1,2,3\n4,5,6")`, `[{"a":"1","b":"2","c":"3"},{"a":"4","b":"5","c":"6"}]`},
		{`tobool(null)`, `null`}, {`tolist(["a", "b", 3])`, `["a","b","3"]`}, {`toset(["c", "b", 3])`, `["3","b","c"]`}, {`tonumber("1")`, `1`}, {`tostring(true)`, `"true"`},
		{`index(["a", "b", "c"], "b")`, `1`}, {`contains(["a", "b", "c"], "d")`, `false`}, {`contains(["a", null], null)`, `true`}, {`contains(["a"], null)`, `false`}, {`distinct(["a", "b", "a", "c"])`, `["a","b","c"]`},
		{`reverse([1, 2, 3])`, `[3,2,1]`}, {`sort(["e", "d", "a", "x"])`, `["a","d","e","x"]`}, {`values({ a = 3, c = 2, d = 1 })`, `[3,2,1]`},
		{`try(null.foo, "fallback")`, `"fallback"`}, {`can([].a.b)`, `false`},

		{`issensitive(sensitive("a"))`, `true`}, {`issensitive("a")`, `false`},
		{`sensitive("a") == nonsensitive(sensitive("a"))`, `true`}, {`nonsensitive(sensitive([1]))`, `[1]`}, {`nonsensitive("a")`, `"a"`},
	}
}

func TestFunctions(t *testing.T) {
	called := map[string]bool{}
	for _, tt := range functionCalls() {
		name, _, _ := strings.Cut(tt.call, "(")
		called[name] = true
		t.Run(tt.call, func(t *testing.T) {
			set, d := Load(withFiles(rulesWith("", "jsonencode(nonsensitive("+tt.call+"))")), Values{})
			if got := mustResolve(t, set, d).Rules[0].Description; got != tt.want {
				t.Errorf("%s is %s, want %s", tt.call, got, tt.want)
			}
		})
	}
	for name := range languageFunctions() {
		if !called[name] {
			t.Errorf("%s is not tried", name)
		}
	}
}

// withFiles gives a rule set a directory.
func withFiles(src Source) Source {
	src.Dir = fstest.MapFS{
		"lists/hello.txt": {Data: []byte("Hello World")}, "binary": {Data: []byte("a\xff")}, "pipe": {Mode: fs.ModeNamedPipe},
		"large.txt": {Data: bytes.Repeat([]byte("x"), maxFileSize+1)}, "largest.txt": {Data: bytes.Repeat([]byte("x"), maxFileSize)},
	}
	return src
}

func TestFunctions_BadArguments(t *testing.T) {
	tests := []struct{ call, want string }{
		{`index(["a"], "b")`, `the list does not hold this value`},
		{`index("a", "b")`, `only a list can be searched`},
		{`length(7)`, `length takes a string, a list, a map or an object`},
		{`replace("a", "/(/", "")`, `missing closing )`},
		{`indent(-1, "a\nb")`, `must be a whole number from 0 to 1000`},
		{`indent(1000000000, "a\nb")`, `must be a whole number from 0 to 1000`},
		{`format("%1000000000d", 1)`, `width or precision of more than 999`},
		{`format("%-01.1000f", 1)`, `width or precision of more than 999`},
		{`formatlist("%9999s", ["a"])`, `width or precision of more than 999`},
		{`coalesce("", null)`, `no argument has a value`},
		{`duration("x")`, `no number before`},
		{`bytes("1")`, `has no unit`},
		{`glob("[a]", "a")`, `classes, alternatives and negation are not taken`},
		{`now()`, `no function reads the clock, the environment or anything but a text file beside the rules`},
		{`env("HOME")`, `no function reads the clock, the environment`},
		{`cidrhost("10.0.0.0/8", 1)`, `There is no function named "cidrhost": of Terraform's functions,`},
		{`fileexists("a")`, `write can(file(...)) instead`},
		{`file("../x")`, `does not lie in the directory of the rules`}, {`file("/etc/passwd")`, `does not lie in the directory of the rules`},
		{`file("a/../../x")`, `does not lie in the directory of the rules`}, {`file("..\\x")`, `does not lie in the directory of the rules`},
		{`file("")`, `is not a regular file`}, {`file(".")`, `is not a regular file`}, {`file("lists")`, `is not a regular file`}, {`file("pipe")`, `is not a regular file`},
		{`file("none.txt")`, `there is no file "none.txt" in the directory of the rules`}, {`file("binary")`, `"binary" is not UTF-8 text`},
		{`file("large.txt")`, `"large.txt" has more than 1024 KiB`},
		{`sum([])`, `an empty list has no sum`}, {`sum(["a"])`, `every element must be a number`}, {`sum([null])`, `every element must be a number`},
		{`sum(1)`, `sum adds the numbers of a list`}, {`one(["a", "b"])`, `at most one element`}, {`one(tolist(["a", "b"]))`, `at most one element`}, {`one("a")`, `at most one element`},
		{`matchkeys(["a"], [], ["a"])`, `there are 1 value and 0 keys, but every value needs one key`},
		{`matchkeys(range(1000), range(1000), concat(range(1000), range(1000)))`, `more than 1000000 pairs would be compared`},
		{`matchkeys(["a"], ["b"], [["c"]])`, `must have the same type`}, {`transpose({ a = null })`, `a list of the map is null`}, {`transpose({ a = [null] })`, `an element of a list is null`},
		{`lookup({}, "b")`, `there is no element with the key "b", and no default is given`}, {`lookup(tomap({ a = 1 }), "b")`, `there is no element with the key "b"`},
		{`lookup(tomap({ a = 1 }), "b", "x")`, `the default must have the type of the elements of the map`}, {`lookup(tomap({ a = 1 }), "b", [])`, `the default must have the type of the elements of the map`},
		{`lookup(1, "b")`, `lookup searches a map or an object`}, {`lookup({}, "b", 1, 2)`, `at most one default`},
		{`base64decode("a")`, `it is not Base64`}, {`base64decode("/w==")`, `what it stands for is not UTF-8 text`},
		{`timecmp("now", "2017-11-22T00:00:00Z")`, `"now" is not an instant`}, {`alltrue(["x"])`, `a bool is required`},
		{`starts_with("a", "a")`, `Did you mean "startswith"?`},
	}
	for _, tt := range tests {
		t.Run(tt.call, func(t *testing.T) {
			_, d := Load(withFiles(rulesWith("", "jsonencode("+tt.call+")")), Values{})
			if text := plainText(t, d); len(d.list) != 1 || !strings.Contains(text, tt.want) {
				t.Errorf("got %d messages:\n%s", len(d.list), text)
			}
		})
	}
}

// TestLoad_OneMistakeOneMessage holds that what depends on a bad value is not
// reported again.
func TestLoad_OneMistakeOneMessage(t *testing.T) {
	older := func(declarations, expression string) string {
		return declarations + strings.Replace(smallRule, `"7d"`, expression, 1)
	}
	tests := map[string]string{
		"variable without value": older("variable \"x\" {\n}\n", `var.x`),
		"variable of bad type":   older("variable \"x\" {\n  type = nope\n  default = \"7\"\n}\n", `"${var.x}d"`),
		"bad default":            older("variable \"x\" {\n  type = number\n  default = \"a\"\n}\n", `upper(var.x)`),
		"bad local":              older("locals {\n  a = 1 + \"x\"\n  b = local.a\n}\n", `local.b`),
		"locals in a circle":     older("locals {\n  a = local.b\n  b = local.a\n}\n", `local.b`),
		"misspelled block":       strings.Replace(smallRule, "stale {", "stael {", 1),
		"misspelled prefixes":    strings.Replace(smallRule, "prefixes", "prefixs", 1),
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			if _, d := loadText(text); len(d.list) != 1 {
				t.Errorf("got %d messages:\n%s", len(d.list), plainText(t, d))
			}
		})
	}
}

// TestLoad_BrokenFileHidesItsDeclarations holds that what a file with a syntax
// error may declare is not called undeclared, while the mistakes of the other
// files are still told.
func TestLoad_BrokenFileHidesItsDeclarations(t *testing.T) {
	broken := File{"broken.hcl", []byte("offcut {\n  minimum_age = \"1h\"\n}\nprovider \"s3\" {\nvariable \"x\" {\n")}
	good := File{"good.hcl", []byte(`
locals {
  lost = "${local.y}${var.x}"
}
rule "r" {
  provider = s3.minio
  schedule = "never"
  scan {
    buckets      = [var.x, local.lost]
    whole_bucket = true
  }
  stale {
    older_than = "2h"
  }
}
`)}
	vals := Values{Flags: []string{"x=1"}, Files: []File{{"v.vars.hcl", []byte("x = 1\n")}}}
	_, d := Load(Source{Rules: []File{broken, good}}, vals)
	got := headsOf(d)
	if len(got) != 2 || !strings.HasPrefix(got[0], "ERROR: broken.hcl:") || got[1] != "ERROR: good.hcl:7,14: Invalid schedule: " {
		t.Errorf("got:\n%s", plainText(t, d))
	}
}

func TestSatisfies(t *testing.T) {
	tests := []struct {
		have, want string
		ok         bool
	}{
		{"0.1.0", "0.1", true}, {"0.1.0", "= 0.1.0", true}, {"0.1.1", "0.1", false},
		{"0.1.0", ">= 0.1", true}, {"0.1.0", ">0.1", false}, {"0.1.1", "> 0.1", true}, {"0.2.0", "<= 0.1.9", false},
		{"0.1.0", "< 1", true}, {"1.0.0", "< 1", false}, {"0.1.0", "!= 0.1.0", false}, {"0.1.0", "!= 0.2", true},
		{"0.1.0", "~> 0.1", true}, {"0.9.3", "~> 0.1", true}, {"1.0.0", "~> 0.1", false},
		{"0.1.7", "~> 0.1.2", true}, {"0.1.1", "~> 0.1.2", false}, {"0.2.0", "~> 0.1.2", false},
		{"1.9.0", "~> 1", true}, {"2.0.0", "~> 1", false}, {"0.10.0", "> 0.9", true},
		{"0.1.0", ">= 0.1, < 0.2", true}, {"0.2.0", ">= 0.1, < 0.2", false},
	}
	for _, tt := range tests {
		if ok, err := satisfies(tt.have, tt.want); err != nil || ok != tt.ok {
			t.Errorf("%s satisfies %q: %v, %v", tt.have, tt.want, ok, err)
		}
	}
	for _, bad := range []string{"", "x", ">=", ">= 0.1,", "0.1.0.0", "=> 1", "1.-1", "v1", "~ 1", "> 99999999"} {
		if _, err := satisfies("0.1.0", bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

// TestResolve_IsStable holds that a Set keeps its meaning.
func TestResolve_IsStable(t *testing.T) {
	set, d := loadText(smallRule)
	first, second := mustResolve(t, set, d), mustResolve(t, set, Diagnostics{})
	if first != second || first.Rules[0].Stale.OlderThan != 7*24*time.Hour {
		t.Errorf("%+v and %+v", first, second)
	}
}

// TestLoad_LongCircleIsShortened holds that a circle through thousands of locals
// still gives a message that can be read.
func TestLoad_LongCircleIsShortened(t *testing.T) {
	const n = 5000
	var text strings.Builder
	text.WriteString("locals {\n")
	for i := range n {
		fmt.Fprintf(&text, "  l%04d = local.l%04d\n", i, (i+1)%n)
	}
	text.WriteString("}\n" + smallRule)
	_, d := loadText(text.String())
	got := plainText(t, d)
	if len(d.list) != 1 || len(got) > 1000 || !strings.Contains(got, "local.l0000 -> local.l0001") || !strings.Contains(got, "-> ... -> local.l4991") {
		t.Errorf("%d messages:\n%.2000s", len(d.list), got)
	}
}

// TestLoad_ManyUndeclaredNames holds that thousands of names do not multiply with
// thousands of references.
func TestLoad_ManyUndeclaredNames(t *testing.T) {
	var text strings.Builder
	text.WriteString("locals {\n")
	for i := range 3000 {
		fmt.Fprintf(&text, "  declared_by_name_%d = local.undeclared_by_name_%d\n", i, i)
	}
	_, d := loadText(text.String() + "}\n" + smallRule)
	if errors, _ := d.Counts(); errors != 3000 {
		t.Fatalf("%d errors", errors)
	}
	suggested := 0
	for _, diag := range d.list {
		if strings.Contains(diag.Detail, "Declared: ") {
			suggested++
		}
	}
	if suggested != maxShown {
		t.Errorf("%d messages list the names that are declared", suggested)
	}
}
