package emulator

import (
	"slices"
	"strings"

	"offcut/engine/ks3"
)

// oneSubResource refuses a request that names more than one operation, or one
// twice: of "DELETE /?policy&lifecycle" it is anybody's guess which was meant, and
// of two upload ids which is to go. S3 refuses it so too.
func (t target) oneSubResource() error {
	var names []string
	for name, values := range t.query {
		part := name == "partNumber" && t.query.Has("uploadId")
		if name != "uploads" && name != "uploadId" && !isSubResource(name) {
			continue
		}
		if len(values) > 1 {
			return refuse(ks3.CodeInvalidArgument, "The parameter %s is there more than once.", name)
		}
		if !part {
			names = append(names, name)
		}
	}
	if len(names) < 2 {
		return nil
	}
	slices.Sort(names)
	for _, name := range names {
		if !isBuilt(name) {
			return unbuilt("the sub-resources %s together", strings.Join(names, ", "))
		}
	}
	return refuse(ks3.CodeInvalidArgument, "The sub-resources %s name several operations; one is allowed.", strings.Join(names, ", "))
}

// isBuilt knows the sub-resources that this server has operations for.
func isBuilt(name string) bool {
	switch name {
	case "uploads", "uploadId", "delete", "acl", "policy", "lifecycle", "location", "tagging":
		return true
	}
	return false
}
