package ks3

// A Region is one row of KS3's region table.
type Region struct {
	Code     string // "BEIJING": LocationConstraint and V4 scope
	Host     string // "ks3-cn-beijing.ksyuncs.com"
	Internal string // "ks3-cn-beijing-internal.ksyuncs.com"; empty where none is known
}

// Regions lists the known regions by code.
func Regions() []Region { panic("TODO") }

// LookupRegion finds a region by its code, in any case, with "-" and "_" alike.
func LookupRegion(code string) (Region, bool) { panic("TODO") }

// RegionOfHost finds the region whose public or internal host (in the new
// ksyuncs.com or the old ksyun.com domain) is host or a suffix of it after a
// bucket label.
func RegionOfHost(host string) (r Region, bucket string, ok bool) { panic("TODO") }
