// Package switches says how the KS3 server is to misbehave: quirks that real
// services have or had, faults that a test or a drill wants, and a limit on the
// rate of requests. Everything is data: a Set is read from a config file or from
// JSON on the admin port, checked, and then only looked at.
//
// The zero Set is a server as KS3's newest pages describe it (and as the page of
// Initiate Multipart Upload says, where that page speaks).
//
// # What it must never do
//
// It opens no connection, reads no clock and holds no upload. Whether a fault
// strikes is decided by a Board from counts and from a seeded source, so that a
// drill can be repeated.
package switches
