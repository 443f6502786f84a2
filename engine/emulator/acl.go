package emulator

import (
	"slices"
	"strings"

	"offcut/engine/ks3"
)

// allUsers is the grantee that stands for everybody, signed or not, in whichever
// dialect a request names it: KS3's only group.
const allUsers = "http://acs.ksyun.com/groups/global/AllUsers"

// allUsersAWS is the same group in the AWS dialect.
const allUsersAWS = "http://acs.amazonaws.com/groups/global/AllUsers"

// maxGrants bounds an access control list, as S3 does.
const maxGrants = 100

// S3's code for headers that can't be used together; KS3's SDKs know it too.
const codeInvalidRequest = "InvalidRequest"

// cannedGrants are the grants of a predefined ACL.
func cannedGrants(acl string) (grants []grant, known bool) {
	switch acl {
	case "private":
		return nil, true
	case "public-read":
		return []grant{{allUsers, "READ"}}, true
	case "public-read-write":
		return []grant{{allUsers, "READ"}, {allUsers, "WRITE"}}, true
	}
	return nil, false
}

// headerGrants reads what the request's headers say of access: a predefined ACL,
// which must be one of canned, or grants. given is false where they say nothing.
//
// x-kss-grant-write is taken only where public-read-write is, which makes it a
// bucket's; an object has nothing to write, and KS3's Initiate page does not name
// the header: it is ignored there. Since 2025 an ACL that is not known, or is
// empty, is refused (KS3's page of compatibility changes).
func (c *call) headerGrants(canned ...string) (grants []grant, given bool, err error) {
	grants, given, err = c.listedGrants(canned...)
	acl, sent := c.sentHeader("acl")
	switch {
	case err != nil:
		return nil, true, err
	case sent && given:
		return nil, true, refuse(codeInvalidRequest, "A predefined ACL and grants can't be given together.")
	case sent:
		grants, err = c.canned(acl, canned)
		return grants, true, err
	}
	return grants, given, nil
}

// listedGrants is headerGrants without the predefined ACL.
func (c *call) listedGrants(canned ...string) (grants []grant, given bool, err error) {
	for _, list := range [...]struct{ header, permission string }{
		{"grant-read", "READ"},
		{"grant-write", "WRITE"},
		{"grant-read-acp", "READ_ACP"},
		{"grant-write-acp", "WRITE_ACP"},
		{"grant-full-control", "FULL_CONTROL"},
	} {
		value, sent := c.sentHeader(list.header)
		if !sent || list.permission == "WRITE" && !slices.Contains(canned, "public-read-write") {
			continue
		}
		given = true
		grantees, err := parseGrantees(value)
		if err != nil {
			return nil, true, refuse(ks3.CodeInvalidArgument, "The header %s%s can't be read: %s", c.dialect.HeaderPrefix, list.header, err)
		}
		for _, g := range grantees {
			grants = append(grants, grant{g, list.permission})
		}
	}
	if len(grants) > maxGrants {
		return nil, true, refuse(ks3.CodeInvalidArgument, "The headers have %d grants; %d is the limit.", len(grants), maxGrants)
	}
	return grants, given, nil
}

// canned are the grants of a predefined ACL of a request.
func (c *call) canned(acl string, allowed []string) ([]grant, error) {
	if grants, known := cannedGrants(acl); known && slices.Contains(allowed, acl) {
		return grants, nil
	}
	if c.set.BadACL == "private" {
		return nil, nil
	}
	return nil, refuse(ks3.CodeInvalidArgument, "The ACL %q is not one of %s.", acl, strings.Join(allowed, ", "))
}

// sentHeader reads a request header as header does, and says whether it is there
// at all. Several of one name are joined by commas.
func (c *call) sentHeader(name string) (value string, sent bool) {
	for _, d := range [...]ks3.Dialect{c.dialect, otherDialect(c.dialect)} {
		if values := c.r.Header.Values(d.HeaderPrefix + name); len(values) > 0 {
			return strings.Join(values, ","), true
		}
	}
	return "", false
}

// A grantFault says what is wrong with a list of grantees.
type grantFault string

func (f grantFault) Error() string { return string(f) }

// parseGrantees reads the value of a grant header, such as
//
//	id="1234578", id="3344211",uri="http://acs.ksyun.com/groups/global/AllUsers"
//
// Quotes may be left out, blanks may be anywhere between the marks.
func parseGrantees(list string) ([]string, error) {
	var grantees []string
	for rest, more := list, true; more; {
		var kind, value string
		var found bool
		if len(grantees) == maxGrants {
			return nil, grantFault("an access control list has at most 100 grants.")
		}
		if kind, rest, found = strings.Cut(rest, "="); !found {
			return nil, grantFault("every entry is type=value, and entries are parted by commas.")
		}
		var err error
		if value, rest, more, err = cutGrantee(rest); err != nil {
			return nil, err
		}
		grantee, err := granteeOf(strings.ToLower(strings.TrimSpace(kind)), value)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(grantees, grantee) {
			grantees = append(grantees, grantee)
		}
	}
	return grantees, nil
}

// cutGrantee takes one value off the front of a list, with or without quotes;
// more says that a comma follows.
func cutGrantee(list string) (value, rest string, more bool, err error) {
	list = strings.TrimLeft(list, " \t")
	quoted, isQuoted := strings.CutPrefix(list, `"`)
	if !isQuoted {
		value, rest, more = strings.Cut(list, ",")
		return strings.TrimSpace(value), rest, more, nil
	}
	value, rest, isQuoted = strings.Cut(quoted, `"`)
	if !isQuoted {
		return "", "", false, grantFault("a quotation mark is not closed.")
	}
	rest = strings.TrimLeft(rest, " \t")
	if rest == "" {
		return value, "", false, nil
	}
	if rest, more = strings.CutPrefix(rest, ","); !more {
		return "", "", false, grantFault("something follows a closing quotation mark.")
	}
	return value, rest, true, nil
}

// granteeOf is who a type and a value name. An account need not be known here:
// KS3's page gives no such rule.
func granteeOf(kind, value string) (string, error) {
	switch {
	case value == "" || strings.Contains(value, `"`):
		return "", grantFault("a value is empty or has a stray quotation mark.")
	case kind == "id" && value != allUsers:
		return decimalID(value), nil
	case kind == "uri" && (value == allUsers || value == allUsersAWS):
		return allUsers, nil
	case kind == "uri":
		return "", grantFault("the only group is " + allUsers + ".")
	}
	return "", grantFault("a grantee is an id or a uri.")
}
