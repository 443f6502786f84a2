package view

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"

	"offcut/engine"
)

// PlanCSV writes every upload to abort as RFC 4180 lines; the package comment
// describes the columns and how text cells are escaped.
func PlanCSV(w io.Writer, p *engine.Plan) error { return writeCSV(w, sourceOf(p)) }

func writeCSV(w io.Writer, p planSource) error {
	out := csv.NewWriter(w)
	header := []string{
		"provider", "bucket", "key", "upload_id", "initiated", "age_seconds", "newest_part", "idle_seconds",
		"parts", "bytes", "storage_class", "owner", "rule", "reason",
	}
	if err := out.Write(header); err != nil {
		return err
	}
	for it, err := range p.items {
		if err != nil {
			return err
		}
		if err := out.Write(csvRow(it)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func csvRow(it engine.Item) []string {
	u := it.Upload
	return []string{
		csvText(u.Provider), csvText(u.Bucket), csvText(u.Key), csvText(u.ID),
		rfc3339(u.Initiated), seconds(it.Age), rfc3339(it.Parts.Newest), seconds(it.Idle),
		strconv.Itoa(it.Parts.Count), strconv.FormatInt(it.Parts.Bytes, 10),
		csvText(u.StorageClass), csvText(ownerOf(u.Owner, u.Initiator)), csvText(it.Rule), string(it.Reason),
	}
}

// csvText is Text, with a first character that a spreadsheet would take for a
// formula written as an escape as well.
func csvText(s string) string {
	s = Text(s)
	if s != "" && strings.ContainsRune("=+-@", rune(s[0])) {
		return `\x` + strconv.FormatInt(int64(s[0]), 16) + s[1:]
	}
	return s
}

func ownerOf(owner, initiator string) string {
	if owner != "" {
		return owner
	}
	return initiator
}

func rfc3339(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func seconds(d time.Duration) string { return strconv.FormatInt(int64(d/time.Second), 10) }
