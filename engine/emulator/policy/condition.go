package policy

import (
	"fmt"
	"net/netip"
	"slices"
)

// The only key of conditions, and the operators that it has.
const (
	sourceIP     = "ksc:SourceIp"
	ipAddress    = "IpAddress"
	notIPAddress = "NotIpAddress"
)

// A condition holds for requests from one of its networks, or, negated, from
// none of them. Where it is not known whence a request comes, it comes from none.
type condition struct {
	negated  bool
	networks []netip.Prefix
}

func (c condition) holds(from netip.Addr) bool {
	from = from.Unmap().WithZone("")
	return c.negated != slices.ContainsFunc(c.networks, func(n netip.Prefix) bool { return n.Contains(from) })
}

// parseNetwork reads an address or a CIDR block. IPv4 in the form of IPv6 is
// IPv4, as addresses are.
func parseNetwork(text string) (netip.Prefix, error) {
	const mapped = 96 // bits before the IPv4 address
	n, err := netip.ParsePrefix(text)
	if err != nil {
		addr, err := netip.ParseAddr(text)
		if err != nil || addr.Zone() != "" {
			return n, fmt.Errorf(`%q is neither an address nor a block such as "10.0.0.0/8" or "2001:db8::/32"`, text)
		}
		n = netip.PrefixFrom(addr, addr.BitLen())
	}
	if !n.Addr().Is4In6() {
		return n, nil
	}
	if n.Bits() < mapped {
		return n, fmt.Errorf("%q holds more than IPv4's addresses: write it as IPv4", text)
	}
	return netip.PrefixFrom(n.Addr().Unmap(), n.Bits()-mapped), nil
}
