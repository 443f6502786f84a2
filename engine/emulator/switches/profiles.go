package switches

import (
	"maps"
	"reflect"
	"slices"
)

// AsKS3 is the value of a quirk that is off although a profile has it.
const AsKS3 = "ks3"

// Profiles lists the names of the stores that a set can take its quirks from.
func Profiles() []string { return slices.Sorted(maps.Keys(profiles())) }

// profiles are the quirks that were seen on servers when they were run. A quirk
// of a server that no field has is named in its comment.
func profiles() map[string]Quirks {
	return map[string]Quirks{
		// MinIO, 2026-02. One page holds everything, in no order (ids are random,
		// so the order of ids is none of keys); a prefix is a whole key; the list is
		// kept in memory and empty after a restart, while an exact key still finds
		// its uploads. Abort answers 204 to an id that is unknown, of another key
		// or gone already, and does nothing.
		"minio": {
			Order: "upload-id", Paging: "one-page", Prefix: "exact-key", AfterRestart: "forgets",
			StorageClass: "empty", People: "empty", SecondAbort: "204", UnknownAbort: "204",
		},
		// versitygw v1.8.0 on a posix backend. Page two with both markers is 400,
		// "Invalid uploadId marker" (versity/versitygw#2149). Initiated is the time
		// of the upload's directory, which every part moves. v1.0.20 took the id
		// marker but ended early where the marker's upload was gone: set id_marker =
		// "ks3" and aborted_marker = "ends" beside the profile for that one.
		"versitygw": {
			IDMarker: "refused", Initiated: "moves", People: "empty", URLEncoding: "ignored",
		},
		// SeaweedFS 4.44. Of two markers only the id's comes back; a page may be of
		// any size; encoding-type=url is echoed and nothing encoded. There is no
		// Initiated (later versions have one). The second abort is 204, and the
		// parts of an aborted id are an empty list.
		"seaweedfs": {
			Order: "upload-id", Paging: "uncapped", NextMarkers: "id-only", FullLastPage: "truncated",
			URLEncoding: "echoed", Initiated: "missing", SecondAbort: "204", ListGone: "empty",
		},
		// moto 5.2.1. No paging, in the order of creation; every upload is of 2010;
		// abort looks at the id alone; control characters are sent raw.
		"moto": {
			Order: "created", Paging: "one-page", Initiated: "2010", AbortByID: "any-key", ControlChars: "raw",
		},
		// gofakes3 v1.2.0. NextKeyMarker is the first key of the next page, and
		// key-marker alone is inclusive; a bucket without uploads is 404
		// NoSuchUpload. (So is a missing bucket on abort, which no field has.)
		"gofakes3": {
			NextMarkers: "first-of-next", NoUploads: "404",
		},
	}
}

// resolved fills the profile in under the quirks that are set.
func (s Set) resolved() Set {
	profile := profiles()[s.Profile]
	from, to := reflect.ValueOf(profile), reflect.ValueOf(&s.Quirks).Elem()
	for i := range to.NumField() {
		switch to.Field(i).String() {
		case "":
			to.Field(i).Set(from.Field(i))
		case AsKS3:
			to.Field(i).SetString("")
		}
	}
	return s
}

func (s Set) clone() Set {
	s.Faults = slices.Clone(s.Faults)
	return s
}
