package objectstore

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"offcut/engine/ks3"
)

// hint says what to do about an answer. date is the store's clock in it, or zero.
func (c *Client) hint(e *Error, body string, date time.Time) string {
	keys, source := c.keys.describe()
	who := "access key " + shorten(keys) + " from " + source
	switch e.Code {
	case ks3.CodeInvalidAccessKeyID:
		return who + " is not known to " + c.where.home.host + ": check the key and that it belongs to this store"
	case ks3.CodeSignatureMismatch:
		return "the secret key does not belong to " + who + ", or the endpoint wants another signature than " + c.signature
	case ks3.CodeRequestTimeTooSkewed:
		return c.skewHint(date)
	case ks3.CodeInvalidToken, ks3.CodeExpiredToken:
		return "the session token of " + who + " is not valid any more: get new temporary credentials"
	case ks3.CodeNoSuchBucket:
		return "check the bucket's name, and that " + c.where.home.host + " is the store that has it"
	case ks3.CodeNoSuchUpload:
		if e.Action == actionListUploads {
			return "some stores answer so for a bucket that has no uploads, and others for one that is missing: it cannot be told which"
		}
		return "it was completed or aborted, or the id belongs to another key"
	case ks3.CodeSlowDown:
		return "the store throttles: lower requests_per_second, or try again later"
	}
	switch {
	case e.Status == http.StatusForbidden && !aboutIdentity(e.Code):
		permission, resource := right(c.kind, e.Action, e.Bucket)
		hint := fmt.Sprintf("%s needs %s on %s", who, permission, show(resource))
		if e.Action == actionHeadObject {
			permission, resource = right(c.kind, actionListObjects, e.Bucket)
			hint += fmt.Sprintf(", and %s on %s: without it some stores answer so for a key that holds no object", permission, show(resource))
		}
		return hint
	case looksHTML(body):
		return "the answer is a web page: is " + c.where.home.host + " the S3 endpoint of the store, and not its console or a proxy?"
	case e.Status >= 300 && e.Status < 400 && !redirect(e.Status):
		return "no store answers so: is " + c.where.home.host + " its S3 endpoint, and not a page to sign in?"
	case e.Status == http.StatusNotImplemented || e.Status == http.StatusMethodNotAllowed:
		return "this store does not offer the operation"
	}
	return ""
}

// skewHint says which clock is off, and by how much.
func (c *Client) skewHint(date time.Time) string {
	if date.IsZero() {
		return "compare this machine's clock with the store's: they differ by more than 15 minutes"
	}
	skew := date.Sub(c.clock())
	side := "ahead of"
	if skew < 0 {
		side, skew = "behind", -skew
	}
	return fmt.Sprintf("the store's clock (%s) is %s %s this machine's: set this machine's clock",
		date.UTC().Format("2006-01-02 15:04:05 UTC"), skew.Round(time.Second), side)
}

// netHint says what to do when no answer came, and whether another try may help.
func netHint(err error, s site) (hint string, temporary bool) {
	var (
		dns       *net.DNSError
		record    tls.RecordHeaderError
		unknownCA x509.UnknownAuthorityError
		badName   x509.HostnameError
		badCert   x509.CertificateInvalidError
		verify    *tls.CertificateVerificationError
	)
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return "the name " + show(dns.Name) + " does not exist: check endpoint and region" + virtualHint(s), false
	case errors.As(err, &dns):
		return "the name server did not answer: check this machine's DNS", true
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens at " + s.host + ": check endpoint and port, and that the store runs", true
	case errors.As(err, &record):
		return s.host + " does not speak TLS: write http:// before the endpoint", false
	case errors.As(err, &unknownCA):
		return "the certificate of " + s.host + " is signed by an authority that this machine does not trust: " +
			"add it to the system's store or name it in SSL_CERT_FILE", false
	case errors.As(err, &badName):
		return "the certificate of " + s.host + " is for another name: check the endpoint" + virtualHint(s), false
	case errors.As(err, &badCert), errors.As(err, &verify):
		return "the certificate of " + s.host + " is not valid: check it, and this machine's clock", false
	case strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return s.host + " does not speak TLS: write http:// before the endpoint", false
	case isTimeout(err):
		return s.host + " did not answer in time: check the network, a firewall or a proxy between", true
	}
	return "check the network between this machine and " + s.host, true
}

// throughProxy names the proxy in the hint of a request that got no answer and was
// to go through one. Its user and password are left out.
func (c *Client) throughProxy(req *http.Request, e *Error) *Error {
	if c.transport.Proxy == nil || e.Hint == "" {
		return e
	}
	proxy, err := c.transport.Proxy(req)
	if err != nil || proxy == nil {
		return e
	}
	name := show(proxy.Scheme + "://" + proxy.Host)
	var op *net.OpError
	if errors.As(e.cause, &op) && op.Op == "proxyconnect" {
		e.Hint = "requests to " + show(req.URL.Host) + " go through the proxy " + name + ", which could not be reached: " +
			"check that it runs, and HTTPS_PROXY, HTTP_PROXY and NO_PROXY"
		return e
	}
	e.Hint += "; it is asked through the proxy " + name + " (HTTPS_PROXY, HTTP_PROXY, NO_PROXY)"
	return e
}

// virtualHint reminds of path addressing where a bucket label may be the cause.
func virtualHint(s site) string {
	if s.pathStyle {
		return ""
	}
	return `, or set addressing = "path" where the store does not take buckets in the host name`
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// looksHTML reports whether a body is a web page.
func looksHTML(body string) bool {
	head := strings.ToLower(strings.TrimSpace(body[:min(len(body), 256)]))
	return strings.HasPrefix(head, "<!doctype html") || strings.HasPrefix(head, "<html")
}
