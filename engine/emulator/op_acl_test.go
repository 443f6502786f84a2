package emulator

import (
	"strings"
	"testing"
)

func TestACLsComeBackAsTheyWerePut(t *testing.T) {
	s := openFor(t, BucketSpec{})
	wants(t, "put an object", as(t, s, "1", "PUT /k", "data"), 200, "")
	everybody := func(permission string) string {
		return "<URI>" + allUsers + "</URI></Grantee><Permission>" + permission + "</Permission>"
	}
	account := "<ID>Mg==</ID><DisplayName>other</DisplayName></Grantee><Permission>READ</Permission>"
	for _, path := range []string{"/", "/k"} {
		for _, tt := range []struct {
			name, body string
			header     []string
			has        []string
			grants     int // beside the owner's
		}{
			{"public", "", []string{"x-kss-acl: public-read"}, []string{everybody("READ")}, 1},
			{"by header", "", []string{`x-kss-grant-read: id="2"`, `x-kss-grant-full-control: uri="` + allUsers + `"`}, []string{account, everybody("FULL_CONTROL")}, 2},
			{"by body", aclOf("1", grantXML("CanonicalUser", "<ID>2</ID>", "READ")), nil, []string{account}, 1},
			{"by body, owner in Base64, own grant too", aclOf("MQ==", grantXML("CanonicalUser", "<ID>MQ==</ID>", "FULL_CONTROL")), nil, nil, 0},
			{"header and body", aclOf("1", grantXML("CanonicalUser", "<ID>2</ID>", "READ")), []string{"x-kss-acl: public-read"}, []string{everybody("READ")}, 1},
			{"empty header and body", aclOf("1", grantXML("CanonicalUser", "<ID>2</ID>", "READ")), []string{"x-kss-acl: "}, []string{account}, 1},
			{"private", "", []string{"x-kss-acl: private"}, nil, 0},
		} {
			wants(t, path+" "+tt.name, as(t, s, "1", "PUT "+path+"?acl", tt.body, tt.header...), 200, "")
			got := as(t, s, "1", "GET "+path+"?acl", "").Body.String()
			owner := "<Owner><ID>MQ==</ID><DisplayName>vector</DisplayName></Owner>"
			if !strings.Contains(got, owner) || strings.Count(got, "<Grant>") != tt.grants+1 ||
				strings.Count(got, "<DisplayName>vector</DisplayName></Grantee><Permission>FULL_CONTROL</Permission>") != 1 {
				t.Errorf("%s %s: %s", path, tt.name, got)
			}
			for _, part := range tt.has {
				if !strings.Contains(got, part) {
					t.Errorf("%s %s: %s is not in %s", path, tt.name, part, got)
				}
			}
			// What was read can be put again.
			wants(t, path+" echo of "+tt.name, as(t, s, "1", "PUT "+path+"?acl", got), 200, "")
			if again := as(t, s, "1", "GET "+path+"?acl", "").Body.String(); again != got {
				t.Errorf("%s %s: after an echo %s, before %s", path, tt.name, again, got)
			}
		}
	}
}

func TestACLsThatAreRefused(t *testing.T) {
	s := openFor(t, BucketSpec{})
	wants(t, "put an object", as(t, s, "1", "PUT /k", "data"), 200, "")
	for _, tt := range []struct {
		line, body string
		header     []string
		status     int
		code       string
	}{
		{"PUT /?acl", "", nil, 400, "InvalidArgument"},
		{"PUT /?acl", "<x/>", nil, 400, "MalformedXML"},
		{"PUT /k?acl", "<x/>", []string{"x-kss-acl: "}, 400, "MalformedXML"},
		{"PUT /k?acl", "", []string{"x-kss-acl: "}, 400, "InvalidArgument"},
		{"PUT /?acl", "", []string{"x-kss-acl: authenticated-read"}, 400, "InvalidArgument"},
		{"PUT /k?acl", "", []string{"x-kss-acl: public-read-write"}, 400, "InvalidArgument"},
		{"PUT /k?acl", "", []string{"x-kss-acl: private", `x-kss-grant-read: id="2"`}, 400, "InvalidRequest"},
		{"PUT /k?acl", aclOf("2"), nil, 403, "AccessDenied"},
		{"PUT /k?acl", strings.Repeat(" ", maxACLBody+1), nil, 400, "EntityTooLarge"},
		{"PUT /missing?acl", "", []string{"x-kss-acl: private"}, 404, "NoSuchKey"},
		{"GET /missing?acl", "", nil, 404, "NoSuchKey"},
		{"DELETE /k?acl", "", nil, 501, "NotImplemented"},
	} {
		wants(t, tt.line+" "+strings.Join(tt.header, " "), as(t, s, "1", tt.line, tt.body, tt.header...), tt.status, tt.code)
	}
}

// Each permission of an ACL, and what it gives to the account that has it.
func TestGrantsGiveWhatTheTableSays(t *testing.T) {
	requests := []struct {
		line, body string
		header     []string
		bucket     string // the permission on the bucket that allows it
		object     string // or on the object
	}{
		{"GET /", "", nil, "READ", ""},
		{"GET /?uploads", "", nil, "READ", ""},
		{"GET /?acl", "", nil, "READ_ACP", ""},
		{"GET /?policy", "", nil, "-", ""},
		{"GET /?location", "", nil, "-", ""},
		{"GET /k", "", nil, "-", "READ"},
		{"GET /k?acl", "", nil, "-", "READ_ACP"},
		{"GET /k?tagging", "", nil, "-", "-"},
		{"PUT /k?acl", "", []string{`x-kss-grant-full-control: id="2"`}, "-", "WRITE_ACP"},
		{"POST /new?uploads", "", nil, "WRITE", "-"},
		{"POST /new?uploads", "", []string{"x-kss-tagging: a=b"}, "-", "-"},
		{"PUT /new", "", nil, "WRITE", "-"},
		{"DELETE /new", "", nil, "WRITE", "-"},
		{"DELETE /", "", nil, "-", "-"},
		{"PUT /?acl", "", []string{`x-kss-grant-full-control: id="2"`}, "WRITE_ACP", "-"},
	}
	for _, permission := range []string{"", "READ", "WRITE", "READ_ACP", "WRITE_ACP", "FULL_CONTROL"} {
		for _, r := range requests {
			s := openFor(t, BucketSpec{})
			wants(t, "put an object", as(t, s, "1", "PUT /k", "data"), 200, "")
			allows := func(by string) bool { return by == permission || permission == "FULL_CONTROL" && len(by) > 1 }
			check := func(where string, want bool) {
				t.Helper()
				for _, id := range []string{"2", "21", "12"} {
					got := as(t, s, id, r.line, r.body, r.header...).Code
					if ok := got < 300; ok != (want && id == "2") || !ok && got != 403 {
						t.Errorf("%s by %s with %q on the %s: %d", r.line, id, permission, where, got)
					}
				}
			}
			if permission == "" {
				check("bucket", false)
				continue
			}
			grants := aclOf("1", grantXML("CanonicalUser", "<ID>2</ID>", permission), grantXML("CanonicalUser", "<ID>1</ID>", permission))
			if r.bucket != "" {
				wants(t, "put the ACL", as(t, s, "1", "PUT /?acl", grants), 200, "")
				check("bucket", allows(r.bucket))
			}
			if r.object != "" && permission != "WRITE" {
				wants(t, "close the bucket", as(t, s, "1", "PUT /?acl", "", "x-kss-acl: private"), 200, "")
				wants(t, "put the ACL", as(t, s, "1", "PUT /k?acl", grants), 200, "")
				check("object", allows(r.object))
			}
		}
	}
}

func TestBucketsAreMadeWithAnACL(t *testing.T) {
	s := openFor(t, BucketSpec{})
	for acl, grants := range map[string]int{"private": 1, "public-read": 2, "public-read-write": 3} {
		host := acl + ".localhost"
		wants(t, acl, signedAs(t, s, s.byID["1"], "PUT /", host, "", "x-kss-acl: "+acl), 200, "")
		if got := signedAs(t, s, s.byID["1"], "GET /?acl", host, "").Body.String(); strings.Count(got, "<Grant>") != grants {
			t.Errorf("%s: %s", acl, got)
		}
	}
	wants(t, "an unknown ACL", signedAs(t, s, s.byID["1"], "PUT /", "other.localhost", "", "x-kss-acl: open"), 400, "InvalidArgument")
	wants(t, "its bucket", signedAs(t, s, s.byID["1"], "HEAD /", "other.localhost", ""), 404, "")
}
