package emulator

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"offcut/engine/emulator/policy"
	"offcut/engine/emulator/switches"
	"offcut/engine/ks3"
)

// Options configure a Server. The zero value works: a temporary directory, the
// access key "offcut" with the secret "offcut-secret", every V4 region.
type Options struct {
	Dir     string       // durable state; empty: a temporary directory that Close removes
	Users   []User       // empty: offcut / offcut-secret
	Region  string       // of buckets made without one; BEIJING when empty
	Domains []string     // hosts under which a label is a bucket; localhost and KS3's own hosts are always known
	Access  func(Access) // called after each request, from many goroutines; may be nil

	// Lifecycle is called after each thing that a bucket's lifecycle did; may be nil.
	Lifecycle func(LifecycleEvent)

	Switches switches.Set // quirks and faults to begin with
}

// A User has one access key. It is an account of its own, or belongs to one.
type User struct {
	ID, Name, AccessKeyID, SecretAccessKey string

	// Account is the id of the account that the user belongs to; empty: the user
	// is an account, and may do everything with its own buckets.
	Account string

	// Policies are user policies in JSON. A user that belongs to an account may
	// do only what they or a bucket's policy allow.
	Policies []string

	// SessionToken, when set, makes the key a temporary one: every request must
	// carry exactly this token.
	SessionToken string
}

// Access is one line of the access log.
type Access struct {
	Time                time.Time
	Action, Bucket, Key string // "ListParts"; empty where the request was refused before it was understood
	UploadID            string
	User                string // id of the user whose signature was right
	Status              int
	Code                string // XML error code, empty on success
	Reason              string // the message of the error; empty on success
	RequestID           string
	Duration            time.Duration
	Warning             string // what was taken although no page has it so
	Fault               string // the fault of the switches that struck, if one did
	Err                 error  // the cause of a 500, files that could not be removed, or a client that went away
}

// A Server is a KS3 server over a directory. Its methods may be called from many
// goroutines; Close last.
type Server struct {
	users     []User
	byKey     map[string]User
	byID      map[string]User
	region    string
	domains   []string
	access    func(Access)
	lifecycle func(LifecycleEvent)
	board     *switches.Board
	accounts  map[string]bool               // ids
	userRules map[string][]*policy.Document // by user id
	policies  policyCache
	inherited uint64 // the last serial number of an upload when this process opened the state
	keys      signingKeys
	store     *store
	files     *partFiles
	temporary string // directory to remove at the end
	now       func() time.Time
	patience  patience
	closing   chan struct{} // closed when Close is called
	close     sync.Once
}

// Open opens or creates the state and returns a server for it.
func Open(o Options) (_ *Server, err error) {
	s := &Server{
		access: o.Access, lifecycle: o.Lifecycle, now: time.Now,
		patience: defaultPatience(), closing: make(chan struct{}),
	}
	if s.board, err = switches.NewBoard(o.Switches); err != nil {
		return nil, err
	}
	if err := s.configure(o); err != nil {
		return nil, err
	}
	dir := o.Dir
	if dir == "" {
		if dir, err = makeTemporary(s.now()); err != nil {
			return nil, err
		}
		s.temporary = dir
	} else if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data directory: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if s.store, err = openStore(dir, o.Dir != ""); err != nil {
		return nil, err
	}
	if s.files, err = openPartFiles(dir, o.Dir != ""); err != nil {
		return nil, err
	}
	if err := s.store.view(func(t tables) error { s.inherited = t.uploads.Sequence(); return nil }); err != nil {
		return nil, fmt.Errorf("read the state: %w", err)
	}
	if err := s.sweep(); err != nil {
		return nil, fmt.Errorf("remove left-over part files: %w", err)
	}
	return s, nil
}

func (s *Server) configure(o Options) error {
	if err := s.setUsers(o.Users); err != nil {
		return err
	}
	var err error
	if s.region, err = regionCode(o.Region, "BEIJING"); err != nil {
		return err
	}
	s.domains = []string{"localhost"}
	for _, d := range o.Domains {
		s.domains = append(s.domains, strings.Trim(strings.ToLower(d), "."))
	}
	return nil
}

// regionCode gives the region table's spelling of a region, or fallback for none.
func regionCode(name, fallback string) (string, error) {
	if name == "" {
		return fallback, nil
	}
	r, ok := ks3.LookupRegion(name)
	if !ok {
		return "", fmt.Errorf("region %q is not in KS3's table, which has %s", name, strings.Join(regionCodes(), ", "))
	}
	return r.Code, nil
}

func regionCodes() []string {
	codes := make([]string, 0, 16)
	for _, r := range ks3.Regions() {
		codes = append(codes, r.Code)
	}
	return codes
}

func (s *Server) sweep() error {
	return s.store.view(func(t tables) error {
		return s.files.sweep(func(id fileID) bool { return t.files.Get(id[:]) != nil })
	})
}

// Switches gives the board of quirks and faults, which may be turned while the
// server runs.
func (s *Server) Switches() *switches.Board { return s.board }

// Handler serves the KS3 API.
func (s *Server) Handler() http.Handler { return http.HandlerFunc(s.serve) }

// HTTPServer returns a server for Handler with limits that fit it: headers must
// come in time and be small; bodies may take as long as a slow line needs, and
// Handler itself cuts those that stand still.
func (s *Server) HTTPServer() *http.Server {
	return &http.Server{
		Handler:           s.Handler(),
		ReadHeaderTimeout: headerPatience,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
}

// A BucketSpec describes a bucket to make.
type BucketSpec struct {
	Name   string
	Region string // the server's default when empty
	Type   string // NORMAL when empty
	Owner  string // id of an account; the first user's when empty
	ACL    string // private (also when empty), public-read or public-read-write
	Policy string // bucket policy in JSON; empty: none
}

// CreateBucket makes a bucket of the first user; region may be empty. An existing bucket is left as it is.
func (s *Server) CreateBucket(name, region string) error {
	return s.CreateBucketFrom(BucketSpec{Name: name, Region: region})
}

// CreateBucketFrom makes a bucket of any user and type. An existing bucket is
// left as it is.
func (s *Server) CreateBucketFrom(spec BucketSpec) error {
	b, err := s.newBucket(spec)
	if err != nil {
		return fmt.Errorf("create bucket %q: %w", spec.Name, err)
	}
	return s.store.change(func(t tables) error {
		if t.buckets.Get([]byte(b.name)) != nil {
			return nil
		}
		if err := t.buckets.Put([]byte(b.name), b.encode()); err != nil || spec.Policy == "" {
			return err
		}
		return t.settings.Put(settingKey(b.name, settingPolicy), []byte(spec.Policy))
	})
}

// newBucket checks what a bucket is to be made of.
func (s *Server) newBucket(spec BucketSpec) (bucket, error) {
	b := bucket{name: spec.Name, kind: spec.Type, owner: spec.Owner, created: millis(s.now())}
	if fault := bucketNameFault(spec.Name); fault != "" {
		return b, refuse(ks3.CodeInvalidBucketName, "The name %q %s.", spec.Name, fault)
	}
	var err error
	if b.region, err = regionCode(spec.Region, s.region); err != nil {
		return b, refuse(ks3.CodeInvalidArgument, "The %s.", err)
	}
	if b.kind == "" {
		b.kind = "NORMAL"
	}
	if !slices.Contains(bucketTypes(), b.kind) {
		return b, refuse(ks3.CodeInvalidArgument, "The bucket type %q is not known; there is %s.", spec.Type, strings.Join(bucketTypes(), ", "))
	}
	if b.owner == "" {
		b.owner = requester{User: s.users[0]}.account()
	}
	if !s.accounts[b.owner] {
		return b, refuse(ks3.CodeInvalidArgument, "There is no account with the id %q; a user of an account owns nothing itself.", b.owner)
	}
	var known bool
	if b.grants, known = cannedGrants(cmp.Or(spec.ACL, "private")); !known {
		return b, refuse(ks3.CodeInvalidArgument, "The ACL %q is not private, public-read or public-read-write.", spec.ACL)
	}
	if spec.Policy == "" {
		return b, nil
	}
	return b, s.checkPolicy(b.name, []byte(spec.Policy))
}

// user resolves a stored user id. A user that is no longer configured keeps the id.
func (s *Server) user(id string) User {
	if u, ok := s.byID[id]; ok {
		if u.Name == "" {
			u.Name = u.ID
		}
		return u
	}
	return User{ID: id, Name: id}
}

// Close closes the state and removes it if it was temporary.
func (s *Server) Close() error {
	s.close.Do(func() { close(s.closing) })
	var errs []error
	if s.store != nil {
		errs = append(errs, s.store.db.Close())
	}
	if s.temporary != "" {
		errs = append(errs, os.RemoveAll(s.temporary))
	}
	return errors.Join(errs...)
}
