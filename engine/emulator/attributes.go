package emulator

import (
	"slices"
	"strings"

	"offcut/engine/ks3"
)

// readAttributes reads what the request's headers say of the object that is
// being made: storage class, kept headers, tags, grants, encryption.
func (c *call) readAttributes() (attributes, error) {
	if err := c.refuseUnbuiltHeaders(); err != nil {
		return attributes{}, err
	}
	class, err := c.storageClass()
	return attributes{class: class, headers: c.keptHeaders()}, err
}

// storageClass is the class that the header asks for, or else the bucket's
// default. The page once spells the header x-kss-storageClass; that is taken,
// with a warning.
func (c *call) storageClass() (string, error) {
	class := c.header("storage-class")
	if short := c.r.Header.Get("X-Kss-Storageclass"); class == "" && short != "" {
		class = short
		c.access.Warning = "x-kss-storageClass was taken for x-kss-storage-class"
	}
	switch class {
	case "":
		return c.home.defaultClass(), nil
	case "STANDARD", "STANDARD_IA", "ARCHIVE", "DEEP_IA", "COLD_ARCHIVE", "DEEP_COLD_ARCHIVE",
		"EXTREME_PL1", "EXTREME_PL2", "EXTREME_PL3":
		return class, nil
	}
	return "", refuse(ks3.CodeInvalidStorageClass, "The storage class %q is not known.", class)
}

// defaultClass is the storage class of an upload that names none (KS3's Initiate
// page).
func (b bucket) defaultClass() string {
	if b.kind == "ARCHIVE" {
		return "ARCHIVE"
	}
	return "STANDARD"
}

// keptHeaders are the headers of the request that become the object's, byte for
// byte. Names of user metadata are kept without their prefix.
func (c *call) keptHeaders() []header {
	var kept []header
	for _, name := range [...]string{"Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Type", "Expires"} {
		if values := c.r.Header.Values(name); len(values) > 0 {
			kept = append(kept, header{name, strings.Join(values, ",")})
		}
	}
	seen := map[string]bool{}
	for _, d := range [...]ks3.Dialect{c.dialect, otherDialect(c.dialect)} {
		var meta []header
		for name, values := range c.r.Header {
			suffix, found := strings.CutPrefix(strings.ToLower(name), d.HeaderPrefix+"meta-")
			if found && !seen[suffix] {
				seen[suffix] = true
				meta = append(meta, header{metaPrefix + suffix, strings.Join(values, ",")})
			}
		}
		slices.SortFunc(meta, func(a, b header) int { return strings.Compare(a.name, b.name) })
		kept = append(kept, meta...)
	}
	return kept
}

// metaPrefix marks user metadata among the kept headers; the dialect's prefix
// goes before it when the object is read.
const metaPrefix = "meta-"

// refuseUnbuiltHeaders refuses an upload that asks for what this server would
// not do with it.
func (c *call) refuseUnbuiltHeaders() error {
	if err := c.onlyPrivate("object"); err != nil {
		return err
	}
	for name, values := range c.r.Header {
		short, ok := protocolHeader(name)
		if !ok {
			continue
		}
		switch {
		case short == "tagging" && strings.Join(values, "") == "":
			// An empty header sets no tags.
		case short == "tagging", short == "website-redirect-location",
			strings.HasPrefix(short, "server-side-encryption"),
			strings.HasPrefix(short, "object-lock-"), strings.HasPrefix(short, "retention-"):
			return unbuilt("the header %s", strings.ToLower(name))
		}
	}
	return nil
}

// onlyPrivate refuses every ACL but the one that everything here has.
func (c *call) onlyPrivate(what string) error {
	for name, values := range c.r.Header {
		short, ok := protocolHeader(name)
		if !ok {
			continue
		}
		switch short {
		case "acl":
			switch acl := values[0]; acl {
			case "private":
			case "public-read", "public-read-write":
				return unbuilt("the ACL %s of a %s", acl, what)
			default:
				return refuse(ks3.CodeInvalidArgument, "The ACL %q is not known.", acl)
			}
		case "grant-read", "grant-full-control", "grant-read-acp", "grant-write-acp":
			return unbuilt("the header %s", strings.ToLower(name))
		}
	}
	return nil
}

// protocolHeader takes the prefix of either dialect off a header's name.
func protocolHeader(name string) (string, bool) {
	name = strings.ToLower(name)
	if short, ok := strings.CutPrefix(name, ks3.Native.HeaderPrefix); ok {
		return short, true
	}
	return strings.CutPrefix(name, ks3.AWS.HeaderPrefix)
}
