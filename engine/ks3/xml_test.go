package ks3_test

import (
	"encoding/xml"
	"strings"
	"testing"

	"offcut/engine/ks3"
)

func TestListUploadsResultDecodesAnyNamespace(t *testing.T) {
	for name, body := range map[string]string{
		"S3 namespace": `<ListMultipartUploadsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Bucket>b</Bucket>` +
			`<Encoding-Type>url</Encoding-Type><IsTruncated>true</IsTruncated><Upload><Key>k</Key><UploadId>u</UploadId></Upload></ListMultipartUploadsResult>`,
		"empty namespace": `<ListMultipartUploadsResult xmlns=""><Bucket>b</Bucket><Encoding-Type>url</Encoding-Type>` +
			`<IsTruncated>true</IsTruncated><Upload><Key>k</Key><UploadId>u</UploadId></Upload></ListMultipartUploadsResult>`,
		"prefixed": `<ns2:ListMultipartUploadsResult xmlns:ns2="http://s3.amazonaws.com/doc/2006-03-01/"><ns2:Bucket>b</ns2:Bucket>` +
			`<ns2:Encoding-Type>url</ns2:Encoding-Type><ns2:IsTruncated>true</ns2:IsTruncated><ns2:Upload><ns2:Key>k</ns2:Key><UploadId>u</UploadId></ns2:Upload></ns2:ListMultipartUploadsResult>`,
	} {
		var got ks3.ListUploadsResult
		if err := xml.Unmarshal([]byte(body), &got); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got.Bucket != "b" || got.EncodingKSS != "url" || !got.IsTruncated || len(got.Uploads) != 1 ||
			got.Uploads[0].Key != "k" || got.Uploads[0].UploadID != "u" {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

func TestBodiesEncodeWithoutPrefixes(t *testing.T) {
	for _, body := range []any{
		ks3.Error{Code: "NoSuchUpload"},
		ks3.ListBucketsResult{Buckets: []ks3.BucketEntry{{Name: "b"}}},
		ks3.InitiateResult{UploadID: "u"},
		ks3.CompleteRequest{Parts: []ks3.CompletePart{{PartNumber: 1, ETag: `"e"`}}},
		ks3.CompleteResult{Key: "k"},
		ks3.ListUploadsResult{Uploads: []ks3.UploadEntry{{Key: "k"}}},
		ks3.ListPartsResult{Parts: []ks3.PartEntry{{PartNumber: 1}}},
		ks3.LocationResult{Region: "BEIJING"},
	} {
		text, err := xml.Marshal(body)
		if err != nil {
			t.Errorf("%T: %v", body, err)
			continue
		}
		if strings.Contains(string(text), ":") || strings.Contains(string(text), "xmlns") {
			t.Errorf("%T: %s", body, text)
		}
	}
}
