package emulator

import (
	"strings"
	"testing"
)

func TestUsersThatAreRefused(t *testing.T) {
	root := User{ID: "1", AccessKeyID: "a", SecretAccessKey: "s"}
	sub := func(id string, change func(*User)) User {
		u := User{ID: id, Account: "1", AccessKeyID: "a" + id, SecretAccessKey: "s"}
		change(&u)
		return u
	}
	bad := allowing("Allow", "*", "ks3:GetObjekt")
	for _, tt := range []struct {
		name  string
		users []User
		says  []string
	}{
		{"no secret", []User{{ID: "7", AccessKeyID: "a"}}, []string{`"7"`, "secret"}},
		{"one id twice", []User{root, {ID: "1", AccessKeyID: "b", SecretAccessKey: "s"}}, []string{`"1"`, "two users"}},
		{"one key twice", []User{root, sub("2", func(u *User) { u.AccessKeyID = "a" })}, []string{`"2"`, "another user"}},
		{"policies of an account", []User{{ID: "1", AccessKeyID: "a", SecretAccessKey: "s", Policies: []string{allowing("Allow", "*", "*")}}}, []string{`"1"`, "is an account"}},
		{"its own account", []User{sub("1", func(*User) {})}, []string{`"1"`, "account"}},
		{"a user for an account", []User{root, sub("2", func(*User) {}), sub("3", func(u *User) { u.Account = "2" })}, []string{`"3"`, `"2"`}},
		{"two of one name", []User{root, sub("2", func(u *User) { u.Name = "x" }), sub("3", func(u *User) { u.Name = "x" })}, []string{`"2"`, `"3"`, "user/x"}},
		{"a name that is an id", []User{root, sub("2", func(*User) {}), sub("3", func(u *User) { u.Name = "2" })}, []string{"user/2"}},
		{"nobody's id", []User{{ID: "anonymous", AccessKeyID: "a", SecretAccessKey: "s"}}, []string{"without a signature"}},
		{"nobody's account", []User{sub("2", func(u *User) { u.Account = allUsers })}, []string{"without a signature"}},
		{"a bad policy", []User{root, sub("2", func(u *User) { u.Policies = []string{allowing("Allow", "*", "*"), bad} })}, []string{`user "2"`, "policy 2", "ks3:GetObject"}},
		{"a policy that is none", []User{root, sub("2", func(u *User) { u.Policies = []string{"no"} })}, []string{`user "2"`, "policy 1", "JSON"}},
	} {
		s, err := Open(Options{Users: tt.users})
		if err == nil {
			t.Errorf("%s: it was taken", tt.name)
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			continue
		}
		for _, part := range tt.says {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: the error does not say %s: %s", tt.name, part, err)
			}
		}
	}
}

// An account may own buckets without being a user itself.
func TestAnAccountNeedNotBeAUser(t *testing.T) {
	s, err := Open(Options{Users: []User{{
		ID: "11", Account: "1", AccessKeyID: "AKSUB", SecretAccessKey: "SKSUB",
		Policies: []string{allowing("Allow", "*", "*")},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // The test is over.
	s.now = testNow
	for _, spec := range []BucketSpec{{Name: "my-bucket"}, {Name: "second", Owner: "1"}} {
		if err := s.CreateBucketFrom(spec); err != nil {
			t.Fatal(err)
		}
	}
	w := signedAs(t, s, s.byID["11"], "GET /", "localhost", "")
	if got := w.Body.String(); w.Code != 200 || strings.Count(got, "<Bucket>") != 2 || !strings.Contains(got, "<Owner><ID>MQ==</ID>") {
		t.Errorf("%d %s", w.Code, got)
	}
	if err := s.CreateBucketFrom(BucketSpec{Name: "third", Owner: "11"}); err == nil {
		t.Error("a user of an account owns a bucket itself")
	}
}

func TestBucketsOfAConfigHaveAnACLAndAPolicy(t *testing.T) {
	const src = `
user "1" {
  access_key_id     = "AK1"
  secret_access_key = "SK1"
}
user "11" {
  access_key_id     = "AK11"
  secret_access_key = "SK11"
  account           = "1"
  policies = [
    jsonencode({ Version = "2015-11-01", Statement = [{ Effect = "Allow", Action = ["ks3:*"], Resource = ["*"] }] }),
    jsonencode({ Statement = { Effect = "Deny", Action = "ks3:Abort*", Resource = "krn:ksc:ks3:::media/*" } }),
  ]
}
user "2" {
  access_key_id     = "AK2"
  secret_access_key = "SK2"
}
bucket "media" {
  acl    = "public-read-write"
  policy = jsonencode({ Statement = [{ Effect = "Deny", Principal = { KSC = ["krn:ksc:iam::2:root"] }, Action = ["ks3:ListBucket"], Resource = ["krn:ksc:ks3:::media"] }] })
}
`
	c, err := LoadConfig("x.emulator.hcl", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(c.Options(Options{}))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // The test is over.
	s.now = testNow
	for range 2 { // Applied again it changes nothing.
		if err := c.Apply(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		id, line string
		status   int
	}{
		{"11", "PUT /media/k", 200},
		{"11", "DELETE /media/k?uploadId=x", 403},
		{"1", "DELETE /media/k?uploadId=x", 404},
		{"2", "PUT /media/k", 200},
		{"2", "GET /media?uploads", 200},
		{"2", "GET /media", 403},
	} {
		wants(t, tt.id+" "+tt.line, signedAs(t, s, s.byID[tt.id], tt.line, "localhost", ""), tt.status, "")
	}
	for _, spec := range []BucketSpec{
		{Name: "media2", ACL: "open"},
		{Name: "media2", Policy: onMyBucket("*", "Allow", "*")},
		{Name: "media2", Policy: "{}"},
	} {
		if err := s.CreateBucketFrom(spec); err == nil {
			t.Errorf("%+v was made", spec)
		}
	}
}
