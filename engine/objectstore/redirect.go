package objectstore

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"offcut/engine/ks3"
)

// maxRedirects is how many are followed for one request.
const maxRedirects = 3

// redirect reports whether a status says that the request belongs elsewhere.
func redirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// follow finds the site that a redirect points to, or says why it is not
// followed. Only the host is taken from the answer: bucket, key and query stay
// those of the call.
func (c *Client) follow(cl *call, from site, ans answer) (site, error) {
	location := ans.header.Get("Location")
	if location == "" {
		return site{}, errors.New("it names no address")
	}
	u, err := url.Parse(location)
	if err != nil || u.Host == "" || u.User != nil {
		return site{}, errors.New("its address cannot be read")
	}
	to := site{scheme: strings.ToLower(u.Scheme), host: strings.ToLower(u.Host), region: from.region}
	switch {
	case to.scheme != "http" && to.scheme != "https":
		return site{}, errors.New("its scheme is neither http nor https")
	case from.scheme == "https" && to.scheme == "http":
		return site{}, errors.New("it goes from https to http, where keys and signatures can be read")
	}
	want := "/" + cl.key
	if bare, inHost := strings.CutPrefix(to.host, strings.ToLower(cl.bucket)+"."); inHost && cl.bucket != "" {
		to.host = bare
	} else if cl.bucket != "" {
		to.pathStyle = true
		want = "/" + cl.bucket + want
	}
	if u.Path != want && (cl.key != "" || strings.TrimSuffix(u.Path, "/") != strings.TrimSuffix(want, "/")) {
		return site{}, fmt.Errorf("it leads to another bucket or key")
	}
	if !c.trusted(from, to) {
		return site{}, fmt.Errorf("%s is outside the provider's domain", show(to.host))
	}
	if r, _, known := ks3.RegionOfHost(to.host); known {
		to.region = r.Code
	}
	return to, nil
}

// trusted reports whether a signed request may go to a host: the one that was
// asked, and for KS3 its own domains.
func (c *Client) trusted(from, to site) bool {
	if to.host == from.host || to.host == c.where.home.host {
		return true
	}
	if c.kind != kindKS3 {
		return false
	}
	name := hostname(to.host)
	return strings.HasSuffix(name, ".ksyuncs.com") || strings.HasSuffix(name, ".ksyun.com")
}

// redirectHint says where a redirect pointed and why it was not followed.
func redirectHint(ans answer, why error) string {
	text := "the redirect"
	if location := ans.header.Get("Location"); location != "" {
		text += " to " + show(ans.hide(withoutSecrets(location)))
	}
	text += " is not followed: " + why.Error()
	if region := ans.header.Get("X-Amz-Bucket-Region"); region != "" {
		return text + "; the bucket is in region " + show(ans.hide(region)) + ": set region in the provider block"
	}
	return text + "; set region or endpoint of the provider to where the bucket is"
}
