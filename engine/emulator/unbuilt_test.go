package emulator

import (
	"net/http"
	"testing"

	"offcut/engine/ks3"
)

// A call on a sub-resource that is not built must never be done as the plain call
// on its bucket or object: that one overwrites or deletes.
func TestWhatIsNotBuiltDoesNothingElse(t *testing.T) {
	s := openAt(t, testNow())
	if err := s.CreateBucket("empty", ""); err != nil {
		t.Fatal(err)
	}
	wants(t, "put", signed(t, s, "PUT /my-bucket/k", "localhost", "data"), 200, "")
	for _, name := range []string{
		"adp", "asyntask", "PublicNetworkBlock", "websiteConfig", "domain", "defaultObjectAcl", "compose", "copy", "cors",
		"encryption", "replication", "object-lock", "intelligent-tiering", "abac", "migration", "wormId", "torrent", "restore",
	} {
		for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodGet, http.MethodPost} {
			wants(t, method+" "+name, signed(t, s, method+" /empty?"+name, "localhost", ""), 501, "NotImplemented")
			wants(t, method+" "+name, signed(t, s, method+" /my-bucket/k?"+name+"=x", "localhost", ""), 501, "NotImplemented")
		}
	}
	wants(t, "the bucket", signed(t, s, "GET /empty", "localhost", ""), 200, "")
	if w := signed(t, s, "GET /my-bucket/k", "localhost", ""); w.Body.String() != "data" {
		t.Errorf("the object is %d %s", w.Code, w.Body)
	}
}

func TestHeadersOfWhatIsNotBuiltAreRefused(t *testing.T) {
	s := openAt(t, testNow())
	wants(t, "put", signed(t, s, "PUT /my-bucket/k", "localhost", "data"), 200, "")
	for _, tt := range []struct{ line, header string }{
		{"PUT /my-bucket/k", "kss-async-process: tag=avscrnshot"},
		{"PUT /my-bucket/k", "kss-notifyurl: http://127.0.0.1/"},
		{"PUT /my-bucket/k", "x-kss-callbackurl: http://127.0.0.1/"},
		{"POST /my-bucket/k?uploads", "kss-async-process: tag=avscrnshot"},
		{"POST /my-bucket/k?uploads", "x-kss-callbackurl: http://127.0.0.1/"},
		{"POST /my-bucket/k?uploads", "x-kss-object-lock-mode: GOVERNANCE"},
		{"POST /my-bucket/k?uploads", "x-kss-server-side-data-encryption: SM4"},
		{"GET /my-bucket/k", "x-kss-traffic-limit: 819200"},
		{"PUT /my-bucket/k", "x-kss-traffic-limit: 819200"},
		{"PUT /my-bucket/k?partNumber=1&uploadId=" + vectorID, "x-kss-traffic-limit: 819200"},
		{"PUT /new-bucket", "x-kss-bucket-object-lock-enabled: true"},
		{"PUT /new-bucket", "x-kss-object-ownership: BucketOwnerEnforced"},
		{"PUT /new-bucket", "x-kss-data-redundancy-type: ZRS"},
	} {
		wants(t, tt.line+" "+tt.header, signed(t, s, tt.line, "localhost", "", tt.header), 501, "NotImplemented")
	}
	conf := "<CreateBucketConfiguration><LocationConstraint>BEIJING</LocationConstraint><Tags/></CreateBucketConfiguration>"
	wants(t, "a bucket with tags", signed(t, s, "PUT /new-bucket", "localhost", conf), 501, "NotImplemented")
	wants(t, "the bucket", signed(t, s, "GET /new-bucket", "localhost", ""), 404, "NoSuchBucket")
	if w := signed(t, s, "GET /my-bucket/k", "localhost", ""); w.Body.String() != "data" {
		t.Errorf("the object is %d %s", w.Code, w.Body)
	}
	id := between(signed(t, s, "POST /my-bucket/k?uploads", "localhost", "").Body.String(), "<UploadId>", "<")
	sum := "x-amz-checksum-crc32: AAAAAA=="
	wants(t, "a whole object's checksum", signed(t, s, "POST /my-bucket/k?uploadId="+id, "localhost", "<x/>", sum), 501, "NotImplemented")
}

func TestTheExpectedOwnerIsCompared(t *testing.T) {
	s := openAt(t, testNow())
	wants(t, "put", signed(t, s, "PUT /my-bucket/k", "localhost", "data"), 200, "")
	for _, tt := range []struct {
		owner string
		code  string
	}{{"1", ""}, {"MQ==", ""}, {"2", "AccessDenied"}} {
		status := 200
		if tt.code != "" {
			status = 403
		}
		own, source := "x-amz-expected-bucket-owner: "+tt.owner, "x-amz-source-expected-bucket-owner: "+tt.owner
		wants(t, own, signed(t, s, "GET /my-bucket?uploads", "localhost", "", own), status, tt.code)
		wants(t, source, signed(t, s, "PUT /my-bucket/copy", "localhost", "", "x-kss-copy-source: /my-bucket/k", source), status, tt.code)
	}
}

// The Go SDK built on AWS's sends it in the native spelling, which an AWS
// signature of version 2 does not cover.
func TestALimitOfBandwidthBesideAnAWSSignatureIsToldSo(t *testing.T) {
	s := openAt(t, testNow())
	date := ks3.FormatDate(testNow())
	sum := ks3.SignV2(vectorSecret, "POST\n\n\n"+date+"\n/my-bucket/k?uploads")
	w := send(t, s, "POST /k?uploads", bucketHost, "Date: "+date, "x-kss-traffic-limit: 819200", "Authorization: AWS "+vectorKey+":"+sum)
	wants(t, "a limit", w, 501, "NotImplemented")
}
