package emulator

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"offcut/engine/emulator/switches"
	"offcut/engine/ks3"
)

// A call is one request and its answer.
type call struct {
	*Server
	target
	w         http.ResponseWriter
	r         *http.Request
	incoming  io.Reader // the request's body as it comes
	body      *checkedBody
	dialect   ks3.Dialect
	requester requester
	home      bucket        // the bucket of the target, where the operation has one
	set       *switches.Set // quirks and faults, as they were when the request came
	access    Access
	answered  bool // the status line is out
}

// serve answers one request and logs it.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	start := s.now()
	c := &call{
		Server: s, w: newPatientWriter(w, s.patience.answer), r: r, incoming: newPatientBody(w, r, s.patience.body),
		dialect: dialectOf(r), set: s.board.Set(),
	}
	c.access = Access{Time: start, RequestID: randomID()}
	c.begin()
	err := c.admit()
	if err == nil {
		err = c.handle()
	}
	broken := err != nil && c.settle(err)
	c.access.Duration = s.now().Sub(start)
	if s.access != nil {
		s.access(c.access)
	}
	if broken {
		// The client must see that the body is not whole.
		panic(http.ErrAbortHandler)
	}
}

// settle tells the client of an error. It reports whether the connection has to
// end, because the answer can't be finished or a fault cuts it.
func (c *call) settle(err error) (broken bool) {
	var end cut
	if errors.As(err, &end) {
		c.access.Err = errors.Join(c.access.Err, end.cause)
		return true
	}
	broken = c.answered
	e, internal := asAPIError(err)
	c.access.Code, c.access.Reason = e.code, e.message
	if e.code == ks3.CodeInvalidAccessKeyID {
		c.access.Reason = "" // It quotes what may be a secret, sent in the wrong place.
	}
	c.access.Err = errors.Join(c.access.Err, internal)
	if !broken {
		c.fail(e)
	}
	return broken
}

// randomID makes a request id or an upload id: 32 lower-case hex digits.
func randomID() string {
	var b [16]byte
	rand.Read(b[:]) // It never fails: it ends the process instead.
	return hex.EncodeToString(b[:])
}

// begin sets the headers that every answer has (KS3's response header page).
func (c *call) begin() {
	h := c.w.Header()
	h.Set("Server", "Tengine")
	h.Set("Date", ks3.FormatDate(c.access.Time.Add(c.set.DateOffset())))
	for _, d := range [...]ks3.Dialect{ks3.Native, c.dialect} {
		h[d.HeaderPrefix+"request-id"] = []string{c.access.RequestID}
	}
}

func (c *call) handle() error {
	var err error
	if c.target, err = c.parseTarget(c.r); err != nil {
		return err
	}
	c.access.Bucket, c.access.Key = c.bucket, c.key
	c.access.UploadID = c.query.Get("uploadId")
	op, unrouted := c.route()
	c.access.Action = op.name
	do := func() error { return c.do(op, unrouted) }
	if f, struck := c.board.Strike(op.name, c.bucket, c.key); struck {
		return c.goWrong(f, do)
	}
	return do()
}

// do answers a request that was understood, or could not be routed.
func (c *call) do(op operation, unrouted error) error {
	payload, err := c.authenticate()
	if err != nil {
		return err
	}
	if unrouted != nil {
		return unrouted
	}
	if err := c.enter(op); err != nil {
		return err
	}
	if c.body, err = c.openBody(payload); err != nil {
		return err
	}
	return op.run(c)
}

// enter finds the bucket, where the operation is one on a bucket that is there,
// and turns away whoever may not do it or asks for it in the wrong region.
func (c *call) enter(op operation) error {
	if c.bucket != "" && op.name != "CreateBucket" {
		var err error
		if c.home, err = c.guardedBucket(c.bucket); err != nil {
			return err
		}
	}
	if op.action != "" {
		if err := c.may(op.action, c.key); err != nil {
			return err
		}
	}
	if c.requester.anonymous && op.signedOnly() && c.set.UnsignedMultipart != "allowed" {
		return refuse(ks3.CodeAccessDenied, "%s is for signed requests alone, whatever policies and ACLs allow to everybody.", op.name)
	}
	if err := c.checkOwner(c.home, "expected-bucket-owner"); err != nil {
		return err
	}
	if limit := c.header("traffic-limit"); limit != "" {
		return unbuilt("a limit of bandwidth (%q)", limit)
	}
	if c.hostRegion != "" && c.home.name != "" && c.hostRegion != c.home.region {
		return c.redirect()
	}
	return nil
}

// redirect sends the client to the host of the bucket's own region.
func (c *call) redirect() error {
	r, ok := ks3.LookupRegion(c.home.region)
	if !ok {
		return nil
	}
	scheme := "http"
	if c.r.TLS != nil {
		scheme = "https"
	}
	host := c.bucket + "." + r.Host
	location := url.URL{Scheme: scheme, Host: host, Path: "/", RawQuery: c.r.URL.RawQuery}
	location.Path, location.RawPath = "/"+c.key, "/"+ks3.EscapeKey(c.key)
	return &apiError{
		status: http.StatusTemporaryRedirect, code: ks3.CodeTemporaryRedirect,
		message:  "The bucket is in another region: send the request to the endpoint given here.",
		location: location.String(), endpoint: r.Host,
	}
}

// drain reads the body of an operation that has none, so that what the client
// says of it is checked before anything is done.
func (c *call) drain() error {
	_, err := io.Copy(io.Discard, c.body)
	return err
}

// header reads a request header of the protocol in the dialect of the request,
// or else in the other one. Several of one name are one, with commas between them:
// so they were signed, and a value that was cut in two on the way reads the same.
func (c *call) header(name string) string {
	for _, d := range [...]ks3.Dialect{c.dialect, otherDialect(c.dialect)} {
		if v := strings.Join(c.r.Header.Values(d.HeaderPrefix+name), ","); v != "" {
			return v
		}
	}
	return ""
}

func otherDialect(d ks3.Dialect) ks3.Dialect {
	if d == ks3.AWS {
		return ks3.Native
	}
	return ks3.AWS
}

// setHeader sets a header of the protocol in the dialect of the request. It is
// sent as the pages spell it, in lower case, and not as Go would: some clients
// compare letter by letter, and give names of metadata on as they come.
func (c *call) setHeader(name, value string) {
	c.w.Header()[c.dialect.HeaderPrefix+name] = []string{value}
}

// setETag sets the ETag, in the pages' spelling.
func (c *call) setETag(tag string) {
	c.w.Header()["ETag"] = []string{quote(tag)}
}

// xml answers 200 with a document.
func (c *call) xml(d *xmlDoc) error {
	c.reply(http.StatusOK, d.end())
	return nil
}

// empty answers without a body.
func (c *call) empty(status int) error {
	if status != http.StatusNoContent && c.r.Method != http.MethodHead {
		c.w.Header().Set("Content-Length", "0")
	}
	c.writeHead(status)
	return nil
}

// reply answers with a document. If the client has gone meanwhile, the log says so.
func (c *call) reply(status int, body []byte) {
	h := c.w.Header()
	h.Set("Content-Type", "application/xml")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	c.writeHead(status)
	if _, err := c.w.Write(body); err != nil {
		c.access.Err = errors.Join(c.access.Err, err)
	}
}

func (c *call) writeHead(status int) {
	c.access.Status, c.answered = status, true
	c.w.WriteHeader(status)
}

// fail answers with an error: XML, and nothing but the status on HEAD.
func (c *call) fail(e *apiError) {
	if e.location != "" {
		c.w.Header().Set("Location", e.location)
	}
	if c.r.Method == http.MethodHead {
		c.writeHead(e.status)
		return
	}
	c.reply(e.status, e.body(c.resource(), c.access.RequestID))
}

// resource is what an error speaks of.
func (c *call) resource() string {
	if c.bucket == "" {
		return "/"
	}
	return "/" + strings.TrimSuffix(c.bucket+"/"+c.key, "/")
}
