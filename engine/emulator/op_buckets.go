package emulator

import (
	"bytes"
	"encoding/xml"
	"net/http"

	"offcut/engine/ks3"
)

// listBuckets answers GET Service: the requester's buckets, of all regions, by name.
func (c *call) listBuckets() error {
	if err := c.drain(); err != nil {
		return err
	}
	if c.query.Get("projectIds") != "" {
		return unbuilt("projects, and so projectIds")
	}
	d := c.newXML("ListAllMyBucketsResult", namespaceS3)
	d.user("Owner", c.user(c.requester.account()))
	d.open("Buckets")
	err := c.store.view(func(t tables) error {
		return t.buckets.ForEach(func(name, row []byte) error {
			b, err := decodeBucket(string(name), row)
			if err != nil || b.owner != c.requester.account() {
				return err
			}
			d.open("Bucket")
			d.text("Name", b.name)
			d.instant("CreationDate", b.created)
			d.text("Type", b.kind)
			d.text("Region", b.region)
			d.shut("Bucket")
			return nil
		})
	})
	if err != nil {
		return err
	}
	d.shut("Buckets")
	return c.xml(d)
}

// createBucket answers PUT Bucket. The region comes from the body, or else from
// the host, or else it is the server's default.
func (c *call) createBucket() error {
	if err := c.may("ks3:CreateBucket", ""); err != nil {
		return err
	}
	if err := c.refuseHeaders("bucket-object-lock-", "object-ownership", "bucket-visit-type", "data-redundancy-type", "bucket-data-redundancy-type"); err != nil {
		return err
	}
	spec := BucketSpec{Name: c.bucket, Region: c.hostRegion, Type: c.header("bucket-type"), Owner: c.requester.account()}
	grants, given, err := c.headerGrants("private", "public-read", "public-read-write")
	if err == nil && given {
		err = c.may("ks3:PutBucketAcl", "") // S3 asks so; KS3's pages are silent.
	}
	if err != nil {
		return err
	}
	if region, err := c.locationConstraint(); err != nil {
		return err
	} else if region != "" {
		spec.Region = region
	}
	b, err := c.newBucket(spec)
	if err != nil {
		return err
	}
	b.grants = grants
	err = c.store.change(func(t tables) error {
		// S3 has another code for a bucket of one's own, KS3's list has not.
		if t.buckets.Get([]byte(b.name)) != nil {
			return refuse(ks3.CodeBucketAlreadyExists, "The bucket %q exists already.", b.name)
		}
		if err := t.roomForBucket(b.owner); err != nil {
			return err
		}
		return t.buckets.Put([]byte(b.name), b.encode())
	})
	if err != nil {
		return err
	}
	c.w.Header().Set("Location", "/"+b.name)
	return c.empty(http.StatusOK)
}

// maxBuckets is how many one account may make (KS3's concepts page).
const maxBuckets = 100

// The Java SDK's name for it.
const codeTooManyBuckets = "TooManyBuckets"

func (t tables) roomForBucket(owner string) error {
	count := 0
	err := t.buckets.ForEach(func(name, row []byte) error {
		b, err := decodeBucket(string(name), row)
		if b.owner == owner {
			count++
		}
		return err
	})
	if err == nil && count >= maxBuckets {
		err = refuse(codeTooManyBuckets, "The account has %d buckets already; %d is the limit.", count, maxBuckets)
	}
	return err
}

func (c *call) locationConstraint() (string, error) {
	doc, err := c.document(64 << 10)
	if err != nil || len(bytes.TrimSpace(doc)) == 0 {
		return "", err
	}
	var conf struct {
		XMLName            xml.Name `xml:"CreateBucketConfiguration"`
		LocationConstraint string
		Others             []stray `xml:",any"`
	}
	if err := parseDocument(doc, &conf); err != nil {
		return "", refuse(ks3.CodeMalformedXML, "The body is no CreateBucketConfiguration: %s.", err)
	}
	if len(conf.Others) > 0 {
		return "", unbuilt("the element %s of a CreateBucketConfiguration", conf.Others[0].XMLName.Local)
	}
	return conf.LocationConstraint, nil
}

func (c *call) headBucket() error {
	if err := c.drain(); err != nil {
		return err
	}
	c.setHeader("bucket-type", c.home.kind)
	c.setHeader("bucket-region", c.home.region)
	return c.empty(http.StatusOK)
}

func (c *call) getLocation() error {
	if err := c.drain(); err != nil {
		return err
	}
	d := c.newXML("LocationConstraint", namespaceS3)
	escapeXML(d, c.home.region)
	return c.xml(d)
}

// deleteBucket removes an empty bucket. Whether open uploads block it is on no
// page of KS3; here they do, since the other answer loses data.
func (c *call) deleteBucket() error {
	if err := c.drain(); err != nil {
		return err
	}
	scope := scopeKey(c.bucket, "")
	err := c.change(func(t tables) error {
		if k, _ := t.objects.Cursor().Seek(scope); hasPrefix(k, scope) {
			return refuse(ks3.CodeBucketNotEmpty, "The bucket %q holds objects.", c.bucket)
		}
		if k, _ := t.uploads.Cursor().Seek(scope); hasPrefix(k, scope) {
			return refuse(ks3.CodeBucketNotEmpty, "The bucket %q has open multipart uploads.", c.bucket)
		}
		for _, name := range [...]string{settingPolicy, settingLifecycle} {
			if err := t.settings.Delete(settingKey(c.bucket, name)); err != nil {
				return err
			}
		}
		if err := t.dropMarks(scope); err != nil {
			return err
		}
		return t.buckets.Delete([]byte(c.bucket))
	})
	if err != nil {
		return err
	}
	return c.empty(http.StatusNoContent)
}

// bucketNameFault says what is wrong with a name for a new bucket, if anything
// (KS3's concepts page).
func bucketNameFault(name string) string {
	switch {
	case len(name) < 3 || len(name) > 63:
		return "must have 3 to 63 characters"
	case name[:3] == "kss":
		return `must not begin with "kss"`
	case name[0] == '-' || name[len(name)-1] == '-':
		return "must begin and end with a letter or a digit"
	}
	for i := range len(name) {
		switch ch := name[i]; {
		case 'a' <= ch && ch <= 'z', '0' <= ch && ch <= '9', ch == '-':
		default:
			return "may hold lower-case letters, digits and hyphens only"
		}
	}
	return ""
}

// bucketTypes lists the types of the pages and of the official SDKs.
func bucketTypes() []string {
	return []string{
		"NORMAL", "ARCHIVE", "IA", "DEEP_IA", "COLD_ARCHIVE", "DEEP_COLD_ARCHIVE",
		"EXTREME_PL1", "EXTREME_PL2", "EXTREME_PL3",
	}
}
