package rules

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// A sizeUnit is a unit of sizes: its spelling and how many bytes it is.
type sizeUnit struct {
	name  string
	bytes int64
}

// sizeUnits lists the units that ParseSize takes, the decimal ones first.
func sizeUnits() []sizeUnit {
	return []sizeUnit{
		{"B", 1},
		{"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}, {"PB", 1e15}, {"EB", 1e18},
		{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40}, {"PiB", 1 << 50}, {"EiB", 1 << 60},
	}
}

const (
	sizeForms = "write a number and a unit, such as \"512MiB\", \"1.5GiB\", \"10GB\" or \"100B\"; KiB MiB GiB TiB PiB EiB count in 1024s, KB MB GB TB PB EB in 1000s"

	// sizeMaxLen keeps a hostile text from costing time: no size that fits needs as many digits.
	sizeMaxLen = 64
)

// ParseSize reads a size of the rule language in bytes: "512MiB", "5TiB", "10GB",
// "100B", "1.5GiB". The units are B, KB MB GB TB PB EB (powers of 1000) and KiB MiB
// GiB TiB PiB EiB (powers of 1024), spelled exactly so; one space may stand before
// the unit, so that a printed size can be pasted. A fraction is taken with every
// unit above B, and the size is rounded down to whole bytes.
func ParseSize(s string) (int64, error) {
	if s == "" {
		return 0, errors.New("the size is empty: " + sizeForms)
	}
	if len(s) > sizeMaxLen {
		return 0, fmt.Errorf("the size %q... is longer than %d characters: %s", s[:16], sizeMaxLen, sizeForms)
	}
	end := len(s) - len(strings.TrimLeft(s, "0123456789."))
	number, name := s[:end], strings.TrimPrefix(s[end:], " ")
	whole, fraction, dotted := strings.Cut(number, ".")
	if whole == "" || dotted && fraction == "" || strings.Contains(fraction, ".") {
		return 0, fmt.Errorf("the size %q does not begin with a number: %s", s, sizeForms)
	}
	unit, err := sizeFindUnit(s, name)
	if err != nil {
		return 0, err
	}
	if dotted && unit.bytes == 1 {
		return 0, fmt.Errorf("the size %q is a fraction of a byte: %s", s, sizeForms)
	}
	value, ok := new(big.Rat).SetString(number)
	if !ok {
		return 0, fmt.Errorf("the size %q does not begin with a number: %s", s, sizeForms)
	}
	value.Mul(value, new(big.Rat).SetInt64(unit.bytes))
	floor := new(big.Int).Quo(value.Num(), value.Denom())
	if !floor.IsInt64() {
		return 0, fmt.Errorf("the size %q is too large: sizes end just below 8EiB", s)
	}
	return floor.Int64(), nil
}

// sizeFindUnit finds the unit called name in the size s.
func sizeFindUnit(s, name string) (sizeUnit, error) {
	if name == "" {
		return sizeUnit{}, fmt.Errorf("the size %q has no unit: %s", s, sizeForms)
	}
	var meant []string
	for _, u := range sizeUnits() {
		if u.name == name {
			return u, nil
		}
		letter := u.name != "B" && strings.EqualFold(u.name[:1], name)
		if letter || strings.EqualFold(u.name, name) || strings.EqualFold(strings.TrimSuffix(u.name, "B"), name) {
			meant = append(meant, u.name)
		}
	}
	if len(meant) > 0 {
		return sizeUnit{}, fmt.Errorf("the size %q has the unknown unit %q (%s?): %s", s, name, strings.Join(meant, " or "), sizeForms)
	}
	return sizeUnit{}, fmt.Errorf("the size %q has the unknown unit %q: %s", s, name, sizeForms)
}

// FormatSize writes a number of bytes for people, in units of 1024 with one
// decimal, rounded to the nearest: "3.4 TiB", "1.0 KiB", "512 B", "0 B".
func FormatSize(n int64) string {
	if n > -1024 && n < 1024 {
		return fmt.Sprintf("%d B", n)
	}
	value := float64(n)
	names := [...]string{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"}
	for i, name := range names {
		value /= 1024
		// From here on one decimal would be written as 1024.0, which is the next unit's 1.0.
		if value > -1023.95 && value < 1023.95 || i == len(names)-1 {
			return fmt.Sprintf("%.1f %s", value, name)
		}
	}
	return ""
}
