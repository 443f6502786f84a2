package rules

import (
	"bytes"
	"encoding/json"

	"github.com/hashicorp/hcl/v2"
)

// Files that are something else than they should be. HCL would tell what is wrong with
// their first characters. What is in them may be secret and is not shown.

// refuseUTF16 refuses a text that has two bytes for a character, as its first ones say, or
// the zeros that half of the bytes are in what is written in Latin letters.
func refuseUTF16(f File) *hcl.Diagnostic {
	const looked = 1 << 10 // bytes
	begins := f.Bytes[:min(len(f.Bytes), looked)]
	marked := bytes.HasPrefix(begins, []byte{0xff, 0xfe}) || bytes.HasPrefix(begins, []byte{0xfe, 0xff})
	if zeros := bytes.Count(begins, []byte{0}); !marked && (zeros == 0 || zeros < len(begins)/3) {
		return nil
	}
	return &hcl.Diagnostic{
		Severity: hcl.DiagError, Summary: "File that is not UTF-8", Subject: startOfLine(f.Name, 1),
		Detail: "This seems to be a text in UTF-16, as > and Out-File write it in Windows PowerShell. Save it as UTF-8: choose that in the editor, or write it with Out-File -Encoding utf8.",
	}
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
