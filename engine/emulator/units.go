package emulator

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
)

// parseSize reads a number of bytes: "100", "64MiB", "1.5GB".
func parseSize(text string) (int64, error) {
	m := regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?) ?([A-Za-z]*)$`).FindStringSubmatch(text)
	if m == nil {
		return 0, sizeFault(text)
	}
	n, err := strconv.ParseFloat(m[1], 64)
	unit, known := sizeUnit(m[2])
	if err != nil || !known || n*unit >= math.MaxInt64 {
		return 0, sizeFault(text)
	}
	return int64(n * unit), nil
}

func sizeFault(text string) error {
	return fmt.Errorf("size %q: write it like 512KiB, 64MiB or 5GB", text)
}

func sizeUnit(name string) (float64, bool) {
	unit := map[string]float64{
		"": 1, "B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
		"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
	}[name]
	return unit, unit != 0
}
