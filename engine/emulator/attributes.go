package emulator

import (
	"slices"
	"strings"

	"offcut/engine/ks3"
)

// maxMetadata bounds the names (without their prefix) and values of user metadata
// together, in bytes. No page of KS3 gives a limit; S3's is 2 KB.
const maxMetadata = 8 << 10

// maxRedirect bounds a redirect location, as S3 does.
const maxRedirect = 2 << 10

// Codes of the Java SDK's class and of S3.
const (
	codeMetadataTooLarge = "MetadataTooLarge"
	codeBadRedirect      = "InvalidRedirectLocation"
)

// readAttributes reads what the request's headers say of the object that is
// being made: storage class, kept headers, tags, grants, encryption.
func (c *call) readAttributes() (a attributes, err error) {
	if err := c.refuseHeaders("object-lock-", "retention-", "server-side-data-encryption"); err != nil {
		return a, err
	}
	if a.class, err = c.storageClass(); err != nil {
		return a, err
	}
	if a.headers, err = c.keptHeaders(); err != nil {
		return a, err
	}
	if a.tags, err = c.headerTags(); err != nil {
		return a, err
	}
	var shared bool
	if a.grants, shared, err = c.headerGrants("private", "public-read"); err == nil && shared {
		err = c.mayShare()
	}
	if err != nil {
		return a, err
	}
	a.sse, err = c.readEncryption()
	return a, err
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
// byte: KS3's Initiate page has no constraint for them. Names of user metadata
// are kept without the dialect's prefix. Content-Language is not on the page and
// kept as S3 does.
func (c *call) keptHeaders() ([]header, error) {
	var kept []header
	for _, name := range [...]string{"Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Type", "Expires"} {
		value := strings.Join(c.r.Header.Values(name), ",")
		if name == "Content-Encoding" && c.body.chunks != nil {
			value, _ = withoutChunked(c.r.Header.Values(name)) // The framing was the body's, and is off.
		}
		if value != "" {
			kept = append(kept, header{name, value})
		}
	}
	meta, err := c.metadata()
	if err != nil {
		return nil, err
	}
	redirect, sent := c.sentHeader(redirectHeader)
	switch {
	case !sent:
	case len(redirect) > maxRedirect, !strings.HasPrefix(redirect, "/") && !strings.HasPrefix(redirect, "http://") && !strings.HasPrefix(redirect, "https://"):
		return nil, refuse(codeBadRedirect, "A redirect location begins with /, http:// or https:// and has at most %d bytes.", maxRedirect)
	default:
		kept = append(kept, header{redirectHeader, redirect})
	}
	return append(kept, meta...), nil
}

// metadata are the user's own headers, of both dialects; where both have a name,
// the request's own wins.
func (c *call) metadata() ([]header, error) {
	var kept []header
	size := 0
	seen := map[string]bool{}
	for _, d := range [...]ks3.Dialect{c.dialect, otherDialect(c.dialect)} {
		for name, values := range c.r.Header {
			suffix, found := strings.CutPrefix(strings.ToLower(name), d.HeaderPrefix+metaPrefix)
			if !found || seen[suffix] {
				continue
			}
			seen[suffix] = true
			value := strings.Join(values, ",")
			size += len(suffix) + len(value)
			kept = append(kept, header{metaPrefix + suffix, value})
		}
	}
	if size > maxMetadata {
		return nil, refuse(codeMetadataTooLarge, "The user metadata has %d bytes; %d is the limit.", size, maxMetadata)
	}
	slices.SortFunc(kept, func(a, b header) int { return strings.Compare(a.name, b.name) })
	return kept, nil
}

// Among the kept headers these are the protocol's own: the dialect's prefix goes
// before them when the object is read.
const (
	metaPrefix     = "meta-"
	redirectHeader = "website-redirect-location"
)

// protocols reports whether a kept header is the protocol's own.
func (h header) protocols() bool {
	return h.name == redirectHeader || strings.HasPrefix(h.name, metaPrefix)
}

// refuseHeaders refuses the protocol's headers that begin so, and those of media
// processing, which have no prefix: they would ask for more than is done.
func (c *call) refuseHeaders(beginnings ...string) error {
	for name := range c.r.Header {
		if strings.EqualFold(name, "kss-async-process") || strings.EqualFold(name, "kss-notifyurl") {
			return unbuilt("%s with the header %s", c.access.Action, strings.ToLower(name))
		}
		short, ok := protocolHeader(name)
		for _, beginning := range beginnings {
			if ok && strings.HasPrefix(short, beginning) {
				return unbuilt("%s with the header %s", c.access.Action, strings.ToLower(name))
			}
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
