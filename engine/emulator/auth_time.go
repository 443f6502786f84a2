package emulator

import (
	"strconv"
	"time"

	"offcut/engine/ks3"
)

// How far a client's clock may be off (KS3's V2 page).
const maxSkew = 15 * time.Minute

// instant reads the date of a request, in the form of either version, and
// compares it with the server's clock.
func (c *call) instant(date string) (time.Time, error) {
	if date == "" {
		return time.Time{}, refuse(ks3.CodeMissingDate, "The request has neither Date nor %sdate.", c.dialect.HeaderPrefix)
	}
	t, ok := readDate(date)
	if !ok {
		return t, refuse(ks3.CodeInvalidDate, "The date %q can't be read: RFC 1123 in GMT is expected.", date)
	}
	if off := c.now().Sub(t).Abs(); off > maxSkew {
		return t, tooSkewed(off)
	}
	return t, nil
}

// readDate reads the date of a request. A zone in digits is on no page of KS3;
// S3 takes it, its examples of V2 have it, and s3cmd sends it.
func readDate(text string) (t time.Time, ok bool) {
	if t, ok = ks3.ParseDate(text); ok {
		return t, true
	}
	for _, form := range [...]string{ks3.TimeV4, "Mon, 2 Jan 2006 15:04:05 -0700"} {
		if t, err := time.Parse(form, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func tooSkewed(off time.Duration) error {
	return refuse(ks3.CodeRequestTimeTooSkewed, "The request's time and the server's are %s apart; %s is the limit.",
		off.Round(time.Second), maxSkew)
}

// checkExpires looks at the end of a V2 URL, in Unix seconds. The second that it
// names is still good.
func (c *call) checkExpires(text string) error {
	end, err := strconv.ParseUint(text, 10, 63)
	if err != nil {
		return malformed("Expires is %q, and not a number of seconds since 1970", text)
	}
	if now := c.now().Unix(); now > int64(end) {
		return refuse(ks3.CodeURLExpired, "The URL was valid until %d, and it is %d.", end, now)
	}
	return nil
}

// presignedAt reads the beginning of a V4 URL and looks at its end. A URL of a
// client whose clock is ahead is good at once, up to the skew of a request.
func (c *call) presignedAt(a authorization) (time.Time, error) {
	at, err := time.Parse(ks3.TimeV4, a.date)
	if err != nil {
		return at, refuse(ks3.CodeInvalidDate, "The date %q can't be read: %q is the form.", a.date, ks3.TimeV4)
	}
	now := c.now()
	if ahead := at.Sub(now); ahead > maxSkew {
		return at, tooSkewed(ahead)
	}
	if end := at.Add(a.life); now.After(end) {
		return at, refuse(ks3.CodeURLExpired, "The URL was valid until %s, and it is %s.", ks3.FormatInstant(end), ks3.FormatInstant(now))
	}
	return at, nil
}
