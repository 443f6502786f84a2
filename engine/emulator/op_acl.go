package emulator

import (
	"net/http"

	"offcut/engine/ks3"
)

// maxACLBody fits 100 grants, which is S3's limit, with room for long names.
const maxACLBody = 64 << 10

func (c *call) getBucketACL() error {
	if err := c.drain(); err != nil {
		return err
	}
	return c.xml(c.aclDocument(c.home.grants))
}

// putBucketACL answers PUT /?acl. It replaces all grants but the owner's.
func (c *call) putBucketACL() error {
	grants, err := c.askedGrants(false, "private", "public-read", "public-read-write")
	if err != nil {
		return err
	}
	err = c.change(func(t tables) error {
		b, _, err := t.bucket(c.bucket)
		if err != nil {
			return err
		}
		b.grants = grants
		return t.buckets.Put([]byte(c.bucket), b.encode())
	})
	if err != nil {
		return err
	}
	return c.empty(http.StatusOK)
}

func (c *call) getObjectACL() error {
	if err := c.drain(); err != nil {
		return err
	}
	o, err := c.findObject()
	if err != nil {
		return err
	}
	return c.xml(c.aclDocument(o.grants))
}

// putObjectACL answers PUT /{key}?acl. The object's Last-Modified stays.
func (c *call) putObjectACL() error {
	grants, err := c.askedGrants(true, "private", "public-read")
	if err != nil {
		return err
	}
	if err := c.alterObject(func(o *object) { o.grants = grants }); err != nil {
		return err
	}
	return c.empty(http.StatusOK)
}

// askedGrants reads what an ACL is to become, from headers or else from the body
// (KS3's ACL page: headers beat the body). An empty x-kss-acl beside a body says
// nothing since 2025 (KS3's page of compatibility changes).
func (c *call) askedGrants(ofObject bool, canned ...string) ([]grant, error) {
	doc, err := c.document(maxACLBody)
	if err != nil {
		return nil, err
	}
	read := c.headerGrants
	if acl, sent := c.sentHeader("acl"); sent && acl == "" && len(doc) > 0 && c.set.BadACL == "" {
		read = c.listedGrants
	}
	grants, given, err := read(canned...)
	if err != nil || given {
		return grants, err
	}
	if len(doc) == 0 {
		return nil, refuse(ks3.CodeInvalidArgument, "The request says nothing of an ACL: send the header %sacl, grants in headers, or an AccessControlPolicy.",
			c.dialect.HeaderPrefix)
	}
	a, err := parseACL(doc, ofObject)
	if err != nil {
		return nil, refuse(ks3.CodeMalformedXML, "The body is no AccessControlPolicy: %s.", err)
	}
	if a.owner != "" && a.owner != c.home.owner {
		// S3 refuses it so; an owner can't be changed by an ACL.
		return nil, refuse(ks3.CodeAccessDenied, "The owner is %q, and the ACL says %q.", c.home.owner, a.owner)
	}
	return a.grants, nil
}

// aclDocument writes an ACL. The owner, who may everything, comes first, whether
// or not a grant says so.
func (c *call) aclDocument(grants []grant) *xmlDoc {
	owner := grant{c.home.owner, "FULL_CONTROL"}
	d := c.newXML("AccessControlPolicy", namespaceS3)
	d.user("Owner", c.user(owner.grantee))
	d.open("AccessControlList")
	c.writeGrant(d, owner)
	for _, g := range grants {
		if g != owner {
			c.writeGrant(d, g)
		}
	}
	d.shut("AccessControlList")
	return d
}

func (c *call) writeGrant(d *xmlDoc, g grant) {
	const schema = `Grantee xmlns:xsi="` + namespaceXSI + `" xsi:type=`
	d.open("Grant")
	if g.grantee == allUsers {
		d.open(schema + `"Group"`)
		d.text("URI", c.groupURI())
	} else {
		d.open(schema + `"CanonicalUser"`)
		d.person(c.user(g.grantee))
	}
	d.shut("Grantee")
	d.text("Permission", g.permission)
	d.shut("Grant")
}

// groupURI is everybody's name in the dialect of the request.
func (c *call) groupURI() string {
	if c.dialect == ks3.AWS {
		return allUsersAWS
	}
	return allUsers
}
