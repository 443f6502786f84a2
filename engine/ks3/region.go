package ks3

import "strings"

// A Region is one row of KS3's region table.
type Region struct {
	Code     string // "BEIJING": LocationConstraint and V4 scope
	Host     string // "ks3-cn-beijing.ksyuncs.com"
	Internal string // "ks3-cn-beijing-internal.ksyuncs.com"; empty where none is known
}

// The two domains of KS3's hosts. The left part of a host is the same in both;
// ksyuncs.com replaces ksyun.com (KS3's endpoint rules page).
const (
	domainNew = ".ksyuncs.com"
	domainOld = ".ksyun.com"
)

// Regions lists the known regions by code. The internal host is the public one
// with "-internal" before the domain; the two legacy hosts of the old domain have
// no known internal host.
func Regions() []Region {
	return []Region{
		{"AMERICA", "ks3-us-west-1.ksyun.com", ""},
		regionAt("BEIJING", "ks3-cn-beijing"),
		regionAt("GOV_BEIJING", "ks3-gov-beijing"),
		regionAt("GUANGZHOU", "ks3-cn-guangzhou"),
		{"HANGZHOU", "kss.ksyun.com", ""},
		regionAt("HONGKONG", "ks3-cn-hk-1"),
		regionAt("JR_BEIJING", "ks3-jr-beijing"),
		regionAt("JR_SHANGHAI", "ks3-jr-shanghai"),
		regionAt("QINGDAO", "ks3-cn-qingdao"),
		regionAt("QINGYANG", "ks3-cn-qingyang"), // only the host is certain, the code follows the pattern
		regionAt("RUSSIA", "ks3-rus"),
		regionAt("SHANGHAI", "ks3-cn-shanghai"),
		regionAt("SINGAPORE", "ks3-sgp"),
	}
}

func regionAt(code, left string) Region {
	return Region{Code: code, Host: left + domainNew, Internal: left + "-internal" + domainNew}
}

// LookupRegion finds a region by its code, in any case, with "-" and "_" alike.
func LookupRegion(code string) (Region, bool) {
	want := strings.ReplaceAll(strings.ToUpper(code), "-", "_")
	for _, r := range Regions() {
		if r.Code == want {
			return r, true
		}
	}
	return Region{}, false
}

// RegionOfHost finds the region whose public or internal host (in the new
// ksyuncs.com or the old ksyun.com domain) is host or a suffix of it after a
// bucket label. host may have a port; it is ignored.
func RegionOfHost(host string) (r Region, bucket string, ok bool) {
	name := strings.ToLower(host)
	if i := strings.LastIndexByte(name, ':'); i >= 0 {
		name = name[:i]
	}
	for _, r := range Regions() {
		for _, h := range r.hosts() {
			if name == h {
				return r, "", true
			}
			if b, found := strings.CutSuffix(name, "."+h); found && b != "" {
				return r, b, true
			}
		}
	}
	return Region{}, "", false
}

// hosts lists every name that a region answers under.
func (r Region) hosts() []string {
	hosts := []string{r.Host}
	if r.Internal != "" {
		hosts = append(hosts, r.Internal)
	}
	for _, h := range hosts[:len(hosts):len(hosts)] {
		if left, found := strings.CutSuffix(h, domainNew); found {
			hosts = append(hosts, left+domainOld)
		}
	}
	return hosts
}
