package emulator

import (
	"cmp"
	"net/netip"
	"sync"

	"offcut/engine/emulator/policy"
	"offcut/engine/ks3"
)

// A requester is who sent a request.
type requester struct {
	User
	anonymous bool // the request is not signed
}

// anonymousID is what requests without a signature are called, and what no user
// may be. State of older servers has uploads of that initiator.
const anonymousID = "anonymous"

// account is the id of the account that the requester is or belongs to.
func (r requester) account() string { return cmp.Or(r.Account, r.ID) }

// isAccount reports whether an account asks for itself. A user of an account may
// only what somebody allows.
func (r requester) isAccount() bool { return !r.anonymous && r.Account == "" }

// principal is the requester as policies name it.
func (r requester) principal() policy.Principal {
	switch {
	case r.anonymous:
		return policy.Principal{Anonymous: true}
	case r.Account == "":
		return policy.Principal{Account: r.ID}
	}
	return policy.Principal{Account: r.Account, User: cmp.Or(r.Name, r.ID)}
}

// may decides whether the requester may do action, on the object of key or,
// where key is empty, on the bucket of the call (on the service without one).
// It answers nil or AccessDenied; or NoSuchKey where only the object's own ACL
// could allow it, there is no such object, and the requester may list the bucket.
func (c *call) may(action, key string) error { return c.mayAt(c.home, action, key) }

// mayAt is may for another bucket than the call's. An explicit Deny of any policy
// wins; then the account that owns the bucket may everything; then policies allow,
// then the ACL. A user of another account needs an Allow of its own policies
// besides, as in S3.
func (c *call) mayAt(b bucket, action, key string) error {
	return c.judge(b, action, key, aclRuleOf(action))
}

// mayShare decides whether the requester may say, with the object that it makes,
// who else may use it. As in S3 that needs PutObjectAcl besides PutObject; but
// whom the bucket's ACL lets write may share what it writes, since in S3 that is
// its own. KS3's pages are silent.
func (c *call) mayShare() error {
	return c.judge(c.home, "ks3:PutObjectAcl", c.key, aclRule{permission: "WRITE"})
}

// judge is mayAt with the rule that an ACL is asked by.
func (c *call) judge(b bucket, action, key string, rule aclRule) error {
	who := c.requester
	inside := !who.anonymous && (b.name == "" || b.owner == who.account())
	if inside && who.isAccount() && (b.rules == nil || managesPolicy(action)) {
		return nil
	}
	ask := policy.Request{
		Action: action, Resource: policy.Resource(cmp.Or(b.name, c.bucket), key),
		Principal: who.principal(), SourceIP: c.sourceIP(),
	}
	own, bucketSays := c.userPolicies(ask), policy.Silent
	if b.rules != nil {
		bucketSays = b.rules.Evaluate(ask)
	}
	switch {
	case own == policy.Deny:
		return c.denied(ask, "a policy of the user denies it")
	case bucketSays == policy.Deny:
		return c.denied(ask, "the bucket's policy denies it")
	case inside && (who.isAccount() || own == policy.Allow || bucketSays == policy.Allow):
		return nil
	case b.name == "" && who.anonymous:
		return c.denied(ask, "it is for accounts and their users alone")
	case b.name == "":
		return c.denied(ask, "no policy of the user allows it")
	case !inside && !who.anonymous && !who.isAccount() && own != policy.Allow:
		return c.denied(ask, "the bucket is another account's, and no policy of the user allows it")
	case bucketSays == policy.Allow, bucketSays == policy.AllowAccount && !inside:
		return nil
	}
	return c.mayByACL(b, ask, key, rule)
}

// managesPolicy knows the actions that no policy can take from the bucket's own
// account, as in S3: else a Deny could never be removed.
func managesPolicy(action string) bool {
	return action == "ks3:GetBucketPolicy" || action == "ks3:PutBucketPolicy" || action == "ks3:DeleteBucketPolicy"
}

// userPolicies joins the answers of the requester's own policies.
func (c *call) userPolicies(ask policy.Request) policy.Effect {
	answer := policy.Silent
	if c.requester.anonymous {
		return answer
	}
	for _, d := range c.userRules[c.requester.ID] {
		answer = max(answer, d.Evaluate(ask)) // Deny is the greatest.
	}
	return answer
}

// sourceIP is the address of the connection; no header is believed.
func (c *call) sourceIP() netip.Addr {
	from, err := netip.ParseAddrPort(c.r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return from.Addr()
}

func (c *call) denied(ask policy.Request, why string) error {
	if c.requester.anonymous {
		return refuse(ks3.CodeAccessDenied, "The request is not signed, and not everybody may %s on %q: %s.", ask.Action, ask.Resource, why)
	}
	return refuse(ks3.CodeAccessDenied, "The user %q may not %s on %q: %s.", c.requester.ID, ask.Action, ask.Resource, why)
}

// signedOnly knows the operations that are done for nobody without a signature,
// whatever policies and ACLs say: "each request requires a separate signature", says
// KS3's Initiate page of those that make up a multipart upload, and S3 has it so for
// copies too. KS3's signature page has no such exception, which is a switch.
func (o operation) signedOnly() bool {
	switch o.name {
	case "InitiateMultipartUpload", "UploadPart", "UploadPartCopy", "CompleteMultipartUpload", "CopyObject":
		return true
	}
	return false
}

// missingKey is the answer where the object of the call's key is not there: who
// may not list the bucket must not learn that (KS3's Get Object page).
func (c *call) missingKey() error { return c.missingKeyAt(c.home) }

func (c *call) missingKeyAt(b bucket) error {
	if err := c.mayAt(b, "ks3:ListBucket", ""); err != nil {
		return err
	}
	return refuse(ks3.CodeNoSuchKey, "There is no object of this key.")
}

// readableBucket finds the bucket that a copy reads from and makes sure that the
// requester may read the object of key there.
func (c *call) readableBucket(name, key string) (bucket, error) {
	b, err := c.guardedBucket(name)
	if err != nil {
		return b, err
	}
	if err := c.checkOwner(b, "source-expected-bucket-owner"); err != nil {
		return b, err
	}
	return b, c.mayAt(b, "ks3:GetObject", key)
}

// checkOwner compares a bucket's owner with the one that a header expects. KS3's
// pages don't have the header; AWS's clients send it to be safe, and S3 answers
// so where it is another.
func (c *call) checkOwner(b bucket, header string) error {
	if owner := c.header(header); owner != "" && b.name != "" && decimalID(owner) != b.owner {
		return refuse(ks3.CodeAccessDenied, "The owner of the bucket %q is %q, and the header %s%s expects %q.",
			b.name, b.owner, c.dialect.HeaderPrefix, header, owner)
	}
	return nil
}

// guardedBucket reads a bucket and its policy at one moment.
func (c *call) guardedBucket(name string) (b bucket, err error) {
	var found bool
	err = c.store.view(func(t tables) error {
		if b, found, err = t.bucket(name); err != nil || !found {
			return err
		}
		b.rules, err = c.policies.read(t.settings.Get(settingKey(name, settingPolicy)))
		return err
	})
	if err == nil && !found {
		err = refuse(ks3.CodeNoSuchBucket, "The bucket %q does not exist.", name)
	}
	return b, err
}

// initiator is the user that an upload is stored with.
func (c *call) initiator() string {
	if c.requester.anonymous {
		return anonymousID
	}
	if c.requester.ID == c.home.owner {
		return ""
	}
	return c.requester.ID
}

// A policyCache keeps bucket policies as they were understood, by their text: a
// policy is asked with every request.
type policyCache struct {
	mu     sync.Mutex
	byText map[string]*policy.Document
}

// Policies beyond this many are forgotten, all at once.
const maxCachedPolicies = 256

// read gives the policy of a row of the settings; nil where there is none.
func (p *policyCache) read(row []byte) (*policy.Document, error) {
	if len(row) == 0 {
		return nil, nil
	}
	p.mu.Lock()
	d, known := p.byText[string(row)]
	p.mu.Unlock()
	if known {
		return d, nil
	}
	d, err := policy.Parse(policy.Bucket, row)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.byText == nil || len(p.byText) >= maxCachedPolicies {
		p.byText = map[string]*policy.Document{}
	}
	p.byText[string(row)] = d
	return d, nil
}
