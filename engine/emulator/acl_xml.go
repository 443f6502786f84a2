package emulator

import (
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strings"
)

const namespaceXSI = "http://www.w3.org/2001/XMLSchema-instance"

// An acl is an access control list as a request's body gives it. The owner may
// be left out.
type acl struct {
	owner  string
	grants []grant
}

// The document. Every child is a list, so that none can be there twice without
// being seen, and what is not known is kept, so that it can be refused.
type (
	aclDocument struct {
		XMLName xml.Name   `xml:"AccessControlPolicy"`
		Owner   []aclParty `xml:"Owner"`
		Lists   []aclList  `xml:"AccessControlList"`
		Strays  []stray    `xml:",any"`
		Text    string     `xml:",chardata"`
	}
	aclList struct {
		Grants []aclGrant `xml:"Grant"`
		Strays []stray    `xml:",any"`
		Text   string     `xml:",chardata"`
	}
	aclGrant struct {
		Grantees    []aclParty `xml:"Grantee"`
		Permissions []string   `xml:"Permission"`
		Strays      []stray    `xml:",any"`
		Text        string     `xml:",chardata"`
	}
	aclParty struct {
		Type   string   `xml:"http://www.w3.org/2001/XMLSchema-instance type,attr"`
		IDs    []string `xml:"ID"`
		Names  []string `xml:"DisplayName"`
		URIs   []string `xml:"URI"`
		Strays []stray  `xml:",any"`
		Text   string   `xml:",chardata"`
	}
	stray struct{ XMLName xml.Name }
)

// parseACL reads an AccessControlPolicy. Of an object there is nothing to write,
// so that WRITE is refused there.
func parseACL(doc []byte, ofObject bool) (acl, error) {
	var d aclDocument
	if err := parseDocument(doc, &d); err != nil {
		return acl{}, err
	}
	if err := onlyKnown("AccessControlPolicy", d.Strays, d.Text); err != nil {
		return acl{}, err
	}
	var a acl
	var err error
	if len(d.Owner) > 1 || len(d.Lists) != 1 {
		return a, errors.New("it needs one AccessControlList and at most one Owner")
	}
	if len(d.Owner) == 1 {
		if a.owner, err = d.Owner[0].account("Owner"); err != nil {
			return a, err
		}
	}
	list := d.Lists[0]
	if err := onlyKnown("AccessControlList", list.Strays, list.Text); err != nil {
		return a, err
	}
	if len(list.Grants) > maxGrants {
		return a, fmt.Errorf("it has %d grants, and %d is the limit", len(list.Grants), maxGrants)
	}
	for _, g := range list.Grants {
		read, err := g.read(ofObject)
		if err != nil {
			return a, err
		}
		if !slices.Contains(a.grants, read) {
			a.grants = append(a.grants, read)
		}
	}
	return a, nil
}

func (g aclGrant) read(ofObject bool) (grant, error) {
	if err := onlyKnown("Grant", g.Strays, g.Text); err != nil {
		return grant{}, err
	}
	if len(g.Grantees) != 1 || len(g.Permissions) != 1 {
		return grant{}, errors.New("a Grant needs one Grantee and one Permission")
	}
	permission := strings.TrimSpace(g.Permissions[0])
	switch permission {
	case "READ", "READ_ACP", "WRITE_ACP", "FULL_CONTROL":
	case "WRITE":
		if ofObject {
			return grant{}, errors.New("the Permission WRITE is a bucket's: an object has READ, READ_ACP, WRITE_ACP and FULL_CONTROL")
		}
	default:
		return grant{}, fmt.Errorf("the Permission %q is not READ, WRITE, READ_ACP, WRITE_ACP or FULL_CONTROL", permission)
	}
	who, err := g.Grantees[0].grantee()
	return grant{who, permission}, err
}

// grantee is an account or everybody. The type may be left out: ID and URI say it.
func (p aclParty) grantee() (string, error) {
	if len(p.URIs) == 0 {
		if p.Type != "" && p.Type != "CanonicalUser" {
			return "", fmt.Errorf("the Grantee's type %q does not go with its elements: CanonicalUser has an ID, Group a URI", p.Type)
		}
		return p.account("Grantee")
	}
	if p.Type != "" && p.Type != "Group" || len(p.URIs)+len(p.IDs)+len(p.Names)+len(p.Strays) > 1 {
		return "", errors.New("a Grantee that is a group has the type Group and one URI, and nothing else")
	}
	who, err := granteeOf("uri", strings.TrimSpace(p.URIs[0]))
	if err != nil {
		return "", errors.New(strings.TrimSuffix(err.Error(), "."))
	}
	return who, nil
}

// account reads the id of an owner or of a grantee. A display name says nothing.
func (p aclParty) account(element string) (string, error) {
	if err := onlyKnown(element, p.Strays, p.Text); err != nil {
		return "", err
	}
	if len(p.IDs) != 1 || len(p.Names) > 1 || len(p.URIs) > 0 || strings.TrimSpace(p.IDs[0]) == "" {
		return "", fmt.Errorf("%s needs one ID, and may have one DisplayName", element)
	}
	id := decimalID(strings.TrimSpace(p.IDs[0]))
	if id == allUsers {
		return "", fmt.Errorf("the ID of %s is a group's URI", element)
	}
	return id, nil
}

// decimalID undoes the Base64 in which answers write ids that are decimal
// numbers: what a client read in one ACL it may send in another.
func decimalID(id string) string {
	raw, err := base64.StdEncoding.DecodeString(id)
	if err != nil || len(raw) == 0 || strings.Trim(string(raw), "0123456789") != "" {
		return id
	}
	return string(raw)
}

func onlyKnown(element string, strays []stray, text string) error {
	if len(strays) > 0 {
		return fmt.Errorf("the element %q has no place in %s", strays[0].XMLName.Local, element)
	}
	if strings.TrimSpace(text) != "" {
		return fmt.Errorf("%s holds the text %q", element, strings.TrimSpace(text))
	}
	return nil
}
