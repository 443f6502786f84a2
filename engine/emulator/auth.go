package emulator

import (
	"crypto/hmac"
	"net/http"
	"strings"
	"time"

	"offcut/engine/ks3"
)

// An authorization is what a request says of its signature, in a header or in
// the query.
type authorization struct {
	v4, presigned        bool
	accessKey, signature string
	date                 string        // presigned: Expires of V2, X-Kss-Date of V4
	life                 time.Duration // presigned V4: from date on
	day, region          string        // V4: of the scope
	signed               []string      // V4: names of the signed headers, sorted
}

// A payload is what a signature says of the body.
type payload struct {
	hash   string           // hex SHA-256, one of the words that V4 has in its place, or nothing (V2, anonymous)
	chunks *ks3.ChunkSigner // V4 where every chunk is signed
}

// authenticate finds the user whose signature the request has. A request without
// any signature is anonymous; one whose signature is wrong never is.
func (c *call) authenticate() (payload, error) {
	a, found, err := c.authorization()
	if err != nil {
		return payload{}, err
	}
	if !found {
		c.requester = requester{anonymous: true}
		return payload{}, nil
	}
	user, known := c.byKey[a.accessKey]
	if !known {
		return payload{}, refuse(ks3.CodeInvalidAccessKeyID, "The access key %q does not exist.", a.accessKey)
	}
	p, err := c.verify(a, user)
	if err != nil {
		return payload{}, err
	}
	if err := c.checkToken(a, user); err != nil {
		return payload{}, err
	}
	c.requester, c.access.User = requester{User: user}, user.ID
	return p, nil
}

// verify checks the signature, by its version.
func (c *call) verify(a authorization, user User) (p payload, err error) {
	if !a.v4 {
		return payload{}, c.verifyV2(a, user)
	}
	if p, err = c.verifyV4(a, user); err != nil {
		return p, err
	}
	if a.presigned {
		// They are signed as parameters, so only now they are headers.
		err = c.hoistHeaders()
	}
	if err == nil && c.set.StrictRegion == "on" {
		err = c.checkRegion(a)
	}
	return p, err
}

// authorization reads the signature of the request. Where it has more than one,
// none is tried: which of them was meant is anybody's guess.
func (c *call) authorization() (a authorization, found bool, err error) {
	headers := c.r.Header.Values("Authorization")
	inQuery := marksOf(c.query)
	switch {
	case len(headers) > 1, len(headers) == 1 && inQuery != 0, inQuery.severalSchemes():
		return a, false, refuse(ks3.CodeInvalidArgument, "The request is signed in more than one way. "+
			"One signature is allowed, in the header Authorization or in the query.")
	case len(headers) == 0 && inQuery == 0:
		return a, false, c.noLooseToken()
	}
	if err := c.noRepeats(); err != nil {
		return a, false, err
	}
	switch {
	case len(headers) == 1:
		a, err = parseAuthorization(c.dialect, headers[0])
	case inQuery&(markKSS4|markAWS4) != 0:
		a, err = parsePresignedV4(c.dialect, c.query)
	default:
		a, err = parsePresignedV2(c.dialect, c.query)
	}
	return a, true, err
}

// noLooseToken refuses a session token without a signature: the client believes
// that it has signed.
func (c *call) noLooseToken() error {
	loose := c.query.Has("security-token")
	for _, d := range [...]ks3.Dialect{ks3.Native, ks3.AWS} {
		name := d.HeaderPrefix + "security-token"
		loose = loose || c.r.Header.Get(name) != ""
		for param := range c.query {
			loose = loose || strings.EqualFold(param, name)
		}
	}
	if loose {
		return malformed("there is a session token and no signature")
	}
	return nil
}

// noRepeats refuses a second value of a header that the signature is checked by:
// proxies differ in which one they would have taken.
func (c *call) noRepeats() error {
	p := c.dialect.HeaderPrefix
	for _, name := range [...]string{"Date", p + "date", p + "content-sha256", p + "security-token", p + "decoded-content-length"} {
		if len(c.r.Header.Values(name)) > 1 {
			return refuse(ks3.CodeInvalidArgument, "The header %s is sent more than once.", name)
		}
	}
	return nil
}

// dialectOf tells in which spelling a request is made: by its scheme, in the
// header or in the query. An unsigned request is native unless it has a header
// of AWS's.
func dialectOf(r *http.Request) ks3.Dialect {
	aws := false
	if text := r.Header.Get("Authorization"); text != "" {
		aws = strings.HasPrefix(text, ks3.AWS.SchemeV2)
	} else if marks := marksOf(r.URL.Query()); marks != 0 {
		aws = marks&(markAWS|markAWS4) != 0
	} else {
		for name := range r.Header {
			aws = aws || strings.HasPrefix(name, "X-Amz-")
		}
	}
	if aws {
		return ks3.AWS
	}
	return ks3.Native
}

func malformed(format string, args ...any) error {
	return refuse(ks3.CodeInvalidAuthorization, "The request's signature can't be read: "+format+".", args...)
}

func mismatch() error {
	return refuse(ks3.CodeSignatureMismatch, "The signature is not the one that the secret key gives for this request: "+
		"check the secret key, the string to sign and the path's encoding.")
}

// checkToken compares the session token, which the signature has covered by now.
// A token with a key that needs none is refused: the client means another key.
func (c *call) checkToken(a authorization, user User) error {
	token := c.r.Header.Get(c.dialect.HeaderPrefix + "security-token")
	if !a.v4 && c.query.Has("security-token") {
		values := c.query["security-token"]
		if token != "" || len(values) > 1 {
			return refuse(ks3.CodeInvalidArgument, "The request has more than one session token.")
		}
		token = values[0]
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
