package emulator

import (
	"crypto/hmac"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"offcut/engine/ks3"
)

// How far a client's clock may be off (KS3's V2 page).
const maxSkew = 15 * time.Minute

// An authorization is a parsed Authorization header.
type authorization struct {
	v4                   bool
	accessKey, signature string
	day, region          string   // V4: of the scope
	signed               []string // V4: names of the signed headers
}

// dialectOf tells in which spelling a request is made: by its scheme, or native.
func dialectOf(r *http.Request) ks3.Dialect {
	if strings.HasPrefix(r.Header.Get("Authorization"), ks3.AWS.SchemeV2) {
		return ks3.AWS
	}
	return ks3.Native
}

// authenticate finds the user whose signature the request has, and returns what
// the signature says of the body: a hex SHA-256, one of the words that V4 has in
// its place, or nothing (V2).
func (c *call) authenticate() (payload string, err error) {
	text := c.r.Header.Get("Authorization")
	if text == "" {
		if c.presigned() {
			return "", unbuilt("presigned URLs")
		}
		return "", refuse(ks3.CodeAccessDenied, "The request is not signed, and nothing here is public.")
	}
	a, err := parseAuthorization(c.dialect, text)
	if err != nil {
		return "", err
	}
	user, known := c.byKey[a.accessKey]
	if !known {
		return "", refuse(ks3.CodeInvalidAccessKeyID, "The access key %q does not exist.", a.accessKey)
	}
	if a.v4 {
		payload, err = c.verifyV4(a, user)
	} else {
		err = c.verifyV2(a, user)
	}
	if err != nil {
		return "", err
	}
	if err := c.checkToken(a, user); err != nil {
		return "", err
	}
	c.requester, c.access.User = requester{User: user}, user.ID
	return payload, nil
}

// presigned reports whether the query carries a signature.
func (c *call) presigned() bool {
	return slices.ContainsFunc([]string{
		"Signature", ks3.Native.KeyParamV2, ks3.AWS.KeyParamV2,
		ks3.Native.QueryPrefix + "Signature", ks3.AWS.QueryPrefix + "Signature",
	}, c.query.Has)
}

func parseAuthorization(d ks3.Dialect, text string) (authorization, error) {
	scheme, rest, _ := strings.Cut(text, " ")
	switch scheme {
	case d.SchemeV2:
		key, signature, ok := strings.Cut(strings.TrimSpace(rest), ":")
		if !ok || key == "" || signature == "" {
			return authorization{}, malformed("%s needs an access key and a signature with a colon between them", scheme)
		}
		return authorization{accessKey: key, signature: signature}, nil
	case d.AlgorithmV4:
		return parseV4(d, rest)
	}
	return authorization{}, malformed("the scheme %q is not KSS, AWS, %s or %s", scheme, ks3.Native.AlgorithmV4, ks3.AWS.AlgorithmV4)
}

func malformed(format string, args ...any) error {
	return refuse(ks3.CodeInvalidAuthorization, "The Authorization header can't be read: "+format+".", args...)
}

func parseV4(d ks3.Dialect, text string) (authorization, error) {
	fields := map[string]string{}
	for field := range strings.SplitSeq(text, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		fields[name] = value
	}
	// The access key comes first and may hold anything, a slash included.
	scope := strings.Split(fields["Credential"], "/")
	n := len(scope)
	if n < 5 || scope[n-2] != d.ServiceV4 || scope[n-1] != d.TerminatorV4 {
		return authorization{}, malformed("the credential is not KEY/DATE/REGION/%s/%s", d.ServiceV4, d.TerminatorV4)
	}
	a := authorization{
		v4: true, accessKey: strings.Join(scope[:n-4], "/"), day: scope[n-4], region: scope[n-3],
		signature: fields["Signature"], signed: strings.Split(fields["SignedHeaders"], ";"),
	}
	if !slices.Contains(a.signed, "host") {
		return a, malformed("the header host must be signed")
	}
	if a.signature == "" {
		return a, malformed("there is no signature")
	}
	return a, nil
}

// verifyV2 compares a V2 signature. What the pages leave open is taken in every
// reading: the date line may be empty where x-kss-date is sent, and two slashes
// in a row are signed as sent or as "/%2F".
func (c *call) verifyV2(a authorization, user User) error {
	own := c.r.Header.Get(c.dialect.HeaderPrefix + "date")
	date := c.r.Header.Get("Date")
	lines := []string{date}
	if own != "" {
		lines = []string{"", own, date}
		date = own
	}
	if err := c.checkSkew(date); err != nil {
		return err
	}
	bucket := c.bucket
	paths := []string{c.path}
	if strings.Contains(c.path, "//") {
		paths = append(paths, strings.ReplaceAll(c.path, "//", "/%2F"))
	}
	for _, path := range paths {
		resource := ks3.ResourceV2(bucket, c.inHost, path, c.query)
		for _, line := range lines {
			want := ks3.SignV2(user.SecretAccessKey, ks3.StringToSignV2(c.dialect, c.r.Method, c.r.Header, line, resource))
			if hmac.Equal([]byte(want), []byte(a.signature)) {
				return nil
			}
		}
	}
	return mismatch()
}

func mismatch() error {
	return refuse(ks3.CodeSignatureMismatch, "The signature is not the one that the secret key gives for this request: "+
		"check the secret key, the string to sign and the path's encoding.")
}

// checkSkew reads a date and compares it with the server's clock.
func (c *call) checkSkew(date string) error {
	_, err := c.instant(date)
	return err
}

func (c *call) instant(date string) (time.Time, error) {
	if date == "" {
		return time.Time{}, refuse(ks3.CodeMissingDate, "The request has neither Date nor %sdate.", c.dialect.HeaderPrefix)
	}
	t, ok := ks3.ParseDate(date)
	if !ok {
		var err error
		if t, err = time.Parse(ks3.TimeV4, date); err != nil {
			return t, refuse(ks3.CodeInvalidDate, "The date %q can't be read: RFC 1123 in GMT is expected.", date)
		}
	}
	if off := c.now().Sub(t).Abs(); off > maxSkew {
		return t, refuse(ks3.CodeRequestTimeTooSkewed, "The request's time and the server's are %s apart; %s is the limit.",
			off.Round(time.Second), maxSkew)
	}
	return t, nil
}

// verifyV4 compares a V4 signature, in any region, and returns the payload hash
// that it covers.
func (c *call) verifyV4(a authorization, user User) (payload string, err error) {
	h := c.signedHeader()
	date := h.Get(c.dialect.HeaderPrefix + "date")
	if date == "" {
		date = h.Get("Date")
	}
	at, err := c.instant(date)
	if err != nil {
		return "", err
	}
	if at.UTC().Format("20060102") != a.day {
		return "", malformed("the credential is of %s, the request of %s", a.day, date)
	}
	if err := c.allSigned(a.signed); err != nil {
		return "", err
	}
	payload = h.Get(c.dialect.HeaderPrefix + "content-sha256")
	if payload == "" {
		return "", refuse(ks3.CodeInvalidArgument, "The header %scontent-sha256 is missing.", c.dialect.HeaderPrefix)
	}
	// The page signs the decoded path, encoded once; a client signs what it sends.
	for _, path := range slices.Compact([]string{c.path, c.canonicalPath()}) {
		want, _ := ks3.SignV4(c.dialect, user.SecretAccessKey, ks3.RequestV4{
			Method: c.r.Method, EscapedPath: path, Query: c.query, Header: h, Host: c.r.Host,
			SignedHeaders: a.signed, PayloadHash: payload, Time: at, Region: a.region,
		})
		if hmac.Equal([]byte(want), []byte(a.signature)) {
			return payload, nil
		}
	}
	return "", mismatch()
}

// canonicalPath encodes the decoded path anew.
func (c *call) canonicalPath() string {
	decoded, err := url.PathUnescape(c.path)
	if err != nil {
		return c.path
	}
	return ks3.EscapeKey(decoded)
}

// signedHeader gives the headers as the client signed them: the HTTP server
// takes some of them out.
func (c *call) signedHeader() http.Header {
	h := c.r.Header.Clone()
	if h.Get("Content-Length") == "" && c.r.ContentLength >= 0 {
		h.Set("Content-Length", strconv.FormatInt(c.r.ContentLength, 10))
	}
	if len(c.r.TransferEncoding) > 0 {
		h["Transfer-Encoding"] = c.r.TransferEncoding
	}
	return h
}

// allSigned makes sure that no header of the protocol could have been added on the way.
func (c *call) allSigned(signed []string) error {
	for name := range c.r.Header {
		name = strings.ToLower(name)
		if strings.HasPrefix(name, c.dialect.HeaderPrefix) && !slices.Contains(signed, name) {
			return refuse(ks3.CodeAccessDenied, "The header %s is sent but not signed.", name)
		}
	}
	return nil
}

// checkToken compares the session token, which the signature has covered by now.
// A token with a key that needs none is refused: the client means another key.
func (c *call) checkToken(a authorization, user User) error {
	token := c.r.Header.Get(c.dialect.HeaderPrefix + "security-token")
	if token == "" && !a.v4 {
		token = c.query.Get("security-token")
	}
	switch {
	case hmac.Equal([]byte(token), []byte(user.SessionToken)):
		return nil
	case user.SessionToken == "":
		return refuse(ks3.CodeInvalidToken, "The access key %q is a permanent one and takes no session token.", a.accessKey)
	case token == "":
		return refuse(ks3.CodeInvalidToken, "The access key %q is a temporary one: the request must carry its session token.", a.accessKey)
	}
	return refuse(ks3.CodeInvalidToken, "The session token is not the one of the access key %q.", a.accessKey)
}
