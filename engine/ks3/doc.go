// Package ks3 holds the facts of KS3's wire protocol that a client and a server
// share: strings to sign, the path encoding, sub-resources, regions, error
// codes, date forms and XML shapes, for the native dialect (x-kss-) and the
// AWS-compatible one (x-amz-).
//
// Everything here is pure. The package never opens a connection, never reads a
// clock or an environment variable, and imports nothing but the standard library.
package ks3
