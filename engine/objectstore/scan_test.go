package objectstore

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"offcut/engine/ks3"
)

const (
	before = `<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
		`<ListMultipartUploadsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Bucket>b</Bucket><IsTruncated>false</IsTruncated>`
	after = `</ListMultipartUploadsResult>`
)

// uploadPages are pages that a store could send; the fuzzer starts from them.
func uploadPages() []string {
	return []string{
		before + after,
		before + `<Upload><Key>a</Key><UploadId>u</UploadId><Initiator><ID>1</ID><DisplayName>x</DisplayName></Initiator>` +
			`<Owner><ID>2</ID><DisplayName/></Owner><StorageClass>STANDARD</StorageClass><Initiated>2015-03-23T11:22:45.451+08:00</Initiated></Upload>` + after,
		before + `<Upload><Key>a&lt;&#10;&#x4e2d;&amp;</Key><UploadId>u</UploadId></Upload>` + after,
		before + "<Upload>\r\n <Key>a\r\nb</Key>\r\n <UploadId>u</UploadId>\r\n</Upload>\r\n" + after,
		`<ns2:ListMultipartUploadsResult xmlns:ns2="x>y"><ns2:IsTruncated>true</ns2:IsTruncated><ns2:NextKeyMarker>k</ns2:NextKeyMarker>` +
			`<ns2:Upload><ns2:Key>k</ns2:Key><UploadId>u</UploadId></ns2:Upload></ns2:ListMultipartUploadsResult>`,
		"\ufeff" + before + `<Encoding-Type>url</Encoding-Type><CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes>` + after + "\n",
		before + `<Upload a='"' b = ">"><Key x="1">k</Key ><UploadId
>u</UploadId></Upload>` + after,
		`<Error><Code>x</Code></Error>`,
		`<!DOCTYPE html><html></html>`,
		before + `<!-- c --><Upload><Key><![CDATA[k]]></Key></Upload>` + after,
		before + `<Upload><Key>k</Key><UploadId>u</UploadId>` + after,
		`<a:b:ListMultipartUploadsResult/>`,
	}
}

// checkAgainstOracle compares a page with what encoding/xml reads from it. The
// scanner may refuse more than the oracle, and reads some characters that XML
// does not have; what both read must agree.
func checkAgainstOracle(t interface {
	Helper()
	Fatalf(string, ...any)
}, body string) (accepted bool) {
	t.Helper()
	got, err := scanUploads(body, &names{})
	if err != nil {
		return false
	}
	var want ks3.ListUploadsResult
	if xml.Unmarshal([]byte(body), &want) != nil {
		return true
	}
	if want.EncodingAWS != "" && want.EncodingKSS != "" {
		return true
	}
	if got.bucket != want.Bucket || got.nextKey != want.NextKeyMarker || got.nextID != want.NextUploadIDMarker ||
		got.truncated != want.IsTruncated || got.encoding != want.EncodingKSS+want.EncodingAWS || len(got.uploads) != len(want.Uploads) {
		t.Fatalf("%s\n got %+v\nwant %+v", body, got, want)
	}
	for i, w := range want.Uploads {
		g := got.uploads[i]
		at, _ := ks3.ParseInstant(w.Initiated)
		if g.Key != w.Key || g.ID != w.UploadID || g.Owner != w.Owner.ID || g.Initiator != w.Initiator.ID ||
			g.StorageClass != w.StorageClass || !g.Initiated.Equal(at) {
			t.Fatalf("%s\nupload %d:\n got %+v\nwant %+v", body, i, g, w)
		}
	}
	return true
}

func FuzzScanUploads(f *testing.F) {
	for _, page := range uploadPages() {
		f.Add(page)
	}
	f.Fuzz(func(t *testing.T, body string) { checkAgainstOracle(t, body) })
}

func FuzzScanParts(f *testing.F) {
	for _, page := range []string{
		`<ListPartsResult><Bucket>b</Bucket><Key>k</Key><UploadId>u</UploadId><IsTruncated>false</IsTruncated><Part><PartNumber>1</PartNumber>` +
			`<LastModified>2015-03-22T12:48:32.800Z</LastModified><ETag>"e"</ETag><Size>3</Size></Part></ListPartsResult>`,
		`<ListPartsResult><IsTruncated>true</IsTruncated><NextPartNumberMarker/></ListPartsResult>`,
	} {
		f.Add(page)
	}
	f.Fuzz(func(t *testing.T, body string) {
		got, err := scanParts(body)
		if err != nil {
			return
		}
		var want ks3.ListPartsResult
		if xml.Unmarshal([]byte(body), &want) != nil {
			return
		}
		if got.bucket != want.Bucket || got.key != want.Key || got.id != want.UploadID || got.truncated != want.IsTruncated ||
			len(got.parts) != len(want.Parts) {
			t.Fatalf("%s\n got %+v\nwant %+v", body, got, want)
		}
		for i, w := range want.Parts {
			if g := got.parts[i]; g.number != int64(w.PartNumber) || g.size != w.Size || g.etag != w.ETag || g.lastModified != w.LastModified {
				t.Fatalf("%s\npart %d:\n got %+v\nwant %+v", body, i, g, w)
			}
		}
	})
}

// Whatever encoding/xml writes is read, and read alike.
func TestScanReadsWhatEncodingXMLWrites(t *testing.T) {
	text := rapid.StringOf(rapid.RuneFrom([]rune("ab/%+ <>&\"'\n\t中é\u00a0😀")))
	rapid.Check(t, func(t *rapid.T) {
		page := ks3.ListUploadsResult{
			Bucket: text.Draw(t, "bucket"), NextKeyMarker: text.Draw(t, "marker"), IsTruncated: rapid.Bool().Draw(t, "truncated"),
			EncodingKSS: rapid.SampledFrom([]string{"", "url"}).Draw(t, "encoding"),
		}
		for range rapid.IntRange(0, 5).Draw(t, "uploads") {
			at := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "at"), 0)
			page.Uploads = append(page.Uploads, ks3.UploadEntry{
				Key: "k" + text.Draw(t, "key"), UploadID: "u" + text.Draw(t, "id"), Initiated: ks3.FormatInstant(at),
				Owner: ks3.User{ID: text.Draw(t, "owner")}, StorageClass: text.Draw(t, "class"),
			})
		}
		body, err := xml.Marshal(page)
		if err != nil {
			t.Fatal(err)
		}
		if !checkAgainstOracle(t, string(body)) {
			t.Fatalf("not read: %s", body)
		}
	})
}

func TestScanRefuses(t *testing.T) {
	upload := `<Upload><Key>k</Key><UploadId>u</UploadId></Upload>`
	whole := before + upload + after
	if _, err := scanUploads(whole, &names{}); err != nil {
		t.Fatalf("the page that the others are made from: %v", err)
	}
	for name, body := range map[string]string{
		"nothing":                 "",
		"text":                    "hello",
		"HTML":                    "<!DOCTYPE html><html><body>Sign in</body></html>",
		"another root":            "<ListBucketResult></ListBucketResult>",
		"text after the end":      whole + "x",
		"a second root":           whole + whole,
		"comment":                 before + "<!-- c -->" + after,
		"CDATA":                   before + "<Upload><Key><![CDATA[k]]></Key><UploadId>u</UploadId></Upload>" + after,
		"text between elements":   before + "x" + upload + after,
		"crossing elements":       before + "<Upload><Key>k</UploadId></Key></Upload>" + after,
		"unknown entity":          before + "<Upload><Key>a&nbsp;b</Key><UploadId>u</UploadId></Upload>" + after,
		"entity without end":      before + "<Upload><Key>a&amp</Key><UploadId>u</UploadId></Upload>" + after,
		"entity of no character":  before + "<Upload><Key>&#xD800;</Key><UploadId>u</UploadId></Upload>" + after,
		"null character":          before + "<Upload><Key>&#0;</Key><UploadId>u</UploadId></Upload>" + after,
		"no IsTruncated":          "<ListMultipartUploadsResult></ListMultipartUploadsResult>",
		"IsTruncated is rubbish":  "<ListMultipartUploadsResult><IsTruncated>perhaps</IsTruncated></ListMultipartUploadsResult>",
		"IsTruncated is empty":    "<ListMultipartUploadsResult><IsTruncated/></ListMultipartUploadsResult>",
		"no key":                  before + "<Upload><UploadId>u</UploadId></Upload>" + after,
		"no id":                   before + "<Upload><Key>k</Key></Upload>" + after,
		"two keys":                before + "<Upload><Key>k</Key><Key>l</Key><UploadId>u</UploadId></Upload>" + after,
		"an element in a key":     before + "<Upload><Key>k<b/></Key><UploadId>u</UploadId></Upload>" + after,
		"other encoding":          strings.Replace(whole, "UTF-8", "ISO-8859-1", 1),
		"deep nesting":            before + strings.Repeat("<a>", 1_000_000),
		"names of no element":     before + "<><Upload/></>" + after,
		"a tag in an attribute":   strings.Replace(whole, "<Upload>", `<Upload a="<b>">`, 1),
		"a tag in a tag":          strings.Replace(whole, "<Upload>", "<Upload <b>>", 1),
		"a slash in a tag":        strings.Replace(whole, "<Upload>", "<Upload /a>", 1),
		"a strange name":          strings.Replace(whole, "<Upload>", "<Upload!>", 1),
		"no local name":           strings.Replace(whole, "<Upload>", "<ns2:>", 1),
		"end of another":          strings.Replace(whole, "</Key>", "</Keys>", 1),
		"attribute without quote": `<ListMultipartUploadsResult a="><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>`,
	} {
		if p, err := scanUploads(body, &names{}); err == nil {
			t.Errorf("%s: read as %+v", name, p)
		}
	}
	// A body that was cut anywhere is never taken for a page.
	for i := range whole {
		if p, err := scanUploads(whole[:i], &names{}); err == nil {
			t.Errorf("%q was read as %+v", whole[:i], p)
		}
	}
}

// benchPage is a page of 1000 uploads, about as long as KS3's.
func benchPage() string {
	var b strings.Builder
	b.WriteString(before)
	for i := range 1000 {
		fmt.Fprintf(&b, `<Upload><Key>raw/camera-%02d/2024-03-01/segment-%06d.mp4</Key><UploadId>%032x</UploadId>`+
			`<Initiator><ID>NzMzOTgzMzQ=</ID><DisplayName>NzMzOTgzMzQ=</DisplayName></Initiator>`+
			`<Owner><ID>NzMzOTgzMzQ=</ID><DisplayName>NzMzOTgzMzQ=</DisplayName></Owner>`+
			`<StorageClass>STANDARD</StorageClass><Initiated>2015-03-23T11:22:45.451+08:00</Initiated></Upload>`, i%20, i, i)
	}
	return b.String() + after
}

func BenchmarkScanUploads(b *testing.B) {
	body := benchPage()
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	var n names
	for b.Loop() {
		if p, err := scanUploads(body, &n); err != nil || len(p.uploads) != 1000 {
			b.Fatal(len(p.uploads), err)
		}
	}
}

func BenchmarkEncodingXML(b *testing.B) {
	body := []byte(benchPage())
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		var p ks3.ListUploadsResult
		if err := xml.Unmarshal(body, &p); err != nil || len(p.Uploads) != 1000 {
			b.Fatal(len(p.Uploads), err)
		}
	}
}

// Scanning a page allocates for the page, not for its uploads.
func TestScanAllocatesPerPage(t *testing.T) {
	body := benchPage()
	var n names
	if allocs := testing.AllocsPerRun(5, func() {
		if _, err := scanUploads(body, &n); err != nil {
			t.Fatal(err)
		}
	}); allocs > 20 {
		t.Errorf("%v allocations for a page of 1000 uploads", allocs)
	}
}
