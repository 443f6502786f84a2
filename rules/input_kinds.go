package rules

import (
	"bytes"
	"encoding/json"

	"github.com/hashicorp/hcl/v2"
)

// Files that are something else than they should be. HCL would tell what is wrong with
// their first characters. What is in them may be secret and is not shown.

// refuseWide refuses a text that has two or four bytes for a character, as its first ones
// say, or the zeros that at least half of the bytes are in what is written in Latin letters.
func refuseWide(f File) *hcl.Diagnostic {
	const looked = 1 << 10 // bytes
	begins := f.Bytes[:min(len(f.Bytes), looked)]
	marked := bytes.HasPrefix(begins, []byte{0xff, 0xfe}) || bytes.HasPrefix(begins, []byte{0xfe, 0xff})
	if zeros := bytes.Count(begins, []byte{0}); !marked && (zeros == 0 || zeros < len(begins)/3) {
		return nil
	}
	told := &hcl.Diagnostic{
		Severity: hcl.DiagError, Summary: "File that is not UTF-8", Subject: startOfLine(f.Name, 1),
		Detail: "This seems to be a text in UTF-16, as > and Out-File write it in Windows PowerShell. Save it as UTF-8: choose that in the editor, or write it with Out-File -Encoding utf8.",
	}
	if bytes.HasPrefix(begins, []byte{0xff, 0xfe, 0, 0}) || !marked && bytes.Contains(begins, []byte{0, 0}) {
		told.Detail = "This seems to be a text in UTF-32. Save it as UTF-8: choose that in the editor."
	}
	return told
}

// refuseJSON refuses a file of values that is JSON.
func refuseJSON(f File) *hcl.Diagnostic {
	text := bytes.TrimSpace(bytes.TrimPrefix(f.Bytes, []byte("\ufeff")))
	if len(text) == 0 || text[0] != '{' && text[0] != '[' || len(text) > maxFileSize || !json.Valid(text) {
		return nil
	}
	return &hcl.Diagnostic{
		Severity: hcl.DiagError, Summary: "Values in JSON", Subject: startOfLine(f.Name, 1),
		Detail: `This file is JSON, but a file of values holds lines of the form name = value: {"stale_after": "7d"} is written stale_after = "7d". Take the outer braces away, and write each name without quotes, with an equals sign instead of the colon, on a line of its own.`,
	}
}
