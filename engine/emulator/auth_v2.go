package emulator

import (
	"crypto/hmac"
	"strings"

	"offcut/engine/ks3"
)

// verifyV2 compares a V2 signature. What the pages leave open is taken in every
// reading: the date line may be empty where x-kss-date is sent, and two slashes
// in a row are signed as sent or as "/%2F".
func (c *call) verifyV2(a authorization, user User) error {
	lines, err := c.dateLines(a)
	if err != nil {
		return err
	}
	if a.presigned && c.dialect == ks3.AWS {
		// boto signs what it moves into the query as if it were a header. KS3's
		// own SDKs move nothing.
		if err := c.hoistHeaders(); err != nil {
			return err
		}
	}
	if err := c.noOtherDialect(); err != nil {
		return err
	}
	paths := []string{c.path}
	if strings.Contains(c.path, "//") {
		paths = append(paths, strings.ReplaceAll(c.path, "//", "/%2F"))
	}
	for _, path := range paths {
		resource := ks3.ResourceV2(c.bucket, c.inHost, path, c.query)
		for _, line := range lines {
			want := ks3.SignV2(user.SecretAccessKey, ks3.StringToSignV2(c.dialect, c.r.Method, c.r.Header, line, resource))
			if hmac.Equal([]byte(want), []byte(a.signature)) {
				return nil
			}
		}
	}
	return mismatch()
}

// dateLines gives what may stand in the date line, once the time is right.
func (c *call) dateLines(a authorization) ([]string, error) {
	if a.presigned {
		return []string{a.date}, c.checkExpires(a.date)
	}
	date := c.r.Header.Get("Date")
	own := c.r.Header.Get(c.dialect.HeaderPrefix + "date")
	if own == "" {
		_, err := c.instant(date)
		return []string{date}, err
	}
	_, err := c.instant(own)
	return []string{"", own, date}, err
}

// noOtherDialect refuses headers of the dialect that the signature is not of. V2
// covers those of its own and the server acts on both, so that whoever holds a
// signed request could else make a copy of a put, or a public object of a
// private one.
func (c *call) noOtherDialect() error {
	other := otherDialect(c.dialect).HeaderPrefix
	for name := range c.r.Header {
		short, found := strings.CutPrefix(strings.ToLower(name), other)
		if !found || refusesOnly(short) || other == ks3.Native.HeaderPrefix && nativeAlways(short) {
			continue
		}
		return refuse(ks3.CodeAccessDenied, "The header %s is sent but not signed: a V2 signature of the scheme %s covers %s* alone.",
			strings.ToLower(name), c.dialect.SchemeV2, c.dialect.HeaderPrefix)
	}
	return nil
}

// refusesOnly knows the headers of S3 that can do no more than have a request
// refused.
func refusesOnly(short string) bool {
	switch short {
	case "expected-bucket-owner", "source-expected-bucket-owner", "mp-object-size", "forbid-overwrite":
		return true
	}
	return strings.HasPrefix(short, "checksum-")
}

// nativeAlways knows the headers that the Go SDK built on AWS's sends in the
// native spelling, and unsigned, with a V2 signature of AWS's. None of them does
// anything here: what would ask for more is refused by the operation.
func nativeAlways(short string) bool {
	switch short {
	case "callbackurl", "callbackbody", "callbackauth", "sourceurl", "force", "fetchsourceheader",
		"retention-id", "retention-overwrite", "traffic-limit":
		return true
	}
	return false
}
