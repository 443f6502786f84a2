package emulator

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// aclOf writes an AccessControlPolicy; owner may be empty.
func aclOf(owner string, grants ...string) string {
	if owner != "" {
		owner = "<Owner><ID>" + owner + "</ID><DisplayName>x</DisplayName></Owner>"
	}
	return `<AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` + owner +
		"<AccessControlList>" + strings.Join(grants, "") + "</AccessControlList></AccessControlPolicy>"
}

func grantXML(kind, inner, permission string) string {
	return fmt.Sprintf(`<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="%s">%s</Grantee><Permission>%s</Permission></Grant>`,
		kind, inner, permission)
}

func TestACLDocumentsAreRead(t *testing.T) {
	account := grantXML("CanonicalUser", "<ID>2</ID><DisplayName>other</DisplayName>", "FULL_CONTROL")
	a, err := parseACL([]byte(aclOf("1",
		account, account,
		grantXML("Group", "<URI>"+allUsers+"</URI>", "READ"),
		grantXML("Group", "<URI>\n"+allUsersAWS+"\n</URI>", "WRITE"),
		grantXML("CanonicalUser", "<ID>NzMzOTgzMzQ=</ID>", "READ_ACP"),
		"<Grant><Permission>WRITE_ACP</Permission><Grantee><ID>3</ID></Grantee></Grant>")), false)
	want := []grant{{"2", "FULL_CONTROL"}, {allUsers, "READ"}, {allUsers, "WRITE"}, {"73398334", "READ_ACP"}, {"3", "WRITE_ACP"}}
	if err != nil || a.owner != "1" || !slices.Equal(a.grants, want) {
		t.Errorf("%+v, %v", a, err)
	}
	if a, err := parseACL([]byte(aclOf("")), true); err != nil || len(a.grants) != 0 {
		t.Errorf("an empty list: %+v, %v", a, err)
	}
}

func TestACLDocumentsThatAreRefused(t *testing.T) {
	account := grantXML("CanonicalUser", "<ID>2</ID>", "READ")
	for name, doc := range map[string]string{
		"no XML":                      "private",
		"another document":            "<Tagging/>",
		"no list":                     "<AccessControlPolicy/>",
		"two lists":                   strings.Replace(aclOf(""), "<AccessControlList>", "<AccessControlList/><AccessControlList>", 1),
		"two owners":                  strings.Replace(aclOf("1"), "<Owner>", "<Owner><ID>1</ID></Owner><Owner>", 1),
		"an owner without an id":      "<AccessControlPolicy><Owner/><AccessControlList/></AccessControlPolicy>",
		"an unknown element":          strings.Replace(aclOf(""), "<AccessControlList>", "<Expires/><AccessControlList>", 1),
		"an unknown element deeper":   aclOf("", strings.Replace(account, "<Permission>", "<Condition/><Permission>", 1)),
		"text between elements":       aclOf("", account, "x"),
		"something behind it":         aclOf("") + "<x/>",
		"a mail address":              aclOf("", grantXML("AmazonCustomerByEmail", "<EmailAddress>a@b.c</EmailAddress>", "READ")),
		"an unknown group":            aclOf("", grantXML("Group", "<URI>http://acs.amazonaws.com/groups/global/AuthenticatedUsers</URI>", "READ")),
		"a group of the wrong type":   aclOf("", grantXML("CanonicalUser", "<URI>"+allUsers+"</URI>", "READ")),
		"an account of the wrong one": aclOf("", grantXML("Group", "<ID>2</ID>", "READ")),
		"an unknown type":             aclOf("", grantXML("Robot", "<ID>2</ID>", "READ")),
		"an id and a group":           aclOf("", grantXML("Group", "<ID>2</ID><URI>"+allUsers+"</URI>", "READ")),
		"two ids":                     aclOf("", grantXML("CanonicalUser", "<ID>2</ID><ID>3</ID>", "READ")),
		"an empty id":                 aclOf("", grantXML("CanonicalUser", "<ID> </ID>", "READ")),
		"a group for an id":           aclOf("", grantXML("CanonicalUser", "<ID>"+allUsers+"</ID>", "READ")),
		"nobody":                      aclOf("", grantXML("CanonicalUser", "", "READ")),
		"no permission":               aclOf("", "<Grant><Grantee><ID>2</ID></Grantee></Grant>"),
		"two permissions":             aclOf("", strings.Replace(account, "<Permission>", "<Permission>READ</Permission><Permission>", 1)),
		"an unknown permission":       aclOf("", grantXML("CanonicalUser", "<ID>2</ID>", "read")),
		"too many grants":             aclOf("", slices.Repeat([]string{account}, maxGrants+1)...),
		"an entity":                   "<!DOCTYPE a [<!ENTITY x 'y'>]>" + aclOf("&x;"),
		"a deep document":             "<AccessControlPolicy>" + strings.Repeat("<a>", 9000),
	} {
		if a, err := parseACL([]byte(doc), false); err == nil {
			t.Errorf("%s: it was taken: %+v", name, a)
		}
	}
	if _, err := parseACL([]byte(aclOf("", grantXML("CanonicalUser", "<ID>2</ID>", "WRITE"))), true); err == nil || !strings.Contains(err.Error(), "WRITE") {
		t.Errorf("WRITE on an object: %v", err)
	}
}

func FuzzACLDocument(f *testing.F) {
	f.Add([]byte(aclOf("1", grantXML("Group", "<URI>"+allUsers+"</URI>", "READ"))))
	f.Add([]byte(aclOf("", "<Grant>")))
	f.Add([]byte(strings.Repeat("<AccessControlPolicy>", 1000)))
	f.Fuzz(func(t *testing.T, doc []byte) {
		for _, ofObject := range []bool{true, false} {
			a, err := parseACL(doc, ofObject)
			if err == nil && len(a.grants) > maxGrants {
				t.Errorf("%d grants", len(a.grants))
			}
			for _, g := range a.grants {
				if err == nil && (g.grantee == "" || ofObject && g.permission == "WRITE") {
					t.Errorf("the grant %+v", g)
				}
			}
		}
	})
}
