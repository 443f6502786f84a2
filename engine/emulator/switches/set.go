package switches

// A Set is everything that can be switched. The zero value switches nothing.
// On the admin port it is written as JSON, with the names below.
type Set struct {
	// Profile names the store that the quirks are taken from; what is set beside
	// it wins. Empty for none; see Profiles.
	Profile string `json:"profile,omitempty"`

	// Seed begins the source that Probability is drawn from: the same seed and the
	// same requests have the same strikes.
	Seed uint64 `json:"seed,omitempty"`

	Quirks
	Faults []Fault `json:"faults,omitempty"`
	Rate   Rate    `json:"rate_limit,omitzero"`
}

// Quirks are habits of services. The empty value of each is what KS3's newest
// page says, and "ks3" says so against a profile; a text that a field does not
// list is refused by Check.
type Quirks struct {
	// Listings of uploads.
	Order           string `json:"order,omitempty" values:"reversed-ids|upload-id|created"`     // "reversed-ids": of one key; "upload-id": of the bucket (SeaweedFS); "created" (moto)
	Paging          string `json:"paging,omitempty" values:"one-page|uncapped"`                 // "one-page": max-uploads and markers are ignored (MinIO, moto); "uncapped": max-uploads may be above 1000
	Prefix          string `json:"prefix,omitempty" values:"exact-key"`                         // "exact-key": a prefix finds the uploads of that very key and no others (MinIO)
	NextMarkers     string `json:"next_markers,omitempty" values:"empty|first-of-next|id-only"` // "empty": of a truncated page; "first-of-next": and key-marker alone is inclusive (gofakes3); "id-only" (SeaweedFS)
	IDMarker        string `json:"id_marker,omitempty" values:"refused|same-key-only"`          // "refused": 400 to upload-id-marker (versitygw 1.8); "same-key-only": with both markers only later uploads of the marker's key
	AbortedMarker   string `json:"aborted_marker,omitempty" values:"ends"`                      // "ends": where the marker's upload is gone, the page is empty and not truncated (versitygw 1.0)
	FullLastPage    string `json:"full_last_page,omitempty" values:"truncated"`                 // "truncated": IsTruncated is true on a last page that is exactly full (SeaweedFS)
	NoUploads       string `json:"no_uploads,omitempty" values:"404"`                           // "404": NoSuchUpload for a bucket without uploads (gofakes3)
	AfterRestart    string `json:"after_restart,omitempty" values:"forgets"`                    // "forgets": what was initiated before this start is listed under its exact key only (MinIO)
	URLEncoding     string `json:"url_encoding,omitempty" values:"echoed|ignored"`              // "echoed": said but not done (SeaweedFS); "ignored": neither (versitygw)
	EncodingElement string `json:"encoding_element,omitempty" values:"hyphen|plain|both"`       // the element's spelling: "hyphen", "plain", "both"; by the dialect when empty
	ControlChars    string `json:"control_characters,omitempty" values:"raw"`                   // "raw": bytes that XML can't hold are sent as they are (moto)
	Namespace       string `json:"namespace,omitempty" values:"ns2"`                            // "ns2": outer elements have this prefix (KS3 before 2018)

	// What is said of uploads and parts.
	Initiated    string `json:"initiated,omitempty" values:"missing|moves|2010"` // "missing" (SeaweedFS); "moves": is the newest part's time (versitygw); "2010": is always 2010-11-10T20:48:33.000Z (moto)
	Instants     string `json:"instants,omitempty" values:"beijing"`             // "beijing": written with +08:00
	StorageClass string `json:"storage_class,omitempty" values:"empty"`          // "empty"
	People       string `json:"people,omitempty" values:"empty|decimal"`         // Owner and Initiator: "empty"; "decimal": decimal ids are not written as Base64
	Date         string `json:"date,omitempty"`                                  // a duration such as "-7m" or "2h" that the Date header is off by
	ListGone     string `json:"list_parts_of_gone,omitempty" values:"empty"`     // "empty": 200 without parts instead of 404 (SeaweedFS)

	// Abort and Complete.
	SecondAbort  string `json:"second_abort,omitempty" values:"204"`                       // "204": an id that was aborted while this was on
	UnknownAbort string `json:"unknown_abort,omitempty" values:"204"`                      // "204": any id (MinIO)
	AbortByID    string `json:"abort_by_id,omitempty" values:"any-key"`                    // "any-key": the key is not compared (moto)
	AbortLeaves  string `json:"abort_leaves,omitempty" values:"everything|late-part|once"` // "everything": 204, and nothing is done; "late-part": the first abort of an upload leaves it, with one part that came just now; "once": the first abort of an upload does nothing
	SmallParts   string `json:"small_parts,omitempty" values:"2021|400"`                   // "2021": 5 MiB at least where the object has more than 5 MiB; "400": EntityTooSmall has S3's status
	MissingPart  string `json:"missing_part,omitempty" values:"order"`                     // "order": InvalidPartOrder for a part that was never uploaded
	BadACL       string `json:"bad_acl,omitempty" values:"private"`                        // "private": an ACL that is not known is taken for private (before 2025)
	Conditions   string `json:"multipart_conditions,omitempty" values:"ignored"`           // "ignored": ETag conditions on objects of multipart uploads (before 2025)

	// Signatures.
	StrictRegion      string `json:"strict_region,omitempty" values:"on"`           // "on": a V4 scope must name the bucket's region
	UnsignedMultipart string `json:"unsigned_multipart,omitempty" values:"allowed"` // "allowed": multipart uploads and copies without a signature, where a policy or an ACL lets everybody write (KS3's signature page)
}

// A Fault goes wrong on purpose. Its request is done or not, as When says, and
// is answered as Cut, Body or Status says; with none of them it is only late.
type Fault struct {
	Action string `json:"action"`           // "AbortMultipartUpload", as in the access log; "*" for every one
	Bucket string `json:"bucket,omitempty"` // empty: every bucket
	Key    string `json:"key,omitempty"`    // empty: every key; a "*" stands for any bytes

	Every       int     `json:"every,omitempty"`       // each so-many-th matching request
	Probability float64 `json:"probability,omitempty"` // 0..1; with Every unset
	Skip        int     `json:"skip,omitempty"`        // matching requests to leave alone first
	Times       int     `json:"times,omitempty"`       // strikes before it is used up; 0: never

	When       string   `json:"when,omitempty" values:"before|after"`      // "after": the request is done and its answer replaced; "before" (the default): it is not done
	Delay      Duration `json:"delay,omitempty"`                           // before the request is done; with When "after", before it is answered
	Cut        bool     `json:"cut,omitempty"`                             // the connection ends without an answer
	Body       string   `json:"body,omitempty" values:"garbage|truncated"` // "garbage": bytes that are no XML, with 200 or Status; "truncated": the request is done, half of its answer's body is sent, then the connection ends
	Status     int      `json:"status,omitempty"`                          // 300..599
	Code       string   `json:"code,omitempty"`                            // of the error; by the status when empty
	Message    string   `json:"message,omitempty"`                         // of the error; says that it is a fault when empty
	RetryAfter Duration `json:"retry_after,omitempty"`                     // the header; whole seconds
	Location   string   `json:"location,omitempty"`                        // of a redirect; without a path, the request's own path and query are added
}

// A Rate limits requests; above it they are answered with 503 SlowDown.
type Rate struct {
	RequestsPerSecond float64 `json:"requests_per_second,omitempty"` // 0: no limit
	Burst             int     `json:"burst,omitempty"`               // 1 when 0
	CountRefused      bool    `json:"count_refused,omitempty"`       // refused requests use the allowance too
}
