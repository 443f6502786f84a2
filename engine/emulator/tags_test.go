package emulator

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"offcut/engine/ks3"
)

func pageTagging(w curl) {
	for _, tt := range [...]struct{ header, count, tags string }{
		{"TagA=A&TagB=B", "2", "<Tag><Key>TagA</Key><Value>A</Value></Tag><Tag><Key>TagB</Key><Value>B</Value></Tag>"},
		{"A", "1", "<Tag><Key>A</Key><Value></Value></Tag>"},
		{"A=", "1", "<Tag><Key>A</Key><Value></Value></Tag>"},
		{"a+b=c%20d", "1", "<Tag><Key>a b</Key><Value>c d</Value></Tag>"},
		{"a%3Db=c%2Bd", "1", "<Tag><Key>a=b</Key><Value>c+d</Value></Tag>"},
		{"%E5%A4%9C=%E6%98%BC", "1", "<Tag><Key>夜</Key><Value>昼</Value></Tag>"},
		{"a=1&A=1", "2", "<Tag><Key>a</Key><Value>1</Value></Tag><Tag><Key>A</Key><Value>1</Value></Tag>"},
	} {
		w.uploads("/k", []string{"x-kss-tagging: " + tt.header}, "x-kss-tagging-count: "+tt.count)
		if _, body := w.ask("GET /k?tagging", ""); between(body, "<TagSet>", "</TagSet>") != tt.tags {
			w.Errorf("%s: %s", tt.header, body)
		}
	}
	w.uploads("/k", []string{"x-kss-tagging: "}, "x-kss-tagging-count")
	for _, bad := range [...]string{
		`TagA=A\&TagB=B`, "A=1&A=2", "A=1&", "&", "=v", "a=%", "a=%zz", "a=%FF", "a=b?", "ksc:a=b", "kss:a=b", "a=+b", "b+=a", "a=%00",
		strings.Repeat("k", 129) + "=v", "k=" + strings.Repeat("v", 257), "1&2&3&4&5&6&7&8&9&10&11",
	} {
		w.refuses(400, "InvalidTag", "x-kss-tagging: "+bad)
	}
	w.initiates("/k", "x-kss-tagging: "+strings.Repeat("k", 128)+"="+strings.Repeat("v", 256)+"&2&3&4&5&6&7&8&9&10")
}

func pageTaggingPermission(w curl) {
	allow := func(id string, actions string) User {
		return User{
			ID: id, AccessKeyID: "AK" + id, SecretAccessKey: "SK" + id, Account: "1",
			Policies: []string{`{"Version":"2015-11-01","Statement":[{"Effect":"Allow","Action":[` + actions +
				`],"Resource":["krn:ksc:ks3:::my-bucket/*"]}]}`},
		}
	}
	both, put := allow("both", `"ks3:PutObject","ks3:PutObjectTagging"`), allow("put", `"ks3:PutObject"`)
	s, err := Open(Options{Users: []User{{ID: "1", AccessKeyID: vectorKey, SecretAccessKey: vectorSecret}, both, put}})
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() {
		if err := s.Close(); err != nil {
			w.Error(err)
		}
	})
	if err := s.CreateBucket("my-bucket", ""); err != nil {
		w.Fatal(err)
	}
	w = newCurl(w.T, s)
	for _, tt := range [...]struct {
		user    User
		headers []string
		status  int
	}{
		{both, nil, 200},
		{both, []string{"x-kss-tagging: a=b"}, 200},
		{put, nil, 200},
		{put, []string{"x-kss-tagging: "}, 200},
		{put, []string{"x-kss-tagging: a=b"}, 403},
		{put, []string{"x-amz-tagging: a=b"}, 403},
	} {
		resp, body := w.askAs(tt.user, "POST /k?uploads", "", tt.headers...)
		if resp.StatusCode != tt.status || tt.status == 403 && between(body, "<Code>", "<") != "AccessDenied" {
			w.Errorf("%s with %q: %d %s", tt.user.ID, tt.headers, resp.StatusCode, body)
		}
	}
}

func tagDocument(tags ...string) string {
	var b strings.Builder
	b.WriteString("<Tagging><TagSet>")
	for i := 0; i < len(tags); i += 2 {
		fmt.Fprintf(&b, "<Tag><Key>%s</Key><Value>%s</Value></Tag>", tags[i], tags[i+1])
	}
	return b.String() + "</TagSet></Tagging>"
}

func TestObjectTagging(t *testing.T) {
	s := openAt(t, testNow())
	putBody(t, s, "/k", "data", "x-kss-tagging: old=1")
	later := testNow().AddDate(0, 0, 1)
	s.now = func() time.Time { return later }
	shows := func(tags, count string) {
		t.Helper()
		w := signed(t, s, "GET /k?tagging", bucketHost, "")
		want := xmlDeclaration + `<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet>` + tags + "</TagSet></Tagging>"
		if w.Code != 200 || w.Body.String() != want {
			t.Errorf("%d\n got %s\nwant %s", w.Code, w.Body, want)
		}
		w = signed(t, s, "HEAD /k", bucketHost, "")
		h := w.Header()
		if h.Get("X-Kss-Tagging-Count") != count || h.Get("Last-Modified") != ks3.FormatDate(testNow()) {
			t.Errorf("%v", h)
		}
	}
	shows("<Tag><Key>old</Key><Value>1</Value></Tag>", "1")
	w := signed(t, s, "PUT /k?tagging", bucketHost, tagDocument("a b", "c&amp;d", "x", ""))
	if w.Code != 400 || codeOf(w) != codeInvalidTag {
		t.Errorf("a bad tag: %d %s", w.Code, w.Body)
	}
	shows("<Tag><Key>old</Key><Value>1</Value></Tag>", "1")
	w = signed(t, s, "PUT /k?tagging", bucketHost, tagDocument("a b", "c@d", "x", ""))
	if w.Code != 200 || w.Body.Len() > 0 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	shows("<Tag><Key>a b</Key><Value>c@d</Value></Tag><Tag><Key>x</Key><Value></Value></Tag>", "2")
	for range 2 {
		if w := signed(t, s, "DELETE /k?tagging", bucketHost, ""); w.Code != 204 || w.Body.Len() > 0 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		shows("", "")
	}
	for line, body := range map[string]string{"GET": "", "PUT": tagDocument("a", "b"), "DELETE": ""} {
		if w := signed(t, s, line+" /none?tagging", bucketHost, body); w.Code != 404 || codeOf(w) != "NoSuchKey" {
			t.Errorf("%s: %d %s", line, w.Code, w.Body)
		}
		if w := signedAs(t, s, s.byID["2"], line+" /k?tagging", bucketHost, body); w.Code != 403 {
			t.Errorf("another account's %s: %d", line, w.Code)
		}
	}
}

func TestTagDocumentsThatAreRefused(t *testing.T) {
	s := openAt(t, testNow())
	putBody(t, s, "/k", "data")
	var many []string
	for i := range maxTags + 1 {
		many = append(many, fmt.Sprint(i), "")
	}
	for body, code := range map[string]string{
		"":                                      "MalformedXML",
		"<Tagging/>":                            "MalformedXML",
		"<Other/>":                              "MalformedXML",
		"<Tagging><TagSet/>":                    "MalformedXML",
		tagDocument() + "x":                     "MalformedXML",
		tagDocument() + "<a/>":                  "MalformedXML",
		"<Tagging><TagSet/><TagSet/></Tagging>": "MalformedXML",
		"<Tagging><TagSet/><Owner/></Tagging>":  "MalformedXML",
		"<Tagging><TagSet>a</TagSet></Tagging>": "MalformedXML",
		"<Tagging><TagSet><Tags/></TagSet></Tagging>":                                        "MalformedXML",
		"<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value><Type/></Tag></TagSet></Tagging>": "MalformedXML",
		"<Tagging><TagSet><Tag><Value>v</Value></Tag></TagSet></Tagging>":                    "MalformedXML",
		"<Tagging><TagSet><Tag><Key>a</Key><Key>b</Key></Tag></TagSet></Tagging>":            "MalformedXML",
		tagDocument("a", "1", "a", "2"):                                                      codeInvalidTag,
		tagDocument("", "v"):                                                                 codeInvalidTag,
		tagDocument("kss:a", "v"):                                                            codeInvalidTag,
		tagDocument(" a", "v"):                                                               codeInvalidTag,
		tagDocument(strings.Repeat("k", maxTagKey+1), ""):                                    codeInvalidTag,
		tagDocument("a", strings.Repeat("v", maxTagValue+1)):                                 codeInvalidTag,
		tagDocument(many...):                                                                 codeInvalidTag,
		"<Tagging>" + strings.Repeat(" ", maxTaggingBody) + "<TagSet/></Tagging>":            "EntityTooLarge",
	} {
		w := signed(t, s, "PUT /k?tagging", bucketHost, body)
		if w.Code != 400 || codeOf(w) != code {
			t.Errorf("%.80s: %d %s, want %s", body, w.Code, w.Body, code)
		}
	}
	if w := signed(t, s, "PUT /k?tagging", bucketHost, tagDocument(many[:2*maxTags]...)); w.Code != 200 {
		t.Errorf("%d tags: %d %s", maxTags, w.Code, w.Body)
	}
}

func FuzzTags(f *testing.F) {
	for _, seed := range [...]string{"TagA=A&TagB=B", `TagA=A\&TagB=B`, "A", "A=", "=", "&", "a+b=c%20d", "a=b=c", "%", "a=1&a=2", "%E5%A4%9C=1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, list string) {
		tags, err := parseTags(list)
		if err != nil || checkTags(tags) != nil {
			return
		}
		// Good tags survive being written in the header's form and as XML.
		var written, document []string
		for _, g := range tags {
			written = append(written, url.QueryEscape(g.key)+"="+url.QueryEscape(g.value))
			document = append(document, g.key, g.value)
		}
		if again, err := parseTags(strings.Join(written, "&")); err != nil || !slices.Equal(tags, again) {
			t.Fatalf("%q gave %q, and written anew %q (%v)", list, tags, again, err)
		}
		if again, err := parseTagging([]byte(tagDocument(document...))); err != nil || !slices.Equal(tags, again) {
			t.Fatalf("%q gave %q, and as XML %q (%v)", list, tags, again, err)
		}
	})
}

func FuzzTagging(f *testing.F) {
	for _, seed := range [...]string{
		tagDocument("a", "b", "c", ""), tagDocument(), "<Tagging", "<Tagging/>", "<a:Tagging xmlns:a='x'><TagSet/></a:Tagging>",
		"<!DOCTYPE a [<!ENTITY b 'c'>]><Tagging><TagSet><Tag><Key>&b;</Key></Tag></TagSet></Tagging>",
		strings.Repeat("<Tagging>", 1000),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, doc string) {
		tags, err := parseTagging([]byte(doc))
		if err == nil {
			err = checkTags(tags)
		}
		if err == nil && len(tags) > maxTags {
			t.Fatalf("%q gave %d tags", doc, len(tags))
		}
		if err != nil && refusalOf(err) == "" {
			t.Fatalf("%q is refused with an error of the server's own: %v", doc, err)
		}
	})
}
