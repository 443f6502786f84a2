package rules

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseSize(t *testing.T) {
	tests := []struct {
		in   string
		want int64
	}{
		{"0B", 0},
		{"100B", 100},
		{"1KB", 1000},
		{"1KiB", 1024},
		{"512MiB", 512 << 20},
		{"10GB", 10e9},
		{"5TiB", 5 << 40},
		{"5 TiB", 5 << 40},
		{"1.5GiB", 3 << 29},
		{"2PB", 2e15},
		{"2PiB", 2 << 50},
		{"9EB", 9e18},
		{"7EiB", 7 << 60},
		{"0.1KiB", 102}, // 102.4
		{"0.29GB", 290_000_000},
		{"0.0000001KB", 0},
		{"9223372036854775807B", math.MaxInt64},
		{"9007199254740993B", 1<<53 + 1}, // not a float64
		{"007KiB", 7 << 10},
	}
	for _, tt := range tests {
		got, err := ParseSize(tt.in)
		if err != nil || got != tt.want {
			t.Errorf("ParseSize(%q) = %v, %v; want %v", tt.in, got, err, tt.want)
		}
	}
}

func TestParseSizeRefuses(t *testing.T) {
	tests := []struct{ in, says string }{
		{"", "is empty"},
		{"GiB", "does not begin with a number"},
		{"-1GiB", "does not begin with a number"},
		{"+1GiB", "does not begin with a number"},
		{".5GiB", "does not begin with a number"},
		{"1.GiB", "does not begin with a number"},
		{"1.2.3GiB", "does not begin with a number"},
		{".", "does not begin with a number"},
		{" 1GiB", "does not begin with a number"},
		{"10", "has no unit"},
		{"10 ", "has no unit"},
		{"1.5B", "fraction of a byte"},
		{"1.0B", "fraction of a byte"},
		{"10G", "(GB or GiB?)"},
		{"10g", "(GB or GiB?)"},
		{"10gib", "(GiB?)"},
		{"10GIB", "(GiB?)"},
		{"10Gi", "(GiB?)"},
		{"10kB", "(KB?)"},
		{"10b", "(B?)"},
		{"10XB", "unknown unit \"XB\""},
		{"10GiB ", "unknown unit \"GiB \""},
		{"10  GiB", "unknown unit \" GiB\""},
		{"1e3GiB", "unknown unit \"e3GiB\""},
		{"0x10B", "unknown unit \"x10B\""},
		{"1_000B", "unknown unit"},
		{"8EiB", "too large"},
		{"9.3EB", "too large"},
		{"9223372036854775808B", "too large"},
		{"99999999999999999999999999999999999999EiB", "too large"},
		{strings.Repeat("1", 100) + "B", "longer than"},
	}
	for _, tt := range tests {
		got, err := ParseSize(tt.in)
		if err == nil || got != 0 || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("ParseSize(%q) = %v, %v; want an error that says %q", tt.in, got, err, tt.says)
		}
	}
}

func TestFormatSize(t *testing.T) {
	tests := []struct {
		in   int64
		want string
	}{
		{0, "0 B"},
		{1, "1 B"},
		{1023, "1023 B"},
		{1024, "1.0 KiB"},
		{1536, "1.5 KiB"},
		{1<<20 - 1, "1.0 MiB"},
		{1<<20 - 52, "1023.9 KiB"},
		{5 << 40, "5.0 TiB"},
		{3738339534438, "3.4 TiB"},
		{math.MaxInt64, "8.0 EiB"},
		{-1536, "-1.5 KiB"},
		{math.MinInt64, "-8.0 EiB"},
	}
	for _, tt := range tests {
		if got := FormatSize(tt.in); got != tt.want {
			t.Errorf("FormatSize(%d) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

// What is printed can be pasted, and is off by half of the last decimal at most.
func TestFormatSizeIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, 7<<60).Draw(t, "bytes")
		again, err := ParseSize(FormatSize(n))
		if err != nil {
			t.Fatal(err)
		}
		if diff := math.Abs(float64(again) - float64(n)); diff > 0.05*1.001*float64(n)+1 {
			t.Fatalf("%d is printed as %q and read as %d", n, FormatSize(n), again)
		}
	})
}

func FuzzParseSize(f *testing.F) {
	for _, s := range []string{"", "0B", "100B", "512MiB", "1.5GiB", "10 GB", "10G", "1.5B", "8EiB", "9223372036854775807B", "1e3B", "0x10B", "1.2.3GB"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := ParseSize(s)
		if n < 0 || err != nil && n != 0 {
			t.Fatalf("ParseSize(%q) = %d, %v", s, n, err)
		}
		if err == nil {
			FormatSize(n)
			if len(s) > sizeMaxLen || !strings.HasSuffix(s, "B") {
				t.Fatalf("ParseSize(%q) = %d without an error", s, n)
			}
		}
	})
}
