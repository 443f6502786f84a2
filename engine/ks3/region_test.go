package ks3_test

import (
	"testing"

	"offcut/engine/ks3"
)

func TestLookupRegion(t *testing.T) {
	for code, host := range map[string]string{
		"BEIJING": "ks3-cn-beijing.ksyuncs.com", "beijing": "ks3-cn-beijing.ksyuncs.com",
		"gov-beijing": "ks3-gov-beijing.ksyuncs.com", "JR_SHANGHAI": "ks3-jr-shanghai.ksyuncs.com",
		"HONGKONG": "ks3-cn-hk-1.ksyuncs.com", "HANGZHOU": "kss.ksyun.com",
	} {
		if r, ok := ks3.LookupRegion(code); !ok || r.Host != host {
			t.Errorf("%s: got %+v, %t; want %s", code, r, ok, host)
		}
	}
	for _, code := range []string{"", "MARS", "cn-beijing-6"} {
		if r, ok := ks3.LookupRegion(code); ok {
			t.Errorf("%q was found as %+v", code, r)
		}
	}
}

func TestRegionOfHost(t *testing.T) {
	tests := []struct{ host, code, bucket string }{
		{"ks3-cn-beijing.ksyuncs.com", "BEIJING", ""},
		{"KS3-cn-Beijing.ksyuncs.com:443", "BEIJING", ""},
		{"my-bucket.ks3-cn-beijing.ksyuncs.com", "BEIJING", "my-bucket"},
		{"my.dotted.ks3-cn-beijing.ksyuncs.com", "BEIJING", "my.dotted"},
		{"b.ks3-cn-shanghai-internal.ksyuncs.com", "SHANGHAI", "b"},
		{"ks3-cn-shanghai-internal.ksyun.com", "SHANGHAI", ""},
		{"b.ks3-cn-guangzhou.ksyun.com", "GUANGZHOU", "b"},
		{"kss.ksyun.com", "HANGZHOU", ""},
		{"evil-ks3-cn-beijing.ksyuncs.com", "", ""},
		{"ks3-cn-beijing.ksyuncs.com.example.org", "", ""},
		{".ks3-cn-beijing.ksyuncs.com", "", ""},
		{"127.0.0.1:9000", "", ""},
		{"", "", ""},
	}
	for _, tt := range tests {
		r, bucket, ok := ks3.RegionOfHost(tt.host)
		if r.Code != tt.code || bucket != tt.bucket || ok != (tt.code != "") {
			t.Errorf("%s: got %q, %q, %t; want %q, %q", tt.host, r.Code, bucket, ok, tt.code, tt.bucket)
		}
	}
}

func TestEveryRegionIsFoundByItsOwnNames(t *testing.T) {
	for _, r := range ks3.Regions() {
		if got, ok := ks3.LookupRegion(r.Code); !ok || got != r {
			t.Errorf("code %s: got %+v", r.Code, got)
		}
		for _, host := range []string{r.Host, r.Internal} {
			if host == "" {
				continue
			}
			if got, _, ok := ks3.RegionOfHost(host); !ok || got != r {
				t.Errorf("host %s: got %+v, want %s", host, got, r.Code)
			}
		}
	}
}
