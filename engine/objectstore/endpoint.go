package objectstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"

	"offcut/engine/ks3"
	"offcut/rules"
)

// A site is where a bucket is asked.
type site struct {
	scheme    string
	host      string // without the bucket; with the port, if any
	region    string // for V4; empty when not known
	pathStyle bool
}

// An atlas knows the site of every bucket: the configured endpoint, unless the
// bucket list or a redirect told of another.
type atlas struct {
	home   site
	forced bool // addressing was given: the host's look does not change it
	table  bool // home is one of KS3's own hosts, so that other regions' hosts are known

	mu    sync.RWMutex
	moved map[string]site
}

// of returns the site of a bucket.
func (a *atlas) of(bucket string) site {
	a.mu.RLock()
	s, known := a.moved[bucket]
	a.mu.RUnlock()
	if !known {
		s = a.home
	}
	// A certificate for *.host does not cover a label more.
	if !a.forced && s.scheme == "https" && strings.Contains(bucket, ".") {
		s.pathStyle = true
	}
	return s
}

// move remembers where a bucket is.
func (a *atlas) move(bucket string, s site) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.moved == nil {
		a.moved = make(map[string]site)
	}
	a.moved[bucket] = s
}

// settle remembers the region that the bucket list gives for a bucket. A custom
// endpoint is asked for every bucket.
func (a *atlas) settle(bucket, region string) {
	r, known := ks3.LookupRegion(region)
	if !known || !a.table {
		return
	}
	s := a.home
	s.region = r.Code
	if r.Code != a.home.region {
		s.host = r.Host
		if internalHost(a.home.host) && r.Internal != "" {
			s.host = r.Internal
		}
	}
	a.move(bucket, s)
}

// internalHost reports whether host is one of KS3's internal hosts.
func internalHost(host string) bool { return strings.Contains(host, "-internal.") }

// amazonHost reports whether host is one of AWS's own.
func amazonHost(host string) bool {
	name := strings.ToLower(hostname(host))
	return strings.HasSuffix(name, ".amazonaws.com") || strings.HasSuffix(name, ".amazonaws.com.cn")
}

// hostname cuts the port off.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.Trim(host, "[]")
}

// parseEndpoint reads "https://host:port" or "host:port". Without a scheme it is https.
func parseEndpoint(text string) (site, error) {
	whole := text
	if !strings.Contains(whole, "://") {
		whole = "https://" + whole
	}
	u, err := url.Parse(whole)
	text = withoutSecrets(text)
	switch {
	case err == nil && u.User != nil:
		return site{}, fmt.Errorf("endpoint %s has credentials in it: they go into the environment (KS3_ACCESS_KEY_ID, AWS_ACCESS_KEY_ID)", quote(text))
	case err != nil, u.Hostname() == "":
		return site{}, fmt.Errorf("endpoint %s is no address: write a host or http(s)://host[:port]", quote(text))
	case u.Scheme != "http" && u.Scheme != "https":
		return site{}, fmt.Errorf("endpoint %s: the scheme must be http or https", quote(text))
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
		return site{}, fmt.Errorf("endpoint %s: only scheme, host and port are possible; buckets are named in the rules", quote(text))
	}
	return site{scheme: u.Scheme, host: strings.ToLower(u.Host)}, nil
}

// withoutSecrets cuts the parts of an address that may hold a secret: the user
// info, up to the last "@" since a password may hold anything, and the query.
func withoutSecrets(address string) string {
	before, host := "", address
	if at := strings.LastIndexByte(address, '@'); at >= 0 {
		for _, scheme := range []string{"http://", "https://"} {
			if strings.HasPrefix(address, scheme) {
				before = scheme
			}
		}
		before, host = before+"…", address[at:]
	}
	if bare, _, found := strings.Cut(host, "?"); found {
		host = bare + "?…"
	}
	return before + host
}

// address settles whether buckets go into the host or into the path.
func (a *atlas) address(addressing string) error {
	name := hostname(a.home.host)
	address := net.ParseIP(name) != nil
	switch addressing {
	case "virtual":
		if address {
			return fmt.Errorf(`addressing = "virtual" puts the bucket before the host, and %s is an IP address: set addressing = "path"`, name)
		}
		a.forced = true
	case "path":
		a.forced, a.home.pathStyle = true, true
	case "":
		a.home.pathStyle = address || name == "localhost"
	default:
		return fmt.Errorf(`addressing must be "virtual" or "path", not %s`, quote(addressing))
	}
	return nil
}

// configureKS3 finds credentials and the endpoint of a ks3 provider.
func (c *Client) configureKS3(p rules.Provider, s Settings) error {
	file, err := readUtilConfig(s.HomeDir)
	if err != nil {
		return err
	}
	if c.where, err = ks3Endpoint(p, s, file); err != nil {
		return err
	}
	if c.signature != signKSS && c.where.home.region == "" {
		return fmt.Errorf("signature %q covers the region and none is known for %s: set region, or KS3_REGION (%s)",
			c.signature, c.where.home.host, regionCodes())
	}
	found := s.Credentials
	if found == nil {
		if found, err = ks3Credentials(s, file); err != nil {
			return err
		}
	}
	c.keys = &keyring{fixed: found}
	return nil
}

// ks3Endpoint finds the endpoint: the block's own, KS3_ENDPOINT, the region's
// host, or what ks3util's file has.
func ks3Endpoint(p rules.Provider, s Settings, file utilConfig) (*atlas, error) {
	code := cmp.Or(p.Region, s.Getenv("KS3_REGION"))
	region, known := ks3.LookupRegion(code)
	text := cmp.Or(p.Endpoint, s.Getenv("KS3_ENDPOINT"))
	switch {
	case text != "" && p.Internal:
		return nil, fmt.Errorf("internal = true chooses the internal host of a region, and the endpoint is %s already: leave one of them out (endpoint, or KS3_ENDPOINT)", quote(withoutSecrets(text)))
	case text != "":
	case code != "" && !known:
		return nil, fmt.Errorf("KS3 has no region %s: the codes are %s", quote(code), regionCodes())
	case known && p.Internal && region.Internal == "":
		return nil, fmt.Errorf("region %s has no known internal host: leave internal out, or set endpoint", region.Code)
	case known && p.Internal:
		text = region.Internal
	case known:
		text = region.Host
	case file.endpoint != "":
		text = file.endpoint
	default:
		return nil, fmt.Errorf("no endpoint for KS3: set region in the provider block or KS3_REGION (%s), "+
			"or endpoint, or KS3_ENDPOINT", regionCodes())
	}
	home, err := parseEndpoint(text)
	if err != nil {
		return nil, err
	}
	home.region = code
	if known {
		home.region = region.Code
	}
	a := &atlas{home: home}
	if own, bucket, ok := ks3.RegionOfHost(home.host); ok {
		if bucket != "" {
			return nil, fmt.Errorf("endpoint %s has the bucket %s in it: write %s", quote(text), quote(bucket), own.Host)
		}
		if p.Region != "" && own.Code != region.Code {
			return nil, fmt.Errorf("region %s and endpoint %s contradict each other: the endpoint is %s's", quote(p.Region), quote(text), own.Code)
		}
		a.home.region, a.table = own.Code, true
	}
	return a, a.address(p.Addressing)
}

func regionCodes() string {
	var codes []string
	for _, r := range ks3.Regions() {
		codes = append(codes, r.Code)
	}
	return strings.Join(codes, ", ")
}

// configureS3 finds credentials, region and endpoint of an s3 provider.
func (c *Client) configureS3(ctx context.Context, p rules.Provider, s Settings) error {
	keys, region, err := s3Keys(ctx, s)
	if err != nil {
		return err
	}
	region = cmp.Or(p.Region, region)
	if region == "" {
		return errors.New(`no region for S3: set region in the provider block (any, such as "us-east-1", for most stores that are not AWS), or AWS_REGION`)
	}
	home, err := s3Endpoint(p, s, region)
	if err != nil {
		return err
	}
	c.keys, c.where = keys, &atlas{home: home}
	return c.where.address(p.Addressing)
}

// s3Endpoint finds the endpoint: the block's own, the AWS variables', or AWS.
func s3Endpoint(p rules.Provider, s Settings, region string) (site, error) {
	text := cmp.Or(p.Endpoint, s.Getenv("AWS_ENDPOINT_URL_S3"), s.Getenv("AWS_ENDPOINT_URL"))
	if text == "" {
		text = "s3." + region + ".amazonaws.com"
		if strings.HasPrefix(region, "cn-") {
			text += ".cn"
		}
	}
	home, err := parseEndpoint(text)
	home.region = region
	return home, err
}
