// Package planfile writes plans to files and reads them back.
//
// A plan file is a zstd stream of JSON lines (a header, the items in plan order, a
// summary), closed by a skippable zstd frame that holds the SHA-256 of all bytes
// before it, so that "zstd -dc FILE" shows what is inside.
//
// What must never happen in this package: a plan from a file that is not whole, byte
// for byte; a secret or the value of a sensitive variable in a file; a file that is
// there but only half written.
package planfile
