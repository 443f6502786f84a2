package rules

import (
	"fmt"
	"maps"
	"slices"
)

// Terraform's functions that this language has not, with why.

const (
	readsWorld = "no function reads the clock, the environment or anything but a text file beside the rules. " +
		"Set a variable from outside instead (-var, OFFCUT_VAR_name or a *.vars.hcl file)"
	noUse = "of Terraform's functions, those that nothing in a rule has a use for are left out"
)

// absentFunctions are the functions of Terraform that are not here, by name.
func absentFunctions() map[string]string {
	absent := map[string]string{}
	for why, names := range map[string][]string{
		readsWorld: {
			"timestamp", "plantimestamp", "now", "uuid", "env", "pathexpand", "abspath", "fileset", "bcrypt",
		},
		"write can(file(...)) instead":                                        {"fileexists"},
		"write a template with ${...} where its value is needed":              {"templatefile", "templatestring"},
		"a text file is read by file, and hashed by md5(file(...)) and so on": {"filebase64", "filebase64sha256", "filebase64sha512", "filemd5", "filesha1", "filesha256", "filesha512"},
		"write [...], or tolist([...])":                                       {"list"},
		"write { ... }, or tomap({ ... })":                                    {"map"},
		"write JSON instead, and jsondecode or jsonencode":                    {"yamldecode", "yamlencode"},
		noUse: {
			"base64gunzip", "base64gzip", "base64sha256", "base64sha512", "cidrhost", "cidrnetmask", "cidrsubnet", "cidrsubnets",
			"convert", "ephemeralasnull", "rsadecrypt", "textdecodebase64", "textencodebase64", "type", "uuidv5",
		},
	} {
		for _, name := range names {
			absent[name] = why
		}
	}
	return absent
}

// unknown says what to do about a function that does not exist.
func (s *scopeFunctions) unknown(name string) string {
	if why, ok := absentFunctions()[name]; ok {
		return fmt.Sprintf("There is no function named %q: %s.", name, why)
	}
	names := slices.Collect(maps.Keys(s.table()))
	return fmt.Sprintf("There is no function named %q.%s rules/SPEC.md lists all functions.",
		name, didYouMean(name, names))
}
