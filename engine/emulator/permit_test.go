package emulator

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"offcut/engine/emulator/policy"
)

// The users of permission tests: an account with two users, and another account
// with one.
func people(policies ...string) []User {
	return []User{
		{ID: "1", Name: "vector", AccessKeyID: vectorKey, SecretAccessKey: vectorSecret},
		{ID: "11", Name: "sub", Account: "1", AccessKeyID: "AKSUB", SecretAccessKey: "SKSUB", Policies: policies},
		{ID: "12", Account: "1", AccessKeyID: "AKIDLE", SecretAccessKey: "SKIDLE"},
		{ID: "2", Name: "other", AccessKeyID: "AKOTHER", SecretAccessKey: "SKOTHER"},
		{ID: "21", Name: "guest", Account: "2", AccessKeyID: "AKGUEST", SecretAccessKey: "SKGUEST", Policies: policies},
	}
}

// openFor starts a server with people and the bucket "my-bucket" of account 1.
func openFor(t testing.TB, spec BucketSpec, policies ...string) *Server {
	t.Helper()
	s, err := Open(Options{Users: people(policies...)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	s.now = testNow
	spec.Name = "my-bucket"
	if err := s.CreateBucketFrom(spec); err != nil {
		t.Fatal(err)
	}
	return s
}

// as sends a request of one of people, by id.
func as(t testing.TB, s *Server, id, line, body string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	return signedAs(t, s, s.byID[id], line, bucketHost, body, header...)
}

// allowing is a user policy of one statement.
func allowing(effect string, resource string, actions ...string) string {
	return policyOf("", effect, resource, actions...)
}

// onMyBucket is a policy of my-bucket and its objects.
func onMyBucket(principal, effect string, actions ...string) string {
	text := policyOf(principal, effect, "?", actions...)
	return strings.Replace(text, `["?"]`, `["krn:ksc:ks3:::my-bucket","krn:ksc:ks3:::my-bucket/*"]`, 1)
}

func policyOf(principal, effect, resource string, actions ...string) string {
	statement := map[string]any{"Effect": effect, "Action": actions, "Resource": []string{resource}}
	if principal != "" {
		statement["Principal"] = map[string]any{"KSC": []string{principal}}
	}
	text, _ := json.Marshal(map[string]any{"Version": "2015-11-01", "Statement": []any{statement}})
	return string(text)
}

// wants fails the test unless the answer has a status, and a code where it is an error.
func wants(t testing.TB, what string, w *httptest.ResponseRecorder, status int, code string) {
	t.Helper()
	if w.Code != status || code != "" && !strings.Contains(w.Body.String(), "<Code>"+code+"</Code>") {
		t.Errorf("%s: %d, want %d %s: %s", what, w.Code, status, code, w.Body)
	}
}

func md5Of(text string) string {
	sum := md5.Sum([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func md5Hex(text string) string {
	sum := md5.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}

// A request that needs permissions: every one of them.
type permitted struct {
	line    string // ID stands for an open upload of /k
	body    string
	header  []string
	actions []string
}

func permittedRequests() []permitted {
	one := func(line, action string) permitted { return permitted{line: line, actions: []string{action}} }
	lifecycle := "<LifecycleConfiguration><Rule><ID>a</ID><Filter><Prefix>x</Prefix></Filter><Status>Enabled</Status>" +
		"<Expiration><Days>3</Days></Expiration></Rule></LifecycleConfiguration>"
	tags := "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"
	return []permitted{
		one("GET /", "ks3:ListBucket"),
		one("HEAD /", "ks3:ListBucket"),
		one("GET /?location", "ks3:GetBucketLocation"),
		one("GET /?acl", "ks3:GetBucketAcl"),
		{"PUT /?acl", "", []string{"x-kss-acl: private"}, []string{"ks3:PutBucketAcl"}},
		one("GET /?policy", "ks3:GetBucketPolicy"),
		{"PUT /?policy", onMyBucket("*", "Allow", "ks3:GetObject"), nil, []string{"ks3:PutBucketPolicy"}},
		one("DELETE /?policy", "ks3:DeleteBucketPolicy"),
		one("GET /?lifecycle", "ks3:GetBucketLifecycle"),
		{"PUT /?lifecycle", lifecycle, []string{"Content-MD5: " + md5Of(lifecycle)}, []string{"ks3:PutBucketLifecycle"}},
		one("DELETE /?lifecycle", "ks3:DeleteBucketLifecycle"),
		one("GET /?uploads", "ks3:ListBucketMultipartUploads"),
		one("DELETE /", "ks3:DeleteBucket"),
		one("GET /k", "ks3:GetObject"),
		one("HEAD /k", "ks3:GetObject"),
		{"PUT /new", "data", nil, []string{"ks3:PutObject"}},
		{"PUT /new", "data", []string{"x-kss-tagging: a=b"}, []string{"ks3:PutObject", "ks3:PutObjectTagging"}},
		one("DELETE /k", "ks3:DeleteObject"),
		one("GET /k?acl", "ks3:GetObjectAcl"),
		{"PUT /k?acl", "", []string{"x-kss-acl: public-read"}, []string{"ks3:PutObjectAcl"}},
		one("GET /k?tagging", "ks3:GetObjectTagging"),
		{"PUT /k?tagging", tags, []string{"Content-MD5: " + md5Of(tags)}, []string{"ks3:PutObjectTagging"}},
		one("DELETE /k?tagging", "ks3:DeleteObjectTagging"),
		one("POST /new?uploads", "ks3:PutObject"),
		{"POST /new?uploads", "", []string{"x-kss-tagging: a=b"}, []string{"ks3:PutObject", "ks3:PutObjectTagging"}},
		{"PUT /k?partNumber=1&uploadId=ID", "data", nil, []string{"ks3:PutObject"}},
		one("GET /k?uploadId=ID", "ks3:ListMultipartUploadParts"),
		{"POST /k?uploadId=ID", completeBody(1, `"`+md5Hex("part")+`"`), nil, []string{"ks3:PutObject"}},
		one("DELETE /k?uploadId=ID", "ks3:AbortMultipartUpload"),
		{"PUT /new", "", []string{"x-kss-copy-source: /my-bucket/k"}, []string{"ks3:PutObject", "ks3:GetObject", "ks3:GetObjectTagging", "ks3:PutObjectTagging"}},
		{"PUT /new", "", []string{"x-kss-copy-source: /my-bucket/k", "x-kss-tagging-directive: REPLACE"}, []string{"ks3:PutObject", "ks3:GetObject"}},
		{"PUT /k?partNumber=1&uploadId=ID", "", []string{"x-kss-copy-source: /my-bucket/k"}, []string{"ks3:PutObject", "ks3:GetObject"}},
	}
}

func TestEveryOperationNeedsItsAction(t *testing.T) {
	seen := map[string]bool{"ks3:ListBuckets": true, "ks3:CreateBucket": true} // See TestServiceActions.
	for _, r := range permittedRequests() {
		name := r.line + " " + strings.Join(r.header, " ")
		for _, a := range r.actions {
			seen[a] = true
			checkLevel(t, r.line, a)
		}
		check := func(how string, spec BucketSpec, allowed bool, policies ...string) {
			t.Helper()
			w := r.send(t, openFor(t, spec, policies...))
			if allowed && w.Code >= 300 {
				t.Errorf("%s with %s: %d %s", name, how, w.Code, w.Body)
			} else if !allowed && (w.Code != 403 || w.Body.Len() > 0 && !strings.Contains(w.Body.String(), "<Code>AccessDenied</Code>")) {
				t.Errorf("%s with %s: %d, want 403 AccessDenied: %s", name, how, w.Code, w.Body)
			}
		}
		check("only that action", BucketSpec{}, true, allowing("Allow", "*", r.actions...))
		if r.line != "DELETE /?policy" && r.line != "PUT /?policy" {
			check("only that action, by the bucket's policy", BucketSpec{Policy: onMyBucket("krn:ksc:iam::1:user/sub", "Allow", r.actions...)}, true)
		}
		for _, a := range r.actions {
			check("all but "+a, BucketSpec{}, false, allowing("Allow", "*", allActionsBut(a)...))
			check("a Deny of "+a, BucketSpec{}, false, allowing("Allow", "*", "*"), allowing("Deny", "*", a))
			check("a Deny of "+a+" by the bucket's policy",
				BucketSpec{Policy: onMyBucket("krn:ksc:iam::1:user/sub", "Deny", a)}, false, allowing("Allow", "*", "*"))
		}
		check("no policy", BucketSpec{}, false)
	}
	for _, a := range policy.Actions() {
		if a.Name == "ks3:GetBucketCORS" {
			break // From here on there is no operation.
		}
		if !seen[a.Name] {
			t.Errorf("no request needs %s", a.Name)
		}
	}
}

// send prepares what the request is about, as the account, and sends it as its user.
func (r permitted) send(t *testing.T, s *Server) *httptest.ResponseRecorder {
	line := r.line
	if line != "DELETE /" {
		wants(t, "put an object", as(t, s, "1", "PUT /k", "object", "x-kss-tagging: a=b"), 200, "")
	}
	if strings.Contains(line, "ID") {
		id := initiate(t, s, "/k")
		putPart(t, s, "/k", id, 1, "part")
		line = strings.Replace(line, "ID", id, 1)
	}
	switch line {
	case "GET /?policy":
		b, err := (&call{Server: s}).guardedBucket("my-bucket")
		if err != nil {
			t.Fatal(err)
		}
		if b.rules == nil {
			wants(t, "put a policy", as(t, s, "1", "PUT /?policy", onMyBucket("krn:ksc:iam::9:root", "Allow", "*")), 204, "")
		}
	case "GET /?lifecycle":
		for _, p := range permittedRequests() {
			if p.line == "PUT /?lifecycle" {
				wants(t, "put a lifecycle", as(t, s, "1", p.line, p.body, p.header...), 200, "")
			}
		}
	}
	return as(t, s, "11", line, r.body, r.header...)
}

// checkLevel compares the kind of resource that a request is on with its action's.
func checkLevel(t *testing.T, line, action string) {
	t.Helper()
	_, rest, _ := strings.Cut(line, " /")
	level := policy.OnObject
	if rest == "" || rest[0] == '?' {
		level = policy.OnBucket
	}
	if !slices.Contains(policy.Actions(), policy.Action{Name: action, Level: level}) {
		t.Errorf("%s: %s is not in the table of actions, or of another level", line, action)
	}
}

func allActionsBut(name string) []string {
	var names []string
	for _, a := range policy.Actions() {
		if a.Name != name {
			names = append(names, a.Name)
		}
	}
	return names
}

func TestServiceActions(t *testing.T) {
	for _, tt := range []struct {
		policy       string
		list, create int
	}{
		{"", 403, 403},
		{allowing("Allow", "krn:ksc:ks3:::*", "ks3:ListBuckets"), 200, 403},
		{allowing("Allow", "*", "ks3:ListBuckets", "ks3:PutBucket"), 200, 200},
		{allowing("Allow", "krn:ksc:ks3:::my-bucket", "ks3:ListBuckets"), 403, 403},
		{allowing("Allow", "krn:ksc:ks3:::new-*", "ks3:CreateBucket"), 403, 200},
		{allowing("Allow", "krn:ksc:ks3:::old-*", "ks3:CreateBucket"), 403, 403},
		{allowing("Deny", "*", "*"), 403, 403},
	} {
		var policies []string
		if tt.policy != "" {
			policies = append(policies, tt.policy)
		}
		s := openFor(t, BucketSpec{}, policies...)
		w := signedAs(t, s, s.byID["11"], "GET /", "localhost", "")
		wants(t, "list buckets with "+tt.policy, w, tt.list, "")
		if w.Code == 200 && !strings.Contains(w.Body.String(), "<Name>my-bucket</Name>") {
			t.Errorf("a user of the account does not see its bucket: %s", w.Body)
		}
		wants(t, "create with "+tt.policy, signedAs(t, s, s.byID["11"], "PUT /new-bucket", "localhost", ""), tt.create, "")
		if tt.create == 200 {
			b, err := (&call{Server: s}).guardedBucket("new-bucket")
			if err != nil || b.owner != "1" {
				t.Errorf("the bucket is %q's, %v", b.owner, err)
			}
		}
	}
	s := openFor(t, BucketSpec{})
	w := signedAs(t, s, s.byID["2"], "GET /", "localhost", "")
	if w.Code != 200 || strings.Contains(w.Body.String(), "my-bucket") {
		t.Errorf("another account lists %d %s", w.Code, w.Body)
	}
}

func TestPatternsBoundAUsersReach(t *testing.T) {
	s := openFor(t, BucketSpec{}, `{"Statement": [
		{"Effect": "Allow", "Action": ["ks3:*Object", "ks3:Abort*"], "Resource": "krn:ksc:ks3:::my-bucket/raw/*"},
		{"Effect": "Deny", "Action": "ks3:putobject", "Resource": "krn:ksc:ks3:::my-bucket/raw/????.lock"}]}`)
	for line, status := range map[string]int{
		"PUT /raw/a":         200,
		"PUT /raw/a/b":       200,
		"PUT /raw/":          200,
		"PUT /raw":           403,
		"PUT /RAW/a":         403,
		"PUT /raw/abcd.lock": 403,
		"PUT /raw/ab.lock":   200,
		"PUT /raw/a%2a":      200,
		"GET /raw/a?acl":     403,
		"GET /":              403,
	} {
		wants(t, line, as(t, s, "11", line, ""), status, "")
	}
}

func TestSourceAddressIsTheConnections(t *testing.T) {
	from := func(operator, network string) string {
		return fmt.Sprintf(`{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {%q: {"ksc:SourceIp": %q}}}}`, operator, network)
	}
	// httptest's requests come from 192.0.2.1.
	for _, tt := range []struct {
		policy string
		status int
	}{
		{from("IpAddress", "192.0.2.0/24"), 200},
		{from("IpAddress", "192.0.2.1"), 200},
		{from("IpAddress", "10.0.0.0/8"), 403},
		{from("NotIpAddress", "192.0.2.0/24"), 403},
		{from("NotIpAddress", "10.0.0.0/8"), 200},
	} {
		s := openFor(t, BucketSpec{}, tt.policy)
		w := as(t, s, "11", "PUT /k", "", "X-Forwarded-For: 10.0.0.1", "X-Real-Ip: 10.0.0.1", "Forwarded: for=10.0.0.1")
		wants(t, tt.policy, w, tt.status, "")
	}
}

func TestTheOwningAccountMayEverything(t *testing.T) {
	s := openFor(t, BucketSpec{})
	wants(t, "put", as(t, s, "1", "PUT /k", "data"), 200, "")
	wants(t, "lock everybody out", as(t, s, "1", "PUT /?policy", onMyBucket("*", "Deny", "*")), 204, "")
	wants(t, "read with a Deny", as(t, s, "1", "GET /k", ""), 403, "AccessDenied")
	wants(t, "read the policy", as(t, s, "1", "GET /?policy", ""), 200, "")
	wants(t, "take the lock off", as(t, s, "1", "DELETE /?policy", ""), 204, "")
	wants(t, "read", as(t, s, "1", "GET /k", ""), 200, "")
}

func TestAnotherAccountNeedsTheBucketsPolicy(t *testing.T) {
	get := allowing("Allow", "*", "ks3:GetObject")
	for _, tt := range []struct {
		name, bucket string
		user         []string
		root, guest  int
	}{
		{"nothing", "", nil, 403, 403},
		{"its own policy only", "", []string{get}, 403, 403},
		{"the bucket's only", onMyBucket("krn:ksc:iam::2:root", "Allow", "ks3:GetObject"), nil, 200, 403},
		{"both", onMyBucket("krn:ksc:iam::2:root", "Allow", "ks3:GetObject"), []string{get}, 200, 200},
		{"for the user alone", onMyBucket("krn:ksc:iam::2:user/guest", "Allow", "ks3:GetObject"), []string{get}, 403, 200},
		{"for another account", onMyBucket("krn:ksc:iam::3:root", "Allow", "ks3:GetObject"), []string{get}, 403, 403},
		{"for everybody", onMyBucket("*", "Allow", "ks3:GetObject"), []string{get}, 200, 200},
		{"a Deny", onMyBucket("krn:ksc:iam::2:user/guest", "Deny", "ks3:GetObject"), []string{get}, 403, 403},
	} {
		s := openFor(t, BucketSpec{Policy: tt.bucket}, tt.user...)
		wants(t, "put", as(t, s, "1", "PUT /k", "data"), 200, "")
		wants(t, tt.name+": the account", as(t, s, "2", "GET /k", ""), tt.root, "")
		wants(t, tt.name+": its user", as(t, s, "21", "GET /k", ""), tt.guest, "")
		wants(t, tt.name+": another operation", as(t, s, "2", "GET /k?acl", ""), 403, "AccessDenied")
	}
}

// The Java SDK's test against the live service: a second account may initiate on
// a public-read-write bucket, and may not abort what it initiated.
func TestASecondAccountOnAPublicBucket(t *testing.T) {
	s := openFor(t, BucketSpec{})
	wants(t, "initiate on a private bucket", as(t, s, "2", "POST /k?uploads", ""), 403, "AccessDenied")
	s = openFor(t, BucketSpec{ACL: "public-read"})
	wants(t, "initiate on a public-read bucket", as(t, s, "2", "POST /k?uploads", ""), 403, "AccessDenied")
	wants(t, "list uploads", as(t, s, "2", "GET /?uploads", ""), 200, "")

	s = openFor(t, BucketSpec{ACL: "public-read-write"})
	w := as(t, s, "2", "POST /k?uploads", "")
	wants(t, "initiate", w, 200, "")
	id := between(w.Body.String(), "<UploadId>", "</UploadId>")
	wants(t, "upload a part", as(t, s, "2", "PUT /k?partNumber=1&uploadId="+id, "part"), 200, "")
	wants(t, "list the parts", as(t, s, "2", "GET /k?uploadId="+id, ""), 403, "AccessDenied")
	wants(t, "abort", as(t, s, "2", "DELETE /k?uploadId="+id, ""), 403, "AccessDenied")
	if list := as(t, s, "1", "GET /?uploads", "").Body.String(); !strings.Contains(list, id) {
		t.Errorf("the upload is gone: %s", list)
	}
	wants(t, "complete", as(t, s, "2", "POST /k?uploadId="+id, completeBody(1, `"`+md5Hex("part")+`"`)), 200, "")
	wants(t, "read what it wrote", as(t, s, "2", "GET /k", ""), 403, "AccessDenied")
	wants(t, "delete", as(t, s, "2", "DELETE /k", ""), 204, "")
}

func TestWhoMayNotListDoesNotLearnThatAKeyIsMissing(t *testing.T) {
	for _, tt := range []struct {
		policy, acl string
		user        string
		status      int
		code        string
	}{
		{allowing("Allow", "*", "ks3:GetObject"), "", "11", 403, "AccessDenied"},
		{allowing("Allow", "*", "ks3:GetObject", "ks3:ListBucket"), "", "11", 404, "NoSuchKey"},
		{allowing("Allow", "*", "ks3:ListBucket"), "", "11", 404, "NoSuchKey"},
		{allowing("Deny", "*", "ks3:GetObject"), "public-read", "11", 403, "AccessDenied"},
		{allowing("Allow", "*", "*"), "", "2", 403, "AccessDenied"},
		{allowing("Allow", "*", "*"), "public-read", "2", 404, "NoSuchKey"},
		{allowing("Allow", "*", "*"), "public-read", "21", 404, "NoSuchKey"},
		{allowing("Allow", "*", "ks3:Get*"), "public-read", "21", 403, "AccessDenied"},
	} {
		s := openFor(t, BucketSpec{ACL: tt.acl}, tt.policy)
		wants(t, fmt.Sprintf("user %s with %s and %q", tt.user, tt.policy, tt.acl), as(t, s, tt.user, "GET /missing", ""), tt.status, tt.code)
	}
}
