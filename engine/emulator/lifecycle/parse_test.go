package lifecycle

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

const days1 = "<Expiration><Days>1</Days></Expiration>"

func TestParseRefuses(t *testing.T) {
	many := strings.Repeat("<Rule>"+days1+"<Status>Enabled</Status></Rule>", maxRules+1)
	tag := func(k, v string) string { return "<Tag><Key>" + k + "</Key><Value>" + v + "</Value></Tag>" }
	filter := func(s string) string { return config("<Filter>" + s + "</Filter>" + days1) }
	var tags strings.Builder
	for i := range maxTags + 1 {
		tags.WriteString(tag(fmt.Sprint(i), ""))
	}
	for _, tt := range []struct {
		name, doc string
		kind      Kind
		says      string
	}{
		{"nothing", "", Malformed, "no XML"},
		{"text", "rules", Malformed, "before the document"},
		{"no rule", config(), Malformed, "no Rule"},
		{"another document", "<Delete/>", Malformed, "must be a LifecycleConfiguration"},
		{"truncated", strings.TrimSuffix(config(days1), ">"), Malformed, "no XML"},
		{"two documents", config(days1) + config(days1), Malformed, "follows"},
		{"text after", config(days1) + "x", Malformed, "follows"},
		{"a broken end", config(days1) + "<", Malformed, "follows"},
		{"text among rules", "<LifecycleConfiguration>x</LifecycleConfiguration>", Malformed, "text"},
		{"text in a rule", config("x" + days1), Malformed, "text in Rule"},
		{"a document type", "<!DOCTYPE a [<!ENTITY b \"c\">]>" + config(days1), Malformed, "DOCTYPE"},
		{"an entity", config("<ID>&b;</ID>" + days1), Malformed, "no XML"},
		{"an attribute", config(`<ID type="x">a</ID>` + days1), Malformed, "attribute"},
		{"another charset", `<?xml version="1.0" encoding="GBK"?>` + config(days1), Malformed, "no XML"},
		{"1001 rules", "<LifecycleConfiguration>" + many + "</LifecycleConfiguration>", Invalid, "1000 rules"},
		{"too long", config("<ID>" + strings.Repeat(" ", MaxDocument) + "</ID>"), Invalid, "bytes"},
		{"deep", strings.Repeat("<LifecycleConfiguration>", 100_000), Malformed, "nested"},
		{"many elements", config(strings.Repeat("<ID/>", 1000)), Malformed, "elements"},
		{"no action", config("<ID>a</ID>"), Malformed, "no action"},
		{"no status", "<LifecycleConfiguration><Rule>" + days1 + "</Rule></LifecycleConfiguration>", Malformed, "no Status"},
		{"another status", config("<Status>enabled</Status>" + days1), Malformed, "Status"},
		{"status twice", config("<Status>Enabled</Status><Status>Disabled</Status>" + days1), Malformed, "more than one Status"},
		{"a long ID", config("<ID>" + strings.Repeat("夜", maxID+1) + "</ID>" + days1), Invalid, "255"},
		{"an ID twice", config("<ID>a</ID><Prefix>a</Prefix>"+days1, "<ID>a</ID><Prefix>b</Prefix>"+days1), Invalid, "ID"},
		{"an unknown element", config("<Colour/>" + days1), Malformed, "Colour"},
		{"another child of the root", "<LifecycleConfiguration><Rules/></LifecycleConfiguration>", Malformed, "Rules"},
		{"prefix twice", config("<Prefix>a</Prefix><Prefix>b</Prefix>" + days1), Malformed, "Prefix"},
		{"prefix beside a filter", config("<Prefix>a</Prefix><Filter/>" + days1), Malformed, "Prefix"},
		{"prefix with elements", config("<Prefix><a/></Prefix>" + days1), Malformed, "Prefix"},
		{"a long prefix", config("<Prefix>" + strings.Repeat("x", 1025) + "</Prefix>" + days1), Invalid, "1024"},
		{"versions", config(days1 + "<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration>"), Unsupported, "NoncurrentVersionExpiration"},
		{"moved versions", config(days1 + "<NoncurrentVersionTransition/>"), Unsupported, "NoncurrentVersionTransition"},
		{"delete markers", config("<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>"), Unsupported, "ExpiredObjectDeleteMarker"},
		{"not", filter("<Not><Prefix>a</Prefix></Not>"), Unsupported, "Not"},
		{"nots", filter("<And><Nots/></And>"), Unsupported, "Nots"},
		{"access time", config("<Transition><Days>1</Days><StorageClass>ARCHIVE</StorageClass><IsAccessTime>true</IsAccessTime></Transition>"), Unsupported, "IsAccessTime"},
		{"back on a visit", config("<Transition><Days>1</Days><StorageClass>ARCHIVE</StorageClass><ReturnToStdWhenVisit>true</ReturnToStdWhenVisit></Transition>"), Unsupported, "ReturnToStdWhenVisit"},
		{"access time of an abort", config(strings.Replace(abortDays(1), "<Days", "<IsAccessTime>false</IsAccessTime><Days", 1)), Malformed, "IsAccessTime"},
		{"an empty And", filter("<And/>"), Malformed, "And"},
		{"two Ands", filter("<And><Prefix/></And><And><Prefix/></And>"), Malformed, "And"},
		{"two prefixes", filter("<Prefix>a</Prefix><And><Prefix>b</Prefix></And>"), Malformed, "Prefix"},
		{"two tags without And", filter(tag("a", "") + tag("b", "")), Malformed, "Tag"},
		{"a tag twice", filter("<And>" + tag("a", "") + tag("a", "b") + "</And>"), Invalid, "twice"},
		{"a tag without a value", filter("<Tag><Key>a</Key></Tag>"), Malformed, "Value"},
		{"a tag without a key", filter(tag("", "v")), Invalid, "Key"},
		{"a long value", filter(tag("a", strings.Repeat("x", 257))), Invalid, "256"},
		{"a tag with more", filter("<Tag><Key>a</Key><Value/><x/></Tag>"), Malformed, "x"},
		{"eleven tags", filter("<And>" + tags.String() + "</And>"), Invalid, "10 tags"},
		{"a negative size", filter("<ObjectSizeGreaterThan>-1</ObjectSizeGreaterThan>"), Invalid, "ObjectSizeGreaterThan"},
		{"a size beyond 63 bits", filter("<ObjectSizeLessThan>9223372036854775808</ObjectSizeLessThan>"), Invalid, "ObjectSizeLessThan"},
		{"sizes that no object has", filter("<And><ObjectSizeGreaterThan>5</ObjectSizeGreaterThan><ObjectSizeLessThan>6</ObjectSizeLessThan></And>"), Invalid, "No size"},
		{"0 days", config(abortDays(0)), Invalid, "DaysAfterInitiation"},
		{"too many days", config("<Expiration><Days>2147483648</Days></Expiration>"), Invalid, "Days"},
		{"days and date", config("<Expiration><Days>1</Days><Date>2026-03-01T00:00:00+08:00</Date></Expiration>"), Malformed, "exactly one"},
		{"neither", config("<AbortIncompleteMultipartUpload/>"), Malformed, "exactly one"},
		{"days twice", config("<Expiration><Days>1</Days><Days>2</Days></Expiration>"), Malformed, "Days"},
		{"the wrong days", config("<AbortIncompleteMultipartUpload><Days>1</Days></AbortIncompleteMultipartUpload>"), Malformed, "Days"},
		{"midnight in UTC", config(abortDate("2026-03-01T00:00:00Z")), Invalid, "midnight in Beijing"},
		{"a millisecond late", config(abortDate("2026-03-01T00:00:00.001+08:00")), Invalid, "midnight in Beijing"},
		{"a day only", config(abortDate("2026-03-01")), Invalid, "instant"},
		{"no class", config("<Transition><Days>1</Days></Transition>"), Malformed, "StorageClass"},
		{"two classes", config("<Transition><Days>1</Days><StorageClass>ARCHIVE</StorageClass><StorageClass>ARCHIVE</StorageClass></Transition>"), Malformed, "StorageClass"},
		{"to STANDARD", config("<Transition><Days>1</Days><StorageClass>STANDARD</StorageClass></Transition>"), Invalid, "STANDARD_IA"},
		{"one class twice", config(strings.Repeat("<Transition><Days>1</Days><StorageClass>ARCHIVE</StorageClass></Transition>", 2)), Invalid, "two transitions"},
		{"expires before it moves", config(days1 + "<Transition><Days>1</Days><StorageClass>ARCHIVE</StorageClass></Transition>"), Invalid, "expire"},
		{"dates and days", config(days1 + "<Transition><Date>2026-03-01T00:00:00+08:00</Date><StorageClass>ARCHIVE</StorageClass></Transition>"), Conflict, "both"},
		{"an abort by tag", config("<Filter>" + tag("a", "") + "</Filter>" + abortDays(1)), Conflict, "Tag"},
		{"an abort by size", config("<Filter><ObjectSizeLessThan>5</ObjectSizeLessThan></Filter>" + abortDays(1)), Conflict, "ObjectSize"},
	} {
		_, err := Parse([]byte(tt.doc))
		var f *Fault
		if !errors.As(err, &f) || f.Kind != tt.kind || !strings.Contains(f.Message, tt.says) {
			t.Errorf("%s: %v (%+v), want kind %d and %q", tt.name, err, f, tt.kind, tt.says)
		}
	}
}

func TestParseIgnoresNamespaces(t *testing.T) {
	plain := rules(t, "<ID>a</ID><Filter><And><Prefix> p </Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter>"+days1)
	for _, doc := range []string{
		`<?xml version="1.0" encoding="UTF-8"?><LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <!-- a comment --> <Rule> <Filter xsi:type="And"><And><Tag><Value>v</Value><Key>k</Key></Tag><Prefix> p </Prefix></And></Filter>
  <Status> Enabled </Status><Expiration><Days> 1 </Days><ExpiredObjectDeleteMarker>false</ExpiredObjectDeleteMarker></Expiration><ID>a</ID></Rule>
</LifecycleConfiguration>
`,
		"\uFEFF" + `<x:LifecycleConfiguration xmlns:x="y"><x:Rule><x:ID>a</x:ID><x:Filter><Prefix> p </Prefix><Tag><Key>k</Key><Value>v</Value></Tag></x:Filter><Status>Enabled</Status>` + days1 + `</x:Rule></x:LifecycleConfiguration>`,
	} {
		c, err := Parse([]byte(doc))
		if err != nil || !reflect.DeepEqual(c, plain) {
			t.Errorf("%v: %+v, want %+v", err, c, plain)
		}
	}
}

func TestParseTakesAThousandRules(t *testing.T) {
	var body []string
	for i := range maxRules {
		body = append(body, fmt.Sprintf("<ID>%d</ID><Prefix>%04d/</Prefix>%s", i, i, abortDays(i+1)))
	}
	c := rules(t, body...)
	if _, rule, ok := c.AbortAt("0999/a", instant(t, "2026-03-01T00:00:00Z")); !ok || rule != "999" {
		t.Errorf("the last rule: %q %t", rule, ok)
	}
	if err := c.Overlap(); err != nil {
		t.Error(err)
	}
}

func TestOverlap(t *testing.T) {
	const move = "<Transition><Days>1</Days><StorageClass>%s</StorageClass></Transition>"
	tagged := func(v string) string {
		return "<Filter><Tag><Key>k</Key><Value>" + v + "</Value></Tag></Filter>" + days1
	}
	for _, tt := range []struct {
		name, a, b string
		overlap    bool
	}{
		{"one prefix", "<Prefix>a</Prefix>" + abortDays(1), "<Prefix>a</Prefix>" + abortDays(2), true},
		{"one within the other", "<Prefix>a/b/</Prefix>" + abortDays(1), "<Prefix>a/</Prefix>" + abortDays(2), true},
		{"the whole bucket", abortDays(1), "<Prefix>a/</Prefix>" + abortDays(2), true},
		{"beside each other", "<Prefix>a/</Prefix>" + abortDays(1), "<Prefix>b/</Prefix>" + abortDays(2), false},
		{"other actions", abortDays(1), days1, false},
		{"one is disabled", abortDays(1), "<Status>Disabled</Status>" + abortDays(1), false},
		{"other classes", fmt.Sprintf(move, "ARCHIVE"), fmt.Sprintf(move, "STANDARD_IA"), false},
		{"one class", fmt.Sprintf(move, "ARCHIVE"), fmt.Sprintf(move, "ARCHIVE"), true},
		{"tags apart", tagged("a"), tagged("b"), false},
		{"a tag and none", tagged("a"), days1, true},
		{"sizes apart", "<Filter><ObjectSizeLessThan>5</ObjectSizeLessThan></Filter>" + days1, "<Filter><ObjectSizeGreaterThan>4</ObjectSizeGreaterThan></Filter>" + days1, false},
		{"sizes that meet", "<Filter><ObjectSizeLessThan>5</ObjectSizeLessThan></Filter>" + days1, "<Filter><ObjectSizeGreaterThan>3</ObjectSizeGreaterThan></Filter>" + days1, true},
	} {
		for _, order := range [][]string{{tt.a, tt.b}, {tt.b, tt.a}} {
			if err := rules(t, order...).Overlap(); (err != nil) != tt.overlap {
				t.Errorf("%s: %v, want overlap: %t", tt.name, err, tt.overlap)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, doc := range []string{
		config(abortDays(7)), config("<ID>a</ID><Filter><And><Prefix>p</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter>" + days1),
		config(abortDate("2026-03-01T00:00:00+08:00")), config("<Transition><Days>0</Days><StorageClass>ARCHIVE</StorageClass></Transition>"),
		"<!DOCTYPE a>" + config(days1), strings.Repeat("<Rule>", 50), "<LifecycleConfiguration/>", "\uFEFF<a:LifecycleConfiguration><Rule/>",
		config("<Filter><ObjectSizeGreaterThan>9223372036854775807</ObjectSizeGreaterThan><ObjectSizeLessThan>0</ObjectSizeLessThan></Filter>" + days1),
	} {
		f.Add([]byte(doc), "p/key")
	}
	f.Fuzz(func(t *testing.T, doc []byte, key string) {
		c, err := Parse(doc)
		if err != nil {
			var fault *Fault
			if !errors.As(err, &fault) {
				t.Errorf("%T: %v", err, err)
			}
			return
		}
		c.Overlap() //nolint:errcheck // It must only not panic.
		now := instant(t, "2026-03-01T00:00:00Z")
		if at, rule, ok := c.AbortAt(key, now); ok {
			if got, due := c.AbortDue(key, now, at); !due || got != rule || at.Before(now) {
				t.Errorf("due at %s by %q, and then %t by %q", at, rule, due, got)
			}
		}
		c.ObjectDue(Object{Key: key, Modified: now, Class: "STANDARD"}, now.AddDate(1, 0, 0))
	})
}
