package policy

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// user is a document of one statement of a user policy.
func user(members string) string {
	return `{"Version": "2015-11-01", "Statement": [{` + members + `}]}`
}

// onBucket is a document of one statement of a bucket policy.
func onBucket(members string) string {
	return user(`"Effect": "Allow", "Action": "ks3:GetObject", "Resource": "krn:ksc:ks3:::media/*", ` + members)
}

func mustParse(t testing.TB, kind Kind, doc string) *Document {
	t.Helper()
	d, err := Parse(kind, []byte(doc))
	if err != nil {
		t.Fatalf("%s: %s", doc, err)
	}
	return d
}

func TestStatementsAllowAndDeny(t *testing.T) {
	tests := []struct {
		name, statements string
		action, resource string
		want             Effect
	}{
		{"a list", `[{"Sid": "a", "Effect": "Allow", "Action": ["ks3:PutObject", "ks3:GetObject"], "Resource": ["krn:ksc:ks3:::media", "krn:ksc:ks3:::media/*"], "Condition": {}}]`, "ks3:GetObject", Resource("media", "a/b"), Allow},
		{"one statement and single texts", `{"Effect": "Allow", "Action": "ks3:GetObject", "Resource": "krn:ksc:ks3:::media/*"}`, "ks3:GetObject", Resource("media", "a/b"), Allow},
		{"another action", `{"Effect": "Allow", "Action": "ks3:GetObject", "Resource": "*"}`, "ks3:GetObjectAcl", Resource("media", "a"), Silent},
		{"another bucket", `{"Effect": "Allow", "Action": "*", "Resource": "krn:ksc:ks3:::media/*"}`, "ks3:GetObject", Resource("media2", "a"), Silent},
		{"a bucket is none of its objects", `{"Effect": "Allow", "Action": "*", "Resource": "krn:ksc:ks3:::media"}`, "ks3:GetObject", Resource("media", "a"), Silent},
		{"objects are not the bucket", `{"Effect": "Allow", "Action": "*", "Resource": "krn:ksc:ks3:::media/*"}`, "ks3:ListBucket", Resource("media", ""), Silent},
		{"resources are compared with case", `{"Effect": "Allow", "Action": "*", "Resource": "krn:ksc:ks3:::media/A*"}`, "ks3:GetObject", Resource("media", "a"), Silent},
		{"actions without", `{"Effect": "Allow", "Action": "KS3:getbucketLIFECycle", "Resource": "*"}`, "ks3:GetBucketLifecycle", Resource("media", ""), Allow},
		{"the other name of making a bucket", `{"Effect": "Allow", "Action": "ks3:PutBucket", "Resource": "*"}`, "ks3:CreateBucket", Resource("media", ""), Allow},
		{"the service", `{"Effect": "Allow", "Action": "ks3:ListBuckets", "Resource": "krn:ksc:ks3:::*"}`, "ks3:ListBuckets", Resource("", ""), Allow},
		{"Deny after Allow", `[{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": "ks3:Abort*", "Resource": "krn:ksc:ks3:::media/raw/*"}]`, "ks3:AbortMultipartUpload", Resource("media", "raw/a"), Deny},
		{"Deny before Allow", `[{"Effect": "Deny", "Action": "ks3:Abort*", "Resource": "*"}, {"Effect": "Allow", "Action": "*", "Resource": "*"}]`, "ks3:AbortMultipartUpload", Resource("media", "raw/a"), Deny},
		{"Deny of something else", `[{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": "ks3:Abort*", "Resource": "krn:ksc:ks3:::media/raw/*"}]`, "ks3:AbortMultipartUpload", Resource("media", "cut/a"), Allow},
		{"a key that looks like a pattern", `{"Effect": "Allow", "Action": "*", "Resource": "krn:ksc:ks3:::media/a"}`, "ks3:GetObject", Resource("media", "*"), Silent},
	}
	for _, tt := range tests {
		d := mustParse(t, User, `{"Statement": `+tt.statements+`}`)
		if got := d.Evaluate(Request{Action: tt.action, Resource: tt.resource}); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestPrincipalsSayWhomABucketPolicyIsFor(t *testing.T) {
	anybody := Principal{Anonymous: true}
	root, alice, bob := Principal{Account: "1"}, Principal{Account: "1", User: "alice"}, Principal{Account: "1", User: "bob"}
	other := Principal{Account: "2", User: "alice"}
	tests := []struct {
		principal string
		are       []Principal
		areOf     []Principal // as users of an account that is
		areNot    []Principal
	}{
		{`"*"`, []Principal{anybody, root, alice, other}, nil, nil},
		{`["*"]`, []Principal{anybody, root, alice, other}, nil, nil},
		{`{"KSC": "*"}`, []Principal{anybody, root, alice, other}, nil, nil},
		{`{"KSC": ["krn:ksc:iam::1:root"]}`, []Principal{root}, []Principal{alice, bob}, []Principal{anybody, other}},
		{`"krn:ksc:iam::1:user/alice"`, []Principal{alice}, nil, []Principal{anybody, root, bob, other}},
		{`["krn:ksc:iam::2:root", "krn:ksc:iam::1:user/bob"]`, []Principal{bob}, []Principal{other}, []Principal{root, alice, anybody}},
		{`["krn:ksc:iam::1:root", "krn:ksc:iam::1:user/bob"]`, []Principal{root, bob}, []Principal{alice}, []Principal{other}},
		{`["krn:ksc:iam::1:root", "*"]`, []Principal{root, bob, anybody}, nil, nil},
	}
	for _, tt := range tests {
		d := mustParse(t, Bucket, onBucket(`"Principal": `+tt.principal))
		for _, who := range slices.Concat(tt.are, tt.areOf, tt.areNot) {
			want := Allow
			if slices.Contains(tt.areOf, who) {
				want = AllowAccount
			} else if slices.Contains(tt.areNot, who) {
				want = Silent
			}
			r := Request{Action: "ks3:GetObject", Resource: Resource("media", "k"), Principal: who}
			if got := d.Evaluate(r); got != want {
				t.Errorf("%s for %+v: %d, want %d", tt.principal, who, got, want)
			}
		}
	}
}

func TestConditionsCompareTheSourceAddress(t *testing.T) {
	tests := []struct {
		condition string
		hold      []string
		fail      []string
	}{
		{`{"IpAddress": {"ksc:SourceIp": "10.1.2.3"}}`, []string{"10.1.2.3", "::ffff:10.1.2.3"}, []string{"10.1.2.4", "::1", ""}},
		{`{"IpAddress": {"ksc:SourceIp": ["10.0.0.0/8", "2001:db8::/32"]}}`, []string{"10.255.0.1", "2001:db8::9"}, []string{"11.0.0.0", "2001:db9::"}},
		{`{"IpAddress": {"ksc:SourceIp": ["::ffff:10.0.0.0/104"]}}`, []string{"10.255.0.1"}, []string{"11.0.0.0"}},
		{`{"IpAddress": {"ksc:SourceIp": ["0.0.0.0/0"]}}`, []string{"10.255.0.1"}, []string{"::1", ""}},
		{`{"NotIpAddress": {"ksc:SourceIp": ["10.0.0.0/8", "11.0.0.0/8"]}}`, []string{"12.0.0.1", "::1", ""}, []string{"10.0.0.1", "11.0.0.1"}},
		{`{"IpAddress": {"ksc:SourceIp": "10.0.0.0/8"}, "NotIpAddress": {"ksc:SourceIp": "10.9.0.0/16"}}`, []string{"10.8.0.1"}, []string{"10.9.0.1", "11.0.0.1"}},
		{`{"IpAddress": {"ksc:SourceIp": "fe80::1"}}`, []string{"fe80::1", "fe80::1%eth0"}, nil},
	}
	for _, tt := range tests {
		d := mustParse(t, User, user(`"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": `+tt.condition))
		check := func(addresses []string, want Effect) {
			for _, a := range addresses {
				from, _ := netip.ParseAddr(a)
				if got := d.Evaluate(Request{Action: "ks3:GetObject", Resource: Resource("b", "k"), SourceIP: from}); got != want {
					t.Errorf("%s from %q: %d, want %d", tt.condition, a, got, want)
				}
			}
		}
		check(tt.hold, Deny)
		check(tt.fail, Silent)
	}
}

func TestWhatIsNotUnderstoodIsRefusedByName(t *testing.T) {
	base := `"Effect": "Allow", "Action": "ks3:GetObject", "Resource": "krn:ksc:ks3:::media/*"`
	for _, tt := range []struct {
		name string
		kind Kind
		doc  string
		says []string
	}{
		{"nothing", User, ``, []string{"ends too early"}},
		{"no JSON", User, `{"Statement": x}`, []string{"not JSON", "byte"}},
		{"half of it", User, `{"Statement": [`, []string{"ends too early"}},
		{"a list", User, `[]`, []string{"JSON object"}},
		{"more than one", User, user(base) + `{}`, []string{"something follows"}},
		{"junk behind", User, user(base) + `}`, []string{"something follows"}},
		{"no UTF-8", User, user(base + ", \"Sid\": \"\xff\""), []string{"UTF-8"}},
		{"half a surrogate", User, user(base + `, "Sid": "\ud800"`), []string{"half a character"}},
		{"a member twice", User, user(base + `, "Effect": "Deny"`), []string{`"Effect"`, "twice"}},
		{"too deep", User, `{"Statement": ` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`, []string{"too deep"}},
		{"too large", User, user(base + `, "Sid": "` + strings.Repeat("a", MaxSize) + `"`), []string{"20480"}},
		{"another version", User, `{"Version": "2012-10-17", "Statement": []}`, []string{"2012-10-17", "2015-11-01"}},
		{"an unknown member", User, `{"Id": "x", "Statement": []}`, []string{`"Id"`, "Version, Statement"}},
		{"no statement", User, `{"Version": "2015-11-01"}`, []string{"Statement"}},
		{"an empty list", User, `{"Statement": []}`, []string{"Statement"}},
		{"a statement that is none", User, `{"Statement": ["x"]}`, []string{"statement 1", `"x"`}},
		{"the second", User, `{"Statement": [{` + base + `}, {"Effect": "allow"}]}`, []string{"statement 2", `"allow"`, `"Deny"`}},
		{"no effect", User, user(`"Action": "*"`), []string{"Effect"}},
		{"NotAction", User, user(base + `, "NotAction": "*"`), []string{`"NotAction"`, "Action, Resource"}},
		{"NotResource", User, user(base + `, "NotResource": "*"`), []string{`"NotResource"`}},
		{"members with another case", User, user(base + `, "condition": {}`), []string{`"condition"`, "Condition"}},
		{"a number for a Sid", User, user(base + `, "Sid": 1`), []string{"Sid"}},
		{"no action", User, user(`"Effect": "Allow", "Resource": "*"`), []string{"Action is missing"}},
		{"no actions", User, user(`"Effect": "Allow", "Resource": "*", "Action": []`), []string{"Action is empty"}},
		{"an action that is none", User, user(`"Effect": "Allow", "Resource": "*", "Action": [true]`), []string{"Action holds true"}},
		{"a mistyped action", User, user(`"Effect": "Deny", "Resource": "*", "Action": "ks3:AbortMultipartUploads"`), []string{"near it are ks3:AbortMultipartUpload"}},
		{"S3's action", User, user(`"Effect": "Deny", "Resource": "*", "Action": "s3:GetObject"`), []string{"ks3:GetObject"}},
		{"an action like no other", User, user(`"Effect": "Deny", "Resource": "*", "Action": "oss:Fly"`), []string{"not known"}},
		{"a pattern of no action", User, user(`"Effect": "Deny", "Resource": "*", "Action": "ks3:Abrot*"`), []string{"not known"}},
		{"no resource", User, user(`"Effect": "Allow", "Action": "*"`), []string{"Resource is missing"}},
		{"S3's resource", User, user(`"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::media/*"`), []string{"arn:aws", "krn:ksc:ks3:::<bucket>"}},
		{"a bare bucket", User, user(`"Effect": "Allow", "Action": "*", "Resource": "media"`), []string{`"media"`}},
		{"a variable", User, user(`"Effect": "Allow", "Action": "*", "Resource": "krn:ksc:ks3:::media/${ksc:username}/*"`), []string{"variable"}},
		{"a user policy with a principal", User, user(base + `, "Principal": "*"`), []string{`"Principal"`}},
		{"a bucket policy without", Bucket, user(base), []string{"Principal is missing"}},
		{"principals of another kind", Bucket, onBucket(`"Principal": {"AWS": "*"}`), []string{`"AWS"`, "KSC"}},
		{"no principal", Bucket, onBucket(`"Principal": {"KSC": []}`), []string{"Principal is empty"}},
		{"a bare account", Bucket, onBucket(`"Principal": "123"`), []string{`"123"`, "krn:ksc:iam::<account>:root"}},
		{"a pattern for users", Bucket, onBucket(`"Principal": "krn:ksc:iam::1:user/a*"`), []string{"user/a*"}},
		{"a role", Bucket, onBucket(`"Principal": "krn:ksc:iam::1:role/a"`), []string{"role/a"}},
		{"a condition that is none", User, user(base + `, "Condition": "x"`), []string{"Condition", "IpAddress"}},
		{"an unknown operator", User, user(base + `, "Condition": {"StringLike": {}}`), []string{`"StringLike"`, "IpAddress, NotIpAddress"}},
		{"an unknown key", User, user(base + `, "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}`), []string{`"aws:SourceIp"`, "ksc:SourceIp"}},
		{"a condition without a key", User, user(base + `, "Condition": {"IpAddress": {}}`), []string{"ksc:SourceIp is missing"}},
		{"no network", User, user(base + `, "Condition": {"IpAddress": {"ksc:SourceIp": "10.0.0"}}`), []string{`"10.0.0"`}},
		{"a network with a zone", User, user(base + `, "Condition": {"IpAddress": {"ksc:SourceIp": "fe80::1%eth0"}}`), []string{"eth0"}},
		{"more than IPv4", User, user(base + `, "Condition": {"IpAddress": {"ksc:SourceIp": "::ffff:0:0/90"}}`), []string{"write it as IPv4"}},
		{"an action without its resource", Bucket, user(`"Effect": "Allow", "Action": ["ks3:ListBucket", "ks3:GetObject"], "Resource": "krn:ksc:ks3:::media", "Principal": "*"`), []string{"getobject", "applies to no Resource"}},
		{"a resource without its action", Bucket, user(`"Effect": "Allow", "Action": "ks3:ListBucket", "Resource": "krn:ksc:ks3:::media/*x", "Principal": "*"`), []string{"listbucket"}},
	} {
		d, err := Parse(tt.kind, []byte(tt.doc))
		if err == nil {
			t.Errorf("%s: it was taken: %+v", tt.name, d)
			continue
		}
		for _, part := range tt.says {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: the error does not say %s: %s", tt.name, part, err)
			}
		}
	}
}

func TestABucketsPolicySpeaksOfThatBucket(t *testing.T) {
	for resource, ok := range map[string]bool{
		"krn:ksc:ks3:::media/*":    true,
		"krn:ksc:ks3:::media/raw?": true,
		"krn:ksc:ks3:::media2/*":   false,
		"krn:ksc:ks3:::medi*/*":    false,
		"krn:ksc:ks3:::*":          false,
		"*":                        false,
	} {
		d := mustParse(t, Bucket, user(`"Effect": "Allow", "Action": "*", "Resource": "`+resource+`", "Principal": "*"`))
		if err := d.OnlyOf("media"); (err == nil) != ok {
			t.Errorf("%s: %v", resource, err)
		}
	}
}
