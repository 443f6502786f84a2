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
