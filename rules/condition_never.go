package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// Texts that an attribute of upload never equals, so that comparing it with them by !=
// keeps nothing.

// warnCase warns about letters that lower and upper leave none of.
func (c *termChecker) warnCase(t comparedText, s string, besides func(string) bool) {
	changed := strings.ToLower(s)
	if t.folded == "upper" {
		changed = strings.ToUpper(s)
	}
	if s == changed || t.by == byRegex || besides(changed) {
		return
	}
	letters := map[string]string{"lower": "capital", "upper": "small"}[t.folded]
	c.warnIn(t.at, "Text that never occurs", fmt.Sprintf(
		"%s(%s) holds no %s letters, so that it never fits %q. Write %q.", t.folded, t.attribute, letters, s, changed))
}

// warnClass warns about a storage class in other letters than stores write it in.
func (c *termChecker) warnClass(t comparedText, s string, besides func(string) bool) {
	class := strings.ToUpper(s)
	if t.by != byWhole || s == class || besides(class) || !slices.Contains(storageClasses(), class) {
		return
	}
	c.warnIn(t.at, "Text that never occurs", fmt.Sprintf(
		"Stores write storage classes in capitals, so that %s never equals %q. Write %q.", t.attribute, s, class))
}

// storageClasses are those of KS3 and of S3.
func storageClasses() []string {
	return []string{
		"STANDARD", "STANDARD_IA", "ARCHIVE", "DEEP_IA", "COLD_ARCHIVE", "DEEP_COLD_ARCHIVE",
		"DEEP_ARCHIVE", "EXPRESS_ONEZONE", "GLACIER", "GLACIER_IR", "INTELLIGENT_TIERING", "ONEZONE_IA", "REDUCED_REDUNDANCY",
	}
}

// warnBucket warns about the name of a bucket that its rule does not look at, where both
// are written in the rule. A list may be shared with other rules, which its other names
// belong to.
func (c *termChecker) warnBucket(t comparedText, s string) {
	names := c.later.onlyBuckets
	if t.by != byWhole || len(t.list) == 0 || len(names) == 0 || len(t.at.expr.Variables()) > 0 {
		return
	}
	if slices.ContainsFunc(t.list, func(v cty.Value) bool {
		name, _ := textOf(v)
		return slices.Contains(names, name)
	}) {
		return
	}
	c.warnIn(t.at, "Bucket that the rule does not look at", fmt.Sprintf(
		"upload.bucket never equals %q here, because the scan block does not name it.%s Write one of the buckets of the scan block, or remove this.",
		s, c.didYouMean(s, slices.Values(names))))
}
