package emulator

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"offcut/engine/emulator/switches"
	"offcut/engine/ks3"
)

// asked is a call with nothing but its headers, each a line "Name: value".
func asked(d ks3.Dialect, lines ...string) *call {
	r := httptest.NewRequest(http.MethodPut, "/k", nil)
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	return &call{r: r, dialect: d, set: &switches.Set{}}
}

func refusalOf(err error) string {
	var e *apiError
	if errors.As(err, &e) {
		return e.code
	}
	return ""
}

func TestGrantsOfHeaders(t *testing.T) {
	everybody := []grant{{allUsers, "READ"}}
	both := []grant{{"1234578", "READ"}, {"3344211", "READ"}}
	tests := []struct {
		name, header string // several headers are parted by |
		want         []grant
		given        bool
		code         string
	}{
		{name: "none"},
		{"private", "x-kss-acl: private", nil, true, ""},
		{"public-read", "x-kss-acl: public-read", everybody, true, ""},
		{"aws spelling", "x-amz-acl: public-read", everybody, true, ""},
		{"not an object's", "x-kss-acl: public-read-write", nil, true, ks3.CodeInvalidArgument},
		{"not known", "x-kss-acl: bucket-owner-full-control", nil, true, ks3.CodeInvalidArgument},
		{"empty", "x-kss-acl: ", nil, true, ks3.CodeInvalidArgument},
		{"twice", "x-kss-acl: private|x-kss-acl: private", nil, true, ks3.CodeInvalidArgument},
		{"the page's example", `x-kss-grant-read: id="1234578",id="3344211"`, both, true, ""},
		{"blanks", `x-kss-grant-read: id = "1234578" ,  id= "3344211"`, both, true, ""},
		{"without quotes", "x-kss-grant-read: id=1234578, id=3344211", both, true, ""},
		{"in two lines", "x-kss-grant-read: id=1234578|x-kss-grant-read: id=3344211", both, true, ""},
		{"twice the same", "x-kss-grant-read: id=1,id=1", []grant{{"1", "READ"}}, true, ""},
		{"base64 id", "x-kss-grant-read: id=NzMzOTgzMzQ=", []grant{{"73398334", "READ"}}, true, ""},
		{"group", `x-kss-grant-read: uri="` + allUsers + `"`, everybody, true, ""},
		{"aws group", "x-amz-grant-read: uri=" + allUsersAWS, everybody, true, ""},
		{"full control", `x-kss-grant-full-control: id="7"`, []grant{{"7", "FULL_CONTROL"}}, true, ""},
		{
			"several permissions", "x-kss-grant-write-acp: id=7|x-kss-grant-read: id=8|x-kss-grant-read-acp: id=9",
			[]grant{{"8", "READ"}, {"9", "READ_ACP"}, {"7", "WRITE_ACP"}}, true, "",
		},
		{"write is not on the page", `x-kss-grant-write: id="7"`, nil, false, ""},
		{"another group", "x-kss-grant-read: uri=http://acs.amazonaws.com/groups/global/AuthenticatedUsers", nil, true, ks3.CodeInvalidArgument},
		{"mail address", "x-kss-grant-read: emailAddress=a@b.c", nil, true, ks3.CodeInvalidArgument},
		{"empty grant", "x-kss-grant-read: ", nil, true, ks3.CodeInvalidArgument},
		{"no value", "x-kss-grant-read: id=", nil, true, ks3.CodeInvalidArgument},
		{"no type", "x-kss-grant-read: 1234578", nil, true, ks3.CodeInvalidArgument},
		{"open quote", `x-kss-grant-read: id="1`, nil, true, ks3.CodeInvalidArgument},
		{"stray text", `x-kss-grant-read: id="1"x`, nil, true, ks3.CodeInvalidArgument},
		{"stray quote", `x-kss-grant-read: id=1"`, nil, true, ks3.CodeInvalidArgument},
		{"last comma", "x-kss-grant-read: id=1,", nil, true, ks3.CodeInvalidArgument},
		{"canned and grants", "x-kss-acl: private|x-kss-grant-read: id=1", nil, true, codeInvalidRequest},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var lines []string
			if tt.header != "" {
				lines = strings.Split(tt.header, "|")
			}
			got, given, err := asked(ks3.Native, lines...).headerGrants("private", "public-read")
			if refusalOf(err) != tt.code || given != tt.given || !slices.Equal(got, tt.want) {
				t.Errorf("%q: %v, given %v, error %v; want %v, %v, %q", tt.header, got, given, err, tt.want, tt.given, tt.code)
			}
		})
	}
}

func TestGrantsOfABucketMayBeToWrite(t *testing.T) {
	c := asked(ks3.AWS, "x-amz-grant-write: id=7")
	got, given, err := c.headerGrants("private", "public-read", "public-read-write")
	if err != nil || !given || !slices.Equal(got, []grant{{"7", "WRITE"}}) {
		t.Errorf("%v, given %v, error %v", got, given, err)
	}
	c = asked(ks3.AWS, "x-amz-acl: public-read-write")
	got, _, err = c.headerGrants("private", "public-read", "public-read-write")
	if err != nil || !slices.Equal(got, []grant{{allUsers, "READ"}, {allUsers, "WRITE"}}) {
		t.Errorf("public-read-write: %v, error %v", got, err)
	}
}

func TestBadACLOnceMeantPrivate(t *testing.T) {
	for _, acl := range [...]string{"", "nonsense"} {
		c := asked(ks3.Native, "x-kss-acl: "+acl)
		c.set.BadACL = "private"
		if got, given, err := c.headerGrants("private", "public-read"); err != nil || !given || got != nil {
			t.Errorf("%q: %v, given %v, error %v", acl, got, given, err)
		}
	}
}

func TestGrantsAreBounded(t *testing.T) {
	many := "id=0"
	for i := range maxGrants {
		many += ",id=x" + strings.Repeat("y", i)
	}
	if _, _, err := asked(ks3.Native, "x-kss-grant-read: "+many).headerGrants("private"); refusalOf(err) != ks3.CodeInvalidArgument {
		t.Errorf("more than %d grants: %v", maxGrants, err)
	}
}

func FuzzGrantees(f *testing.F) {
	for _, seed := range [...]string{
		`id="1234578",id="3344211"`, `uri="` + allUsers + `"`, "id=1 , uri = " + allUsersAWS, `id="`, "id==", ",", `id="a"b`, "=",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, list string) {
		got, err := parseGrantees(list)
		if err != nil {
			return
		}
		// What was understood is written back and means the same.
		var again []string
		for _, g := range got {
			if g == "" || strings.Contains(g, `"`) {
				t.Fatalf("%q gave the grantee %q", list, g)
			}
			kind := "id"
			if g == allUsers {
				kind = "uri"
			}
			again = append(again, kind+`="`+g+`"`)
		}
		if back, err := parseGrantees(strings.Join(again, ",")); err != nil || !slices.Equal(got, back) {
			t.Fatalf("%q gave %q, and written anew %q (%v)", list, got, back, err)
		}
	})
}
