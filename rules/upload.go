package rules

import "time"

// An Upload is one unfinished multipart upload, as a store listed it.
type Upload struct {
	Provider string // address of the provider block it was listed through: "ks3", "s3.minio"
	Bucket   string
	Key      string // the object key, byte for byte; never cleaned or re-encoded
	ID       string // the upload id

	Initiated    time.Time // zero when the store sent none, or one without a zone or of an unknown form
	StorageClass string    // as the store spells it; empty when not told
	Owner        string    // account id of the owner; empty when not told
	Initiator    string    // id of who started it; empty when not told

	// KeyUnproven says that the bytes of Key may not be what the store holds (a
	// replacement character, an encoding that could not be proven). Such an
	// upload can never be addressed safely.
	KeyUnproven bool
}

// Parts is what listing all parts of one upload said.
type Parts struct {
	Count  int
	Bytes  int64     // sum of the part sizes
	Newest time.Time // newest LastModified of a part; zero when there is no part

	// TimeUnknown: at least one part has no readable LastModified.
	TimeUnknown bool
	// Unreadable: the parts could not be listed to their end. The other fields
	// mean nothing then.
	Unreadable bool
	// Foreign: the answer was for another bucket, key or upload id than asked for.
	Foreign bool
	// Fingerprint is the first half of the SHA-256 (32 hex digits) over number, ETag,
	// size and time of every part; two readings of an untouched upload agree in it.
	// 128 bits tell them apart just as well, as nobody gains by a collision: whoever
	// can make one owns the upload. A plan of a million uploads holds a million.
	Fingerprint string
}
