package rules

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
)

// changed is text with the first old replaced by new, which must be in it: a case that
// changes nothing tests nothing.
func changed(tb testing.TB, text, old, new string) string {
	tb.Helper()
	if !strings.Contains(text, old) {
		tb.Fatalf("%q is not in %q", old, text)
	}
	return strings.Replace(text, old, new, 1)
}

// numberedTo repeats a format up to a size. %[1]d is the number, %[2]d the one before.
func numberedTo(size int, format string) string {
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, format, i, max(i-1, 0))
	}
	return b.String()
}

// worst are texts of about size bytes that take long where something is looked at
// again for each of its neighbours.
func worst(tb testing.TB, size int) map[string]string {
	tb.Helper()
	const given = `prefixes = ["raw/"]`
	replaced := func(text, old, new string) string { return changed(tb, text, old, new) }
	numbered := func(format string) string { return numberedTo(size-200, format) }
	half := func(format string) string { return numberedTo(size/2-200, format) }
	filled := func(piece string) string { return strings.Repeat(piece, size/len(piece)) }
	inList := func(format string) string {
		return smallRule + "locals {\n  x = [" + numbered(format) + "]\n}\n"
	}
	where := func(text string) string {
		return replaced(smallRule, given+"\n  }\n  stale {\n", given+"\n  }\n  stale {\n    where = ("+text+")\n")
	}
	rule := func(change string) string { return replaced(smallRule, `"r"`, `"r%[1]d"`) + change }
	return map[string]string{
		"rules":                       numbered(rule("")),
		"rules of one name":           filled(smallRule),
		"rules with a typing error":   numbered(replaced(rule(""), "older_than", "older_then")),
		"rules over one bucket":       numbered(replaced(rule(""), given, `prefixes = ["p%[1]d/"]`)),
		"empty blocks":                filled("rule \"x\" {}\n"),
		"unknown blocks":              filled("x {}\n"),
		"unknown arguments":           numbered("a%[1]d = 1\n"),
		"unknown arguments in a rule": "rule \"r\" {\n" + numbered("a%[1]d = 1\n") + "}\n",
		"variables":                   smallRule + numbered("variable \"v%[1]d\" {\n  default = 1\n}\n"),
		"variables without a value":   smallRule + numbered("variable \"v%[1]d\" {\n}\n"),
		"variables of one name":       smallRule + filled("variable \"v\" {\n}\n"),
		"locals":                      smallRule + "locals {\n" + numbered("  l%[1]d = 1\n") + "}\n",
		"locals in a chain":           smallRule + "locals {\n" + numbered("  l%[1]d = local.l%[2]d\n") + "}\n",
		"locals of one name":          smallRule + "locals {\n" + filled("  l = 1\n") + "}\n",
		"locals in circles":           smallRule + "locals {\n" + numbered("  l%[1]d = [local.l%[2]d, local.l0]\n") + "}\n",
		"locals that begin the chain": smallRule + "locals {\n" + numbered("  l%[2]d = [local.l%[1]d, local.l0]\n") + "}\n",
		"undeclared references":       inList("local.x%[1]d,\n"),
		"undeclared functions":        inList("f%[1]d(),\n"),
		"declared and undeclared":     smallRule + "locals {\n" + numbered("  l%[1]d = local.m%[1]d\n") + "}\n",
		"one list":                    inList("%[1]d,\n"),
		"one list of texts":           inList("\"a%[1]d\",\n"),
		"one object":                  smallRule + "locals {\n  x = {" + numbered("a%[1]d = 1\n") + "}\n}\n",
		"one line of additions":       smallRule + "locals {\n  x = (1" + filled(" + 1\n") + ")\n}\n",
		"one template":                smallRule + "locals {\n  x = \"" + filled("${1\n}a") + "\"\n}\n",
		"one text":                    smallRule + "locals {\n  x = \"" + filled("a") + "\"\n}\n",
		"one text of accents":         smallRule + "locals {\n  x = \"a" + filled("\u0301") + "\"\n}\n",
		"escapes":                     inList("\"\\u0041\\u0301\",\n"),
		"buckets":                     replaced(smallRule, `"media"`, numbered("\"bucket-%[1]d\",\n")),
		"prefixes":                    replaced(smallRule, given, "prefixes = ["+numbered("\"p%[1]d/\",\n")+"]"),
		"excludes":                    replaced(smallRule, given, "whole_bucket = true\nexclude = ["+numbered("\"**/p%[1]d\",\n")+"]"),
		"protects":                    smallRule + numbered("protect \"p%[1]d\" {\n  buckets = [\"b%[1]d\"]\n  whole_bucket = true\n}\n"),
		"rules and protects":          numbered(rule("protect \"p%[1]d\" {\n  buckets = [\"b*%[1]d\"]\n  prefixes = [\"x%[1]d/\"]\n}\n")),
		"keys of a protect":           smallRule + "protect \"p\" {\n  buckets = [\"*\"]\n  keys = [" + numbered("\"**/k%[1]d\",\n") + "]\n}\n",
		"providers":                   smallRule + numbered("provider \"s3\" {\n  alias = \"a%[1]d\"\n}\n"),
		"passwords on one line":       smallRule + "locals {\n  x = {" + filled("password = 1\n") + "}\n}\n",
		"passwords without a value":   filled("password = "),
		"passwords":                   numbered("password%[1]d = 1\n"),
		"variables without an end":    numbered("variable x%[1]d {\n"),
		"prefixes of a protect":       smallRule + "protect \"p\" {\n  buckets = [\"*\"]\n  prefixes = [" + numbered("\"p%[1]d/\",\n") + "]\n}\n",
		"prefixes and buckets": replaced(replaced(smallRule, given, "prefixes = ["+half("\"p%[1]d/\",\n")+"]"),
			`"media"`, half("\"bucket-%[1]d\",\n")),
		"prefixes and buckets, protected": replaced(replaced(smallRule, given, "prefixes = ["+half("\"p%[1]d/\",\n")+"]"),
			`"media"`, half("\"bucket-%[1]d\",\n")) + "protect \"a\" {\n  buckets = [\"a\"]\n  whole_bucket = true\n}\nprotect \"p\" {\n  buckets = [\"*\"]\n  whole_bucket = true\n}\n",
		"prefixes and excludes": replaced(smallRule, given, "prefixes = ["+half("\"p%[1]d/\",\n")+"]\nexclude = ["+half("\"**/x%[1]d/**\",\n")+"]"),
		"prefixes all excluded": replaced(smallRule, given, "prefixes = ["+half("\"p%[1]d/\",\n")+"]\nexclude = ["+strings.Repeat("\"**\", \"**/*\",\n", size/2/17)+"]"),
		"prefixes of a protect that no rule has": replaced(smallRule, given, "prefixes = ["+half("\"p%[1]d/\",\n")+"]") +
			"protect \"p\" {\n  buckets = [\"*\"]\n  prefixes = [" + half("\"q%[1]d/\",\n") + "]\n}\n",
		"rules with one of many providers":  half("provider \"s3\" {\n  alias = \"a%[1]d\"\n}\n") + half(rule("")),
		"rules with an undeclared provider": half("provider \"s3\" {\n  alias = \"a%[1]d\"\n}\n") + half(replaced(rule(""), "{\n", "{\n  provider = s3.b%[1]d\n")),
		"undeclared data": smallRule + half("data \"buckets\" \"d%[1]d\" {\n  name_glob = \"a\"\n}\n") +
			"locals {\n  x = [" + half("data.buckets.e%[1]d.names,\n") + "]\n}\n",
		"undeclared rules of a check": half(rule("")) + "check \"c\" {\n" +
			half("assert {\n  condition = plan.rules[\"rule.s%[1]d\"].abort.uploads < 1\n  error_message = \"a\"\n}\n") + "}\n",
		"calls of sensitive":           smallRule + "locals {\n  x = [" + filled("sensitive(1),\n") + "]\n}\n",
		"sensitive without an end":     smallRule + "locals {\n  x = " + filled("sensitive(\n") + "\n}\n",
		"sensitive and an open list":   smallRule + "locals {\n  x = " + filled("sensitive([),\n") + "\n}\n",
		"users in addresses":           inList("\"https://u%[1]d:p@x\",\n"),
		"heredocs":                     smallRule + "locals {\n" + numbered("  l%[1]d = <<E\na\nE\n") + "}\n",
		"open heredocs":                smallRule + "locals {\n" + filled("  l = <<E\n") + "}\n",
		"heredocs in templates":        smallRule + "locals {\n  x = " + filled("<<A\n${") + "\n}\n",
		"units without quotes":         inList("7d,\n"),
		"open brackets":                filled("["),
		"open braces":                  filled("a {\n"),
		"open quotes":                  filled("\"${"),
		"closing braces":               filled("}\n"),
		"nothing but lines":            filled("\n"),
		"comments":                     smallRule + filled("# a\n"),
		"one comment":                  smallRule + "/*" + filled("a"),
		"no text":                      filled("\xff"),
		"marks":                        filled("="),
		"dots":                         smallRule + "locals {\n  x = (local" + filled(".a\n") + ")\n}\n",
		"for_each of many":             replaced(smallRule, "{\n", "{\n  for_each = toset([for i in range(1000) : \"k${i}\"])\n"),
		"conditions":                   smallRule + "locals {\n  x = (" + filled("true ? 1 : \n") + "1)\n}\n",
		"a where of many terms":        where(numbered("upload.key != \"k%[1]d\" &&\n") + "true"),
		"a where of many choices":      where(numbered("upload.key == \"k%[1]d\" ||\n") + "false"),
		"a where of many texts":        where(numbered("startswith(upload.key, \"p%[1]d/\") ||\n") + "false"),
		"a where of many tries":        where(numbered("try(upload.size > bytes(\"%[1]dB\"), false) ||\n") + "false"),
		"a where of many patterns":     where(numbered("can(regex(\"^p%[1]d\", upload.key)) ||\n") + "false"),
		"a where of many globs":        where(numbered("glob(\"p%[1]d/**\", upload.key) ||\n") + "false"),
		"a where over a long list":     where("contains([" + numbered("\"k%[1]d\",\n") + "], upload.key)"),
		"a where with a loop":          where("anytrue([for k in [" + numbered("\"k%[1]d\",\n") + "] : startswith(upload.key, k) && upload.size > 0])"),
		"a where of looked up numbers": where("upload.age > local.m[upload.key] * local.m[upload.id] + local.m[upload.bucket] * local.m[upload.owner]") + "locals {\n  m = {" + numbered("k%[1]d = %[1]d\n") + "}\n}\n",
		"wheres":                       numbered(replaced(where("upload.size > 0 && upload.key != \"k%[1]d\""), `"r"`, `"r%[1]d"`)),
		"signs":                        smallRule + "locals {\n  x = " + filled("!") + "true\n}\n",
	}
}

// worstSources are the texts of worst as rule files, and what takes long between rules
// and values.
func worstSources(tb testing.TB, size int) map[string]Source {
	tb.Helper()
	sources := map[string]Source{}
	for name, text := range worst(tb, size) {
		sources[name] = Source{Rules: []File{{Name: "main.hcl", Bytes: []byte(text)}}}
	}
	variables := File{Name: "main.hcl", Bytes: []byte(smallRule + numberedTo(size/2, "variable \"v%[1]d\" {\n  default = 1\n}\n"))}
	secret := File{Name: "main.hcl", Bytes: []byte(smallRule + "variable \"s\" {\n  sensitive = true\n}\n")}
	values := func(text string) []File { return []File{{Name: "offcut.vars.hcl", Bytes: []byte(text)}} }
	sources["undeclared values"] = Source{Rules: []File{variables}, Vars: values(numberedTo(size/2, "w%[1]d = 1\n"))}
	sources["values without an end"] = Source{Rules: []File{secret}, Vars: values(strings.Repeat("s = [\n", size/6))}
	sources["values in one another"] = Source{Rules: []File{secret}, Vars: values(strings.Repeat(strings.Repeat("s = ", 4000)+"1\n", size/16000))}
	for name, src := range sources {
		for _, f := range src.Rules {
			if len(f.Bytes) > size+1000 {
				tb.Errorf("%s: %d bytes instead of %d", name, len(f.Bytes), size)
			}
		}
	}
	return sources
}

// Everything that a file may hold is read, checked and told in bounded time. What looks
// at everything again for each block, argument or message takes far longer than this,
// and what does not takes a fraction of a second.
func TestLoad_NoTextTakesLong(t *testing.T) {
	size := 128 << 10
	if testing.Short() {
		size = 16 << 10
	}
	for name, src := range worstSources(t, size) {
		t.Run(name, func(t *testing.T) {
			started := time.Now()
			_, d := Load(src, Values{})
			var b bytes.Buffer
			if err := d.WriteText(&b, 80, false); err != nil {
				t.Fatal(err)
			}
			if err := d.WriteJSON(&b); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(started); took > 10*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}
