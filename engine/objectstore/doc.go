// Package objectstore is the HTTP client behind engine.Store: it speaks to KS3 and
// to S3-compatible stores over one tuned transport.
//
// It reports what a store said and what it could not make sure of. It takes no
// decision about an upload, aborts only what it is told to abort, never repeats an
// abort on its own, never sends a signed request to a host outside the provider's
// domain, and never puts a secret or a signature into an error or an event.
package objectstore
