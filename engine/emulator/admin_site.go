package emulator

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// sameSite refuses what a browser sends for a page from elsewhere. A page may
// send any form to a loopback port without asking; and a name that its owner
// points to 127.0.0.1 makes the port look like the page's own server, so that
// only addresses and localhost are taken for a host.
func sameSite(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := siteFault(r); err != nil {
			answerFailure(w, http.StatusForbidden, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func siteFault(r *http.Request) error {
	if !addressOrLocalhost(r.Host) {
		return errors.New("the admin port is asked by its address or as localhost, and by no other name")
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "none", "same-origin":
	default:
		return errors.New("the admin port answers no page from elsewhere")
	}
	origins := r.Header.Values("Origin")
	for _, origin := range origins {
		if !strings.EqualFold(origin, "http://"+r.Host) && !strings.EqualFold(origin, "https://"+r.Host) {
			return errors.New("the admin port answers no page from elsewhere")
		}
	}
	return nil
}

func addressOrLocalhost(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.TrimSuffix(strings.ToLower(name), ".")
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	_, err := netip.ParseAddr(strings.Trim(name, "[]"))
	return err == nil
}
