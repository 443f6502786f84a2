package objectstore

import (
	"slices"
	"strings"
	"testing"
)

// Owners that repeat are recognised without being read again. Nothing else may be
// taken for one of them.
func TestScanUsersThatRepeat(t *testing.T) {
	const ann, bob = "<ID>ann</ID><DisplayName>Ann</DisplayName>", "<ID>bob</ID><DisplayName>Bob</DisplayName>"
	page := func(owners ...string) string {
		var b strings.Builder
		for _, owner := range owners {
			b.WriteString("<Upload><Key>k</Key><UploadId>u</UploadId>" + owner + "</Upload>")
		}
		return "<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>" + b.String() + "</ListMultipartUploadsResult>"
	}
	owner := func(inside string) string { return "<Owner>" + inside + "</Owner>" }
	for name, c := range map[string]struct {
		owners []string
		want   []string // nil: not a page
	}{
		"the same":            {[]string{owner(ann), owner(ann), owner(bob), owner(bob), owner(ann)}, []string{"ann", "ann", "bob", "bob", "ann"}},
		"none in between":     {[]string{owner(ann), "", owner(ann), "<Owner/>", owner(""), owner(ann)}, []string{"ann", "", "ann", "", "", "ann"}},
		"a longer one":        {[]string{owner(ann), owner(ann + "<ID>eve</ID>"), owner(ann)}, []string{"ann", "eve", "ann"}},
		"one that begins so":  {[]string{owner("<ID>an</ID>"), owner("<ID>ann</ID>")}, []string{"an", "ann"}},
		"twice in one upload": {[]string{owner(ann) + owner(bob), owner(bob) + owner(ann), owner(bob)}, []string{"bob", "ann", "bob"}},
		"a prefix":            {[]string{"<n:Owner>" + ann + "</n:Owner>", owner(ann)}, []string{"ann", "ann"}},
		"a crossing end":      {[]string{owner(ann), "<Owner>" + ann + "</n:Owner>"}, nil},
		"an early end":        {[]string{owner(ann), "<Owner>" + ann}, nil},
		"text after it":       {[]string{owner(ann), owner(ann + "x")}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := scanUploads(page(c.owners...), &names{})
			if (err == nil) != (c.want != nil) {
				t.Fatal(err)
			}
			var got []string
			for i := range p.uploads {
				got = append(got, p.uploads[i].Owner)
			}
			if c.want != nil && !slices.Equal(got, c.want) {
				t.Errorf("owners %q, want %q", got, c.want)
			}
		})
	}
}
