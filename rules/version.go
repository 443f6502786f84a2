package rules

import (
	"fmt"
	"strconv"
	"strings"
)

// A version is major, minor, patch.
type version [3]int

// parseVersion reads "1", "1.2" or "1.2.3" and says how many numbers were given.
func parseVersion(s string) (v version, given int, err error) {
	fields := strings.Split(s, ".")
	if len(fields) > len(v) {
		return v, 0, fmt.Errorf("%q is not a version: write up to three numbers as in \"0.1.0\"", s)
	}
	for i, f := range fields {
		n, err := strconv.ParseUint(f, 10, 16)
		if err != nil {
			return v, 0, fmt.Errorf("%q is not a version: write up to three numbers as in \"0.1.0\"", s)
		}
		v[i] = int(n)
	}
	return v, len(fields), nil
}

func (v version) compare(w version) int {
	for i := range v {
		if v[i] != w[i] {
			return v[i] - w[i]
		}
	}
	return 0
}

// satisfies says whether version have meets all of the comma-separated
// constraints, such as ">= 0.1, < 1.0".
func satisfies(have, constraints string) (bool, error) {
	v, _, err := parseVersion(have)
	if err != nil {
		return false, err
	}
	all := true
	for c := range strings.SplitSeq(constraints, ",") {
		ok, err := v.meets(strings.TrimSpace(c))
		if err != nil {
			return false, err
		}
		all = all && ok
	}
	return all, nil
}

func (v version) meets(constraint string) (bool, error) {
	number := strings.TrimLeft(constraint, "<>=!~")
	operator := constraint[:len(constraint)-len(number)]
	w, given, err := parseVersion(strings.TrimSpace(number))
	if err != nil {
		return false, err
	}
	c := v.compare(w)
	switch operator {
	case "", "=":
		return c == 0, nil
	case "!=":
		return c != 0, nil
	case ">":
		return c > 0, nil
	case ">=":
		return c >= 0, nil
	case "<":
		return c < 0, nil
	case "<=":
		return c <= 0, nil
	case "~>":
		return c >= 0 && v.compare(w.next(given)) < 0, nil
	}
	return false, fmt.Errorf("%q is not an operator: use =, !=, >, >=, <, <= or ~>", operator)
}

// next is the first version that "~> v" does not allow: only the last of the
// given numbers may grow.
func (v version) next(given int) version {
	n := version{}
	last := max(given-2, 0)
	copy(n[:], v[:last+1])
	n[last]++
	return n
}
