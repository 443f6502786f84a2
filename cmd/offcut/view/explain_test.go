package view

import (
	"testing"
	"time"
)

func TestElapsed(t *testing.T) {
	for d, want := range map[time.Duration]string{
		12*24*time.Hour + 39*time.Minute + 43*time.Second: "12d 0h 39m",
		24*time.Hour - time.Nanosecond:                    "23h 59m 59s",
		24 * time.Hour:                                    "1d 0h 0m",
		time.Hour:                                         "1h 0m 0s",
		61*time.Second + time.Millisecond:                 "1m 1s",
		999 * time.Millisecond:                            "0s",
		-90 * time.Second:                                 "-1m 30s",
	} {
		if got := elapsed(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}
