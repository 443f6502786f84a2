package emulator

import (
	"net/http"

	"offcut/engine/ks3"
)

// An operation is one call of the API.
type operation struct {
	name   string // in the access log and for faults
	action string // that policies know it by; empty: the operation asks itself
	run    func(*call) error
}

// route chooses the operation by method and sub-resource. Parameters that belong
// to no operation are ignored, as KS3 does.
func (c *call) route() (operation, error) {
	if err := c.oneSubResource(); err != nil {
		return operation{}, err
	}
	switch method := c.r.Method; {
	case c.bucket == "":
		return c.routeService(method)
	case c.key == "":
		return c.routeBucket(method)
	case method == http.MethodPut && c.header("copy-source") != "" && c.query.Has("uploadId"):
		return operation{"UploadPartCopy", "ks3:PutObject", (*call).uploadPartCopy}, nil
	case method == http.MethodPut && c.header("copy-source") != "" && !c.query.Has("uploads") && c.otherSubResource() == "":
		return operation{"CopyObject", "ks3:PutObject", (*call).copyObject}, nil
	default:
		return c.routeObject(method)
	}
}

func (t target) routeService(method string) (operation, error) {
	if method == http.MethodGet {
		return operation{"ListBuckets", "ks3:ListBuckets", (*call).listBuckets}, nil
	}
	return operation{}, refuse(ks3.CodeMethodNotAllowed, "%s is not allowed on the service itself: the request names no bucket.", method)
}

// routeBucket never takes a multipart call without a key for a call on the
// bucket: an abort that lost its key must not delete a bucket.
func (t target) routeBucket(method string) (operation, error) {
	uploads := t.query.Has("uploads")
	if t.query.Has("uploadId") || uploads && method != http.MethodGet {
		return operation{}, refuse(ks3.CodeNotFoundAPI, "A multipart call needs an object key, and the request has none.")
	}
	if method == http.MethodGet && uploads {
		return operation{"ListMultipartUploads", "ks3:ListBucketMultipartUploads", (*call).listUploads}, nil
	}
	if method == http.MethodPost && t.query.Has("delete") {
		return operation{"DeleteObjects", "", (*call).deleteObjects}, nil
	}
	if op, ok := t.bucketSetting(method); ok {
		return op, nil
	}
	if name := t.otherSubResource(); name != "" {
		return operation{}, unbuilt("%s on the bucket's sub-resource %q", method, name)
	}
	switch method {
	case http.MethodPut:
		return operation{"CreateBucket", "", (*call).createBucket}, nil
	case http.MethodHead:
		return operation{"HeadBucket", "ks3:ListBucket", (*call).headBucket}, nil
	case http.MethodDelete:
		return operation{"DeleteBucket", "ks3:DeleteBucket", (*call).deleteBucket}, nil
	case http.MethodGet:
		return operation{"ListObjects", "ks3:ListBucket", (*call).listObjects}, nil
	}
	return operation{}, unbuilt("%s on a bucket", method)
}

// bucketSetting is an operation on one of the bucket's settings.
func (t target) bucketSetting(method string) (operation, bool) {
	settings := [...]struct {
		name             string
		get, put, delete operation
	}{
		{
			name: "location",
			get:  operation{"GetBucketLocation", "ks3:GetBucketLocation", (*call).getLocation},
		}, {
			name: "acl",
			get:  operation{"GetBucketAcl", "ks3:GetBucketAcl", (*call).getBucketACL},
			put:  operation{"PutBucketAcl", "ks3:PutBucketAcl", (*call).putBucketACL},
		}, {
			name:   "policy",
			get:    operation{"GetBucketPolicy", "ks3:GetBucketPolicy", (*call).getPolicy},
			put:    operation{"PutBucketPolicy", "ks3:PutBucketPolicy", (*call).putPolicy},
			delete: operation{"DeleteBucketPolicy", "ks3:DeleteBucketPolicy", (*call).deletePolicy},
		}, {
			name:   "lifecycle",
			get:    operation{"GetBucketLifecycle", "ks3:GetBucketLifecycle", (*call).getLifecycle},
			put:    operation{"PutBucketLifecycle", "ks3:PutBucketLifecycle", (*call).putLifecycle},
			delete: operation{"DeleteBucketLifecycle", "ks3:DeleteBucketLifecycle", (*call).deleteLifecycle},
		},
	}
	for _, s := range settings {
		if t.query.Has(s.name) {
			return pick(method, s.get, s.put, s.delete)
		}
	}
	return operation{}, false
}

// pick chooses among the operations on one sub-resource; those that are not
// there have no run.
func pick(method string, get, put, del operation) (operation, bool) {
	op := map[string]operation{http.MethodGet: get, http.MethodPut: put, http.MethodDelete: del}[method]
	return op, op.run != nil
}

func (t target) routeObject(method string) (operation, error) {
	id, uploads := t.query.Has("uploadId"), t.query.Has("uploads")
	switch {
	case method == http.MethodPost && uploads:
		return operation{"InitiateMultipartUpload", "ks3:PutObject", (*call).initiate}, nil
	case method == http.MethodPost && id:
		return operation{"CompleteMultipartUpload", "ks3:PutObject", (*call).complete}, nil
	case method == http.MethodPut && id:
		return operation{"UploadPart", "ks3:PutObject", (*call).uploadPart}, nil
	case method == http.MethodGet && id:
		return operation{"ListParts", "ks3:ListMultipartUploadParts", (*call).listParts}, nil
	case method == http.MethodDelete && id:
		return operation{"AbortMultipartUpload", "ks3:AbortMultipartUpload", (*call).abort}, nil
	case id || uploads:
		return operation{}, refuse(ks3.CodeNotFoundAPI, "There is no operation for %s with these sub-resources.", method)
	}
	if op, ok := t.objectSetting(method); ok {
		return op, nil
	}
	onePart := t.query.Has("partNumber") && (method == http.MethodGet || method == http.MethodHead)
	if name := t.otherSubResource(); name != "" && !onePart {
		return operation{}, unbuilt("%s on the object's sub-resource %q", method, name)
	}
	switch method {
	case http.MethodGet:
		return operation{"GetObject", "ks3:GetObject", (*call).getObject}, nil
	case http.MethodHead:
		return operation{"HeadObject", "ks3:GetObject", (*call).headObject}, nil
	case http.MethodPut:
		return operation{"PutObject", "ks3:PutObject", (*call).putObject}, nil
	case http.MethodDelete:
		return operation{"DeleteObject", "ks3:DeleteObject", (*call).deleteObject}, nil
	}
	return operation{}, unbuilt("%s on an object", method)
}

// objectSetting is an operation on one of the object's settings.
func (t target) objectSetting(method string) (operation, bool) {
	switch {
	case t.query.Has("acl"):
		return pick(method,
			operation{"GetObjectAcl", "ks3:GetObjectAcl", (*call).getObjectACL},
			operation{"PutObjectAcl", "ks3:PutObjectAcl", (*call).putObjectACL},
			operation{})
	case t.query.Has("tagging"):
		return pick(method,
			operation{"GetObjectTagging", "ks3:GetObjectTagging", (*call).getTagging},
			operation{"PutObjectTagging", "ks3:PutObjectTagging", (*call).putTagging},
			operation{"DeleteObjectTagging", "ks3:DeleteObjectTagging", (*call).deleteTagging})
	}
	return operation{}, false
}

// otherSubResource names a sub-resource that would make the request another
// operation than the plain one on its bucket or object: done as the plain one, a
// DELETE of some setting would delete the bucket itself.
func (t target) otherSubResource() string {
	for name := range t.query {
		if isSubResource(name) {
			return name
		}
	}
	return ""
}

// isSubResource knows the sub-resources, but for those of multipart uploads.
func isSubResource(name string) bool {
	switch name {
	// Of KS3's pages and SDKs.
	case "acl", "policy", "lifecycle", "cors", "logging", "notification", "tagging", "location",
		"versioning", "versions", "versionId", "website", "requestPayment", "torrent", "delete",
		"restore", "crr", "inventory", "retention", "recycle", "recover", "encryption", "quota",
		"mirror", "append", "fetch", "partNumber", "bucketqos", "requesterqos", "worm", "thumbnail",
		"pfop", "querypfop", "adp", "queryadp", "transfer", "copy", "decompresspolicy", "clear",
		"dataRedundancySwitch", "dataRedundancyTransition", "accessmonitor", "transferAcceleration",
		"VpcAccessBlock", "PublicNetworkBlock", "BucketPublicNetworkBlock", "migration", "jobs",
		"wormId", "wormExtend", "dataAccelerator", "defaultObjectAcl", "asyntask", "querytask",
		"domain", "storageClass", "websiteConfig", "compose":
		return true
	// Of S3's.
	case "object-lock", "ownershipControls", "publicAccessBlock", "policyStatus", "accelerate",
		"attributes", "legal-hold", "select", "replication", "analytics", "metrics", "session",
		"intelligent-tiering", "metadataTable", "metadataConfiguration", "renameObject", "abac":
		return true
	}
	return false
}
