package emulator

import (
	"net/http/httptest"
	"testing"
)

func TestARequestThatNamesSeveralOperationsDoesNone(t *testing.T) {
	s := openAt(t, testNow())
	policy := onMyBucket("krn:ksc:iam::9:root", "Allow", "ks3:GetObject")
	wants(t, "put a policy", signed(t, s, "PUT /?policy", bucketHost, policy), 204, "")
	wants(t, "put", signed(t, s, "PUT /k", bucketHost, "data"), 200, "")
	id := initiate(t, s, "/k")
	for _, tt := range []struct {
		line   string
		status int
		code   string
	}{
		{"DELETE /?policy&lifecycle", 400, "InvalidArgument"},
		{"DELETE /?policy&policy", 400, "InvalidArgument"},
		{"GET /?acl&uploads", 400, "InvalidArgument"},
		{"GET /k?tagging&acl", 400, "InvalidArgument"},
		{"DELETE /k?uploadId=" + id + "&tagging", 400, "InvalidArgument"},
		{"DELETE /k?uploadId=" + id + "&uploadId=other", 400, "InvalidArgument"},
		{"DELETE /k?uploadId=" + id + "&uploads", 400, "InvalidArgument"},
		{"DELETE /k?uploadId=" + id + "&versionId=1", 501, "NotImplemented"},
		{"PUT /k?partNumber=1&partNumber=2&uploadId=" + id, 400, "InvalidArgument"},
		{"GET /k?acl&versionId=1", 501, "NotImplemented"},
		{"DELETE /?policy&cors", 501, "NotImplemented"},
	} {
		wants(t, tt.line, signed(t, s, tt.line, bucketHost, ""), tt.status, tt.code)
	}
	wants(t, "the policy is there", signed(t, s, "GET /?policy", bucketHost, ""), 200, "")
	wants(t, "the upload is there", signed(t, s, "GET /k?uploadId="+id, bucketHost, ""), 200, "")
	wants(t, "a copy of a version", signed(t, s, "PUT /copy?restore", bucketHost, "", "x-kss-copy-source: /my-bucket/k"), 501, "NotImplemented")
}

// As in S3.
func TestOnlyWhoMayReadTagsLearnsHowManyThereAre(t *testing.T) {
	s := openFor(t, BucketSpec{}, allowing("Allow", "krn:ksc:ks3:::my-bucket/*", "ks3:GetObject"))
	wants(t, "put", as(t, s, "1", "PUT /k", "data", "x-kss-tagging: a=b", "x-kss-acl: public-read"), 200, "")
	for _, line := range []string{"GET /k", "HEAD /k"} {
		if got := as(t, s, "1", line, "").Header().Get("X-Kss-Tagging-Count"); got != "1" {
			t.Errorf("%s of the account: %q", line, got)
		}
		for _, w := range []*httptest.ResponseRecorder{as(t, s, "11", line, ""), send(t, s, line, bucketHost)} {
			if got := w.Header().Get("X-Kss-Tagging-Count"); w.Code != 200 || got != "" {
				t.Errorf("%s of who may not: %d %q", line, w.Code, got)
			}
		}
	}
}
