package ks3

import "encoding/xml"

// The XML bodies of the protocol. They encode without a namespace prefix and
// decode by local name alone, whatever the namespace. Instants stay text: see
// ParseInstant.

// An Error is the body of every failed answer (HEAD aside).
type Error struct {
	XMLName   xml.Name `xml:"Error"`
	Code      string
	Message   string
	Resource  string
	RequestID string `xml:"RequestId"`
	Endpoint  string `xml:",omitempty"` // redirects
}

// A User is an Owner or an Initiator.
type User struct {
	ID          string
	DisplayName string
}

// ListBucketsResult answers GET Service. The last three fields are there where
// the list has more than one page: KS3's Go SDK models IsTruncated and NextMarker
// (asked for as "marker"), AWS's ListBuckets page has ContinuationToken (asked
// for as "continuation-token") and nothing else to say so.
type ListBucketsResult struct {
	XMLName           xml.Name `xml:"ListAllMyBucketsResult"`
	Owner             User
	Buckets           []BucketEntry `xml:"Buckets>Bucket"`
	IsTruncated       string        `xml:",omitempty"` // "true" or "false"
	NextMarker        string        `xml:",omitempty"`
	ContinuationToken string        `xml:",omitempty"`
}

// A BucketEntry is one bucket of a ListBucketsResult.
type BucketEntry struct {
	Name         string
	CreationDate string
	Type         string `xml:",omitempty"`
	Region       string `xml:",omitempty"`
}

// InitiateResult answers Initiate Multipart Upload.
type InitiateResult struct {
	XMLName  xml.Name `xml:"InitiateMultipartUploadResult"`
	Bucket   string
	Key      string
	UploadID string `xml:"UploadId"`
}

// CompleteRequest is the body of Complete Multipart Upload.
type CompleteRequest struct {
	XMLName xml.Name       `xml:"CompleteMultipartUpload"`
	Parts   []CompletePart `xml:"Part"`
}

// A CompletePart names one part of a CompleteRequest.
type CompletePart struct {
	PartNumber int
	ETag       string
	CRC64ECMA  string `xml:"ChecksumCRC64ECMA,omitempty"` // decimal; newer SDKs send it
}

// CompleteResult answers Complete Multipart Upload.
type CompleteResult struct {
	XMLName  xml.Name `xml:"CompleteMultipartUploadResult"`
	Location string
	Bucket   string
	Key      string
	ETag     string
}

// ListUploadsResult answers List Multipart Uploads. Both spellings of the
// encoding element are read; a server fills the one of its dialect.
type ListUploadsResult struct {
	XMLName            xml.Name `xml:"ListMultipartUploadsResult"`
	Bucket             string
	KeyMarker          string
	UploadIDMarker     string `xml:"UploadIdMarker"`
	NextKeyMarker      string
	NextUploadIDMarker string `xml:"NextUploadIdMarker"`
	Delimiter          string `xml:",omitempty"`
	Prefix             string
	EncodingKSS        string `xml:"Encoding-Type,omitempty"`
	EncodingAWS        string `xml:"EncodingType,omitempty"`
	MaxUploads         int
	IsTruncated        bool
	Uploads            []UploadEntry  `xml:"Upload"`
	CommonPrefixes     []CommonPrefix `xml:"CommonPrefixes"`
}

// An UploadEntry is one upload of a ListUploadsResult.
type UploadEntry struct {
	Key          string
	UploadID     string `xml:"UploadId"`
	Initiator    User
	Owner        User
	StorageClass string
	Initiated    string
}

// A CommonPrefix is a group of keys under a delimiter.
type CommonPrefix struct{ Prefix string }

// ListPartsResult answers List Parts.
type ListPartsResult struct {
	XMLName              xml.Name `xml:"ListPartsResult"`
	Bucket               string
	Key                  string
	UploadID             string `xml:"UploadId"`
	EncodingKSS          string `xml:"Encoding-Type,omitempty"`
	EncodingAWS          string `xml:"EncodingType,omitempty"`
	Initiator            User
	Owner                User
	StorageClass         string
	PartNumberMarker     int
	NextPartNumberMarker int `xml:",omitempty"`
	MaxParts             int
	IsTruncated          bool
	Parts                []PartEntry `xml:"Part"`
}

// A PartEntry is one part of a ListPartsResult.
type PartEntry struct {
	PartNumber   int
	LastModified string
	ETag         string
	Size         int64
}

// A LocationResult answers Get Bucket Location.
type LocationResult struct {
	XMLName xml.Name `xml:"LocationConstraint"`
	Region  string   `xml:",chardata"`
}
