package ks3

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// dayV4 is the layout of the day in a V4 scope.
const dayV4 = "20060102"

// A KeyV4 is the signing key of one day, region and dialect. It is made of the
// secret key by four rounds of HMAC, signs any number of requests, and may be
// used from many goroutines.
type KeyV4 struct {
	dialect     Dialect
	day, region string
	key         [sha256.Size]byte
}

// NewKeyV4 derives a signing key. day is "20240301", in UTC.
func NewKeyV4(d Dialect, secret, day, region string) KeyV4 {
	key := []byte(d.KeyPrefixV4 + secret)
	for _, step := range [...]string{day, region, d.ServiceV4, d.TerminatorV4} {
		key = hmacSHA256(key, step)
	}
	return KeyV4{dialect: d, day: day, region: region, key: [sha256.Size]byte(key)}
}

// Scope is the credential scope without the access key.
func (k KeyV4) Scope() string {
	return strings.Join([]string{k.day, k.region, k.dialect.ServiceV4, k.dialect.TerminatorV4}, "/")
}

// Sign returns the hex signature of r. The region is the key's, not r's, and the
// day of r.Time must be the key's.
func (k KeyV4) Sign(r RequestV4) string {
	digest := sha256.Sum256([]byte(canonicalRequest(r)))
	return k.sign(k.dialect.AlgorithmV4, r.Time.UTC().Format(TimeV4), k.Scope(), hex.EncodeToString(digest[:]))
}

// sign gives the hex HMAC of lines.
func (k KeyV4) sign(lines ...string) string {
	return hex.EncodeToString(hmacSHA256(k.key[:], strings.Join(lines, "\n")))
}

func hmacSHA256(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}
