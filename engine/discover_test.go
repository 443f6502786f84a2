package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"offcut/rules"
)

func query(address, provider string) rules.Query {
	return rules.Query{Address: address, Provider: rules.Provider{Address: provider}}
}

func TestDiscover_AsksEachProviderOnce(t *testing.T) {
	ks3, minio, idle := newMemStore("media-b", "media-a"), newMemStore("tmp"), newMemStore("idle")
	stores := Stores{"ks3": ks3, "s3.minio": minio, "s3.idle": idle}
	if _, err := ks3.ListBuckets(t.Context()); err != nil { // what was sent before does not count
		t.Fatal(err)
	}
	d, err := Discover(t.Context(), stores, []rules.Query{
		query("data.buckets.a", "ks3"), query("data.buckets.b", "ks3"), query("data.buckets.c", "s3.minio"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if d.Requests != 2 || ks3.Requests() != 2 || minio.Requests() != 1 || idle.Requests() != 0 {
		t.Errorf("%d requests told; ks3 has %d, minio %d, idle %d", d.Requests, ks3.Requests(), minio.Requests(), idle.Requests())
	}
	if len(d.Found) != 2 || len(d.Found["ks3"]) != 2 || len(d.Found["s3.minio"]) != 1 || d.Found["s3.minio"][0].Name != "tmp" {
		t.Errorf("found %v", d.Found)
	}
}

func TestDiscover_WithoutDataNothingIsSent(t *testing.T) {
	store := newMemStore("media")
	d, err := Discover(t.Context(), Stores{"ks3": store}, nil)
	if err != nil || d.Found != nil || d.Requests != 0 || store.Requests() != 0 {
		t.Errorf("%+v, %v, %d requests", d, err, store.Requests())
	}
}

// What could not be read is never an empty list, and every failure is told.
func TestDiscover_AListThatFailsIsAnError(t *testing.T) {
	denied, broken, fine := newMemStore(), newMemStore(), newMemStore("media")
	denied.onListBuckets = func() error { return fmt.Errorf("list buckets: %w", ErrAccessDenied) }
	broken.onListBuckets = func() error { return errors.New("the answer ends too early") }
	_, err := Discover(t.Context(), Stores{"s3.z": denied, "s3.a": broken, "ks3": fine}, []rules.Query{
		query("data.buckets.a", "s3.z"), query("data.buckets.b", "s3.a"), query("data.buckets.c", "ks3"), query("data.buckets.d", "s3.z"), query("data.buckets.e", "s3.none"),
	})
	if !errors.Is(err, ErrAccessDenied) {
		t.Fatalf("error %v", err)
	}
	want := strings.Join([]string{
		`data.buckets.b needs the bucket list of provider s3.a: the answer ends too early`,
		`data.buckets.e needs the bucket list of provider s3.none, which has no store`,
		`data.buckets.a, data.buckets.d need the bucket list of provider s3.z, and it was refused: grant the right to list buckets, or name the buckets in scan.buckets instead of the data block: list buckets: ` + ErrAccessDenied.Error(),
	}, "\n")
	if err.Error() != want {
		t.Errorf("got\n%s\nwant\n%s", err, want)
	}
}

func TestDiscover_TellsWhyItWasBrokenOff(t *testing.T) {
	why := errors.New("a signal")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(why)
	if d, err := Discover(ctx, Stores{"ks3": newMemStore("media")}, []rules.Query{query("data.buckets.a", "ks3")}); !errors.Is(err, why) || d.Found != nil {
		t.Errorf("%+v, %v", d, err)
	}
}
