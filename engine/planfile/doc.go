// Package planfile writes plans to files and reads them back.
//
// A plan file is a zstd stream of JSON lines, closed by a seal:
//
//	{"format":1,"needs":"0.1.0",...}     the header: who made it, of which rules, what was asked
//	{"provider":"ks3","bucket":...}      one line for each upload to abort, in plan order
//	{"summary":{...}}                    the plan's totals
//	(outside of the compressed part)     a skippable zstd frame of 32 bytes: the SHA-256 of all bytes before them
//
// so that "zstd -dc FILE | jq" shows what is inside, with the names that the JSON lines
// of "offcut plan" have too. What follows from the rest is not in it: ages, scopes of
// uploads. A text that is not valid UTF-8 stands in the member "raw", in base64.
// Characters that a terminal or a page might obey are written as \u escapes.
//
// The seal finds damage. It is no signature: whoever may write the file may also make
// a seal. Apply therefore trusts a plan no further than the rules and the parts, which
// it reads again: an upload that they would keep is kept. When an upload began is
// believed, as no later request tells it again.
//
// What must never happen in this package: a plan from a file that is not whole, byte
// for byte; a secret or the value of a sensitive variable in a file; a file that is
// there but only half written; memory that grows with the number of items.
package planfile
