// Package lifecycle is KS3's bucket lifecycle language: the XML configuration
// (PUT ?lifecycle) and what it asks for at an instant.
//
// It is pure: the time is passed in, and what is due is told, not done.
//
// # What it must never do
//
// It deletes nothing and opens nothing. An element that it does not know, or
// that the server would not act on, is an error: a rule that is half understood
// would delete too much.
package lifecycle
