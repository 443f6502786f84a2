package ks3_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"offcut/engine/ks3"
)

const (
	exampleAccessKey = "AKEXAMPLE"
	exampleSecret    = "SKEXAMPLE"
	exampleUploadID  = "1aa9cfad5e2e405c8f27965feb8b60cc"
	exampleDate      = "Wed, 01 Mar 2006 12:00:00 GMT"
)

// The strings and signatures below were computed apart from this code, from the
// rules of KS3's V2 page.
func TestSignV2(t *testing.T) {
	video := ks3.EscapePath("", "dir/my video.mp4")
	upload := url.Values{"uploadId": {exampleUploadID}}
	tests := []struct {
		name, method, date, path string
		bucket                   string
		query                    url.Values
		header                   map[string]string
		toSign, signature        string
	}{
		{
			name: "list buckets", method: "GET", date: exampleDate, path: "/",
			toSign:    "GET\n\n\n" + exampleDate + "\n/",
			signature: "TmFP/zm6rPwgvBb2aIqwV70A1Xk=",
		},
		{
			name: "list uploads", method: "GET", date: exampleDate, path: "/", bucket: "my-bucket",
			// What selects and pages is in no list of signed names.
			query: url.Values{"uploads": {""}, "prefix": {"a b"}, "key-marker": {"k"},
				"upload-id-marker": {"u"}, "max-uploads": {"1000"}, "encoding-type": {"url"}},
			toSign:    "GET\n\n\n" + exampleDate + "\n/my-bucket/?uploads",
			signature: "a9PXP/NhnrBTfQAjJm9Sv3GixOw=",
		},
		{
			name: "initiate", method: "POST", date: exampleDate, path: video, bucket: "my-bucket",
			query: url.Values{"uploads": {""}},
			header: map[string]string{"Content-Type": "video/mp4", "X-Kss-Storage-Class": "STANDARD_IA",
				"X-Kss-Acl": "private", "X-Kss-Meta-Owner": " alice ", "X-Amz-Acl": "other"},
			toSign: "POST\n\nvideo/mp4\n" + exampleDate + "\nx-kss-acl:private\nx-kss-meta-owner:alice\n" +
				"x-kss-storage-class:STANDARD_IA\n/my-bucket/dir/my%20video.mp4?uploads",
			signature: "wnGF48qK3O7lfhoSQ2y4MOzgawM=",
		},
		{
			name: "upload part", method: "PUT", date: exampleDate, path: video, bucket: "my-bucket",
			query: url.Values{"uploadId": {exampleUploadID}, "partNumber": {"1"}},
			toSign: "PUT\n\n\n" + exampleDate + "\n/my-bucket/dir/my%20video.mp4?partNumber=1&uploadId=" +
				exampleUploadID,
			signature: "XOaTMs9+MmKKyxM4H82xnDqSV3E=",
		},
		{
			name: "list parts", method: "GET", date: exampleDate, path: video, bucket: "my-bucket", query: upload,
			toSign:    "GET\n\n\n" + exampleDate + "\n/my-bucket/dir/my%20video.mp4?uploadId=" + exampleUploadID,
			signature: "tfFay/ixvjOVo3zoFelrJWB0aQM=",
		},
		{
			name: "abort", method: "DELETE", date: exampleDate, path: video, bucket: "my-bucket", query: upload,
			toSign:    "DELETE\n\n\n" + exampleDate + "\n/my-bucket/dir/my%20video.mp4?uploadId=" + exampleUploadID,
			signature: "eD4SHgSRFOiNds2dhVcJUC4QEJU=",
		},
		{
			name: "abort with token", method: "DELETE", date: exampleDate, path: video, bucket: "my-bucket", query: upload,
			header: map[string]string{"X-Kss-Security-Token": "TOKENEXAMPLE"},
			toSign: "DELETE\n\n\n" + exampleDate + "\nx-kss-security-token:TOKENEXAMPLE\n" +
				"/my-bucket/dir/my%20video.mp4?uploadId=" + exampleUploadID,
			signature: "Lfge3Oc8uGM0SzaffpA3VW74400=",
		},
		{
			name: "presigned list uploads", method: "GET", date: "1141214400", path: "/", bucket: "my-bucket",
			query:     url.Values{"uploads": {""}, "Expires": {"1141214400"}, "KSSAccessKeyId": {exampleAccessKey}},
			toSign:    "GET\n\n\n1141214400\n/my-bucket/?uploads",
			signature: "vUt/KuY3jSTcsHsGhf0GpaD14Bg=",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := http.Header{}
			for name, value := range tt.header {
				h.Set(name, value)
			}
			resource := ks3.ResourceV2(tt.bucket, tt.bucket != "", tt.path, tt.query)
			toSign := ks3.StringToSignV2(ks3.Native, tt.method, h, tt.date, resource)
			if toSign != tt.toSign {
				t.Errorf("string to sign:\n got %q\nwant %q", toSign, tt.toSign)
			}
			if got := ks3.SignV2(exampleSecret, toSign); got != tt.signature {
				t.Errorf("signature: got %s, want %s", got, tt.signature)
			}
		})
	}
}

// The three vectors in the test of the official Node SDK (ks3-nodejs-sdk,
// test/auth.js) belong to a key pair that looks like a live account's, so their
// signatures are not repeated here. What they sign is.
func TestStringToSignV2AsInTheNodeSDK(t *testing.T) {
	tests := []struct{ method, date, bucket, path, query, want string }{
		{"GET", "Fri, 17 Oct 2014 10:08:22 GMT", "", "/", "", "/"},
		{"PUT", "Fri, 17 Oct 2014 10:00:18 GMT", "guoliang11", "/", "acl", "/guoliang11/?acl"},
		{"GET", "1470364688", "myBucketName", "/myObjectKey", "", "/myBucketName/myObjectKey"},
	}
	for _, tt := range tests {
		query, err := url.ParseQuery(tt.query)
		if err != nil {
			t.Fatal(err)
		}
		resource := ks3.ResourceV2(tt.bucket, tt.bucket != "", tt.path, query)
		got := ks3.StringToSignV2(ks3.Native, tt.method, http.Header{}, tt.date, resource)
		if want := tt.method + "\n\n\n" + tt.date + "\n" + tt.want; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestResourceV2(t *testing.T) {
	tests := []struct {
		name, bucket string
		inHost       bool
		path, query  string
		want         string
	}{
		{"service", "", false, "/", "", "/"},
		{"bucket in host", "b", true, "/", "", "/b/"},
		{"bucket in host, empty path", "b", true, "", "", "/b/"},
		{"bucket in path", "b", false, "/b/", "", "/b/"},
		{"bucket in path without its slash", "b", false, "/b", "uploads", "/b/?uploads"},
		{"key in path", "b", false, "/b/k", "", "/b/k"},
		{"key of the bucket's own name", "b", true, "/b", "", "/b/b"},
		{"values are raw and names sorted", "b", true, "/k", "uploadId=a%2Fb%20c&partNumber=2&x=1", "/b/k?partNumber=2&uploadId=a/b c"},
		{"empty values lose their sign", "b", true, "/", "uploads=&acl", "/b/?acl&uploads"},
		{"an encoded slash stays", "b", true, "/%2Fk", "", "/b/%2Fk"},
	}
	for _, tt := range tests {
		query, err := url.ParseQuery(tt.query)
		if err != nil {
			t.Fatal(err)
		}
		if got := ks3.ResourceV2(tt.bucket, tt.inHost, tt.path, query); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestCanonicalHeadersJoinValues(t *testing.T) {
	h := http.Header{"X-Amz-Meta-B": {"1", "2 "}, "X-Amz-Meta-A": {"z"}, "X-Kss-Acl": {"private"}}
	got := ks3.StringToSignV2(ks3.AWS, "GET", h, "d", "/")
	if want := "GET\n\n\nd\nx-amz-meta-a:z\nx-amz-meta-b:1,2\n/"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Computed apart from this code; not checked against the service.
func TestSignV4(t *testing.T) {
	const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	at := time.Date(2024, 3, 1, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		method, path string
		query        url.Values
		native, aws  string
	}{
		{
			"GET", "/", url.Values{"uploads": {""}},
			"74d3e4f31a5542d3902beb852b3a7b0c3729689fff9441c93b7d3257d71fb411",
			"0a345794f6eb35efd9004c599e39834d58ecafb70a5c3344b5e211a4d2b89e79",
		},
		{
			"DELETE", "/dir/my%20video.mp4", url.Values{"uploadId": {exampleUploadID}},
			"659e08f37f1f2ba96ee1114fdcca4f18f4ff389fb346e7172bbbb6a122b188a6",
			"7291dff3debd38b97f99f4858c09eb3a1e8286fbd7bc8dbb78c918b6f79647ab",
		},
	}
	for _, tt := range tests {
		for _, d := range []ks3.Dialect{ks3.Native, ks3.AWS} {
			h := http.Header{}
			h.Set(d.HeaderPrefix+"date", at.Format(ks3.TimeV4))
			h.Set(d.HeaderPrefix+"content-sha256", emptyHash)
			got, scope := ks3.SignV4(d, exampleSecret, ks3.RequestV4{
				Method: tt.method, EscapedPath: tt.path, Query: tt.query, Header: h,
				Host:          "my-bucket.ks3-cn-beijing.ksyuncs.com",
				SignedHeaders: []string{"host", d.HeaderPrefix + "content-sha256", d.HeaderPrefix + "date"},
				PayloadHash:   emptyHash, Time: at, Region: "BEIJING",
			})
			want := tt.native
			if d == ks3.AWS {
				want = tt.aws
			}
			if got != want {
				t.Errorf("%s %s, %s: got %s, want %s", tt.method, tt.path, d.AlgorithmV4, got, want)
			}
			if want := "20240301/BEIJING/" + d.ServiceV4 + "/" + d.TerminatorV4; scope != want {
				t.Errorf("scope: got %s, want %s", scope, want)
			}
		}
	}
}

func TestSignV4Presigned(t *testing.T) {
	at := time.Date(2024, 3, 1, 12, 0, 0, 0, time.UTC)
	got, _ := ks3.SignV4(ks3.Native, exampleSecret, ks3.RequestV4{
		Method: "GET", EscapedPath: "/",
		Query: url.Values{
			"uploads":             {""},
			"X-Kss-Algorithm":     {ks3.Native.AlgorithmV4},
			"X-Kss-Credential":    {exampleAccessKey + "/20240301/BEIJING/ks3/kss4_request"},
			"X-Kss-Date":          {at.Format(ks3.TimeV4)},
			"X-Kss-Expires":       {"900"},
			"X-Kss-SignedHeaders": {"host"},
		},
		Header: http.Header{}, Host: "my-bucket.ks3-cn-beijing.ksyuncs.com",
		SignedHeaders: []string{"host"}, PayloadHash: ks3.UnsignedPayload, Time: at, Region: "BEIJING",
	})
	if want := "c54cdd64e3cf1b8d2a227ba02be6d05dd2ac88347d40496741f4fdfa90642740"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestCanonicalQuery(t *testing.T) {
	got := ks3.CanonicalQuery(url.Values{"b": {"2", "1"}, "a-b": {"x"}, "a": {"a b/c+d"}, "uploads": {""}})
	if want := "a=a%20b%2Fc%2Bd&a-b=x&b=1&b=2&uploads="; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Every name of the SDKs' lists, by the list that has it.
func TestSubResource(t *testing.T) {
	lists := map[string]string{
		"every SDK": "acl lifecycle location logging notification partNumber policy requestPayment torrent uploadId uploads " +
			"versionId versioning versions website response-content-type response-content-language response-expires " +
			"response-cache-control response-content-disposition response-content-encoding",
		"Java": "delete thumbnail cors crr pfop querypfop adp queryadp fetch restore transfer tagging security-token",
		"Go": "copy mirror append position decompresspolicy retention inventory recycle recover clear id dataRedundancySwitch " +
			"bucketqos requesterqos encryption accessmonitor transferAcceleration VpcAccessBlock quota migration jobs jobId " +
			"X-Amz-Policy action priority PublicNetworkBlock BucketPublicNetworkBlock dataRedundancyTransition worm wormId " +
			"wormExtend dataAccelerator",
	}
	for list, names := range lists {
		for _, name := range strings.Fields(names) {
			if !ks3.SubResource(name) {
				t.Errorf("%s is in the list of %s", name, list)
			}
			query := url.Values{name: {"v w"}, "prefix": {"p"}}
			if got, want := ks3.ResourceV2("b", true, "/k", query), "/b/k?"+name+"=v w"; got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
	}
	for _, name := range strings.Fields("prefix delimiter key-marker upload-id-marker max-uploads encoding-type max-parts " +
		"part-number-marker projectIds marker max-keys UPLOADS Signature Expires KSSAccessKeyId AWSAccessKeyId") {
		if ks3.SubResource(name) {
			t.Errorf("%s is signed by no SDK", name)
		}
	}
}
