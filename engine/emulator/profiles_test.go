package emulator

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"offcut/engine/emulator/switches"
)

// A profileStep is one request, and what its answer has and lacks.
type profileStep struct {
	line       string
	status     int
	has, lacks []string
}

func (p profileStep) check(d *drill) {
	d.Helper()
	o := d.try(p.line)
	if o.err != nil || o.StatusCode != p.status {
		d.Errorf("%s: %v, %+v %s", p.line, o.err, o.Response, o.body)
	}
	for _, text := range p.has {
		if !strings.Contains(o.body, text) {
			d.Errorf("%s has no %s: %s", p.line, text, o.body)
		}
	}
	for _, text := range p.lacks {
		if strings.Contains(o.body, text) {
			d.Errorf("%s has %s: %s", p.line, text, o.body)
		}
	}
}

// A profiled server behaves as that store was seen to, through its whole front.
func TestProfilesBehave(t *testing.T) {
	tests := []struct {
		profile string
		steps   []profileStep
	}{
		{"", []profileStep{
			{"GET /?uploads&max-uploads=2", 200, []string{"<Key>a</Key>", "<Initiated>2026-03-01T12", "<IsTruncated>true<"}, []string{"<Key>b/x</Key>"}},
			{"DELETE /a?uploadId=never", 404, nil, nil},
			{"GET /?uploads&key-marker=a&upload-id-marker=A1", 200, []string{"<Key>a</Key>", "<Key>c</Key>"}, nil},
		}},
		{"minio", []profileStep{
			{"GET /?uploads&max-uploads=2", 200, []string{"<Key>a</Key>", "<Key>b/x</Key>", "<Key>c</Key>", "<IsTruncated>false<"}, nil},
			{"GET /?uploads&prefix=b/", 200, nil, []string{"<Upload>"}},
			{"GET /?uploads&prefix=b/x", 200, []string{"<Key>b/x</Key>"}, []string{"<Key>a</Key>"}},
			{"DELETE /a?uploadId=never", 204, nil, nil},
			{"DELETE /a?uploadId=C1", 204, nil, nil},
			{"GET /c?uploadId=C1", 200, nil, nil},
		}},
		{"versitygw", []profileStep{
			{"GET /?uploads&key-marker=a&upload-id-marker=A1", 400, nil, nil},
			{"GET /?uploads&key-marker=a", 200, []string{"<Key>c</Key>"}, []string{"<Key>a</Key>"}},
			{"GET /?uploads&encoding-type=url&prefix=b/", 200, []string{"<Key>b/x</Key>"}, nil},
		}},
		{"seaweedfs", []profileStep{
			{"GET /?uploads&max-uploads=2", 200, []string{"<NextUploadIdMarker>"}, []string{"<Initiated>", "<NextKeyMarker>a"}},
			{"GET /?uploads&max-uploads=4", 200, []string{"<IsTruncated>true<", "<Key>c</Key>"}, nil},
			{"DELETE /a?uploadId=A1", 204, nil, nil},
			{"DELETE /a?uploadId=A1", 204, nil, nil},
			{"GET /a?uploadId=A1", 200, nil, []string{"<Part>"}},
		}},
		{"moto", []profileStep{
			{"GET /?uploads&max-uploads=1", 200, []string{"2010-11-10T20:48:33.000Z", "<Key>c</Key>", "<IsTruncated>false<"}, []string{"2026-03-01"}},
			{"DELETE /other?uploadId=A1", 204, nil, nil},
			{"GET /a?uploadId=A1", 404, nil, nil},
		}},
		{"gofakes3", []profileStep{
			{"GET /?uploads&max-uploads=2", 200, []string{"<NextKeyMarker>b/x</NextKeyMarker>"}, nil},
			{"GET /?uploads&key-marker=b/x", 200, []string{"<Key>b/x</Key>", "<Key>c</Key>"}, []string{"<Key>a</Key>"}},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.profile, func(t *testing.T) {
			d := newDrill(t)
			d.have(func() {
				signed(t, d.s, "DELETE /dir/my%20video.mp4?uploadId="+vectorID, bucketHost, "")
				seed := []SeedUpload{
					{Bucket: "my-bucket", Key: "c", ID: "C1"}, {Bucket: "my-bucket", Key: "a", ID: "A1"},
					{Bucket: "my-bucket", Key: "a", ID: "A2"}, {Bucket: "my-bucket", Key: "b/x", ID: "B1"},
				}
				if err := d.s.Seed(t.Context(), slices.Values(seed)); err != nil {
					t.Fatal(err)
				}
			})
			d.on(switches.Set{Profile: tt.profile})
			for _, step := range tt.steps {
				step.check(d)
			}
		})
	}
	if listed := fmt.Sprintf("%q", switches.Profiles()); strings.Count(listed, `"`) != 2*(len(tests)-1) {
		t.Errorf("a profile of %s is not tested", listed)
	}
}
