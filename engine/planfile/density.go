package planfile

import "errors"

const (
	// leastMember is how many bytes a line has at least for each of its commas: the
	// shortest member that is written has its name and a value.
	leastMember = 8

	// leastScope is how many bytes a scope and a provider have at least: the names of
	// those members that are always there.
	leastScope = 90
)

var errTooDense = errors.New("it has more members than fit into its bytes, which no plan has")

// checkDensity refuses a line that would take many times its size as values: a few
// kilobytes of a file can hold millions of empty objects.
func checkDensity(text []byte) error {
	commas, inString := 0, false
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			inString = !inString
		case '\\':
			i++ // what it escapes ends no string
		case ',':
			if !inString {
				commas++
			}
		}
	}
	if commas*leastMember > len(text) {
		return errTooDense
	}
	return nil
}

// UnmarshalJSON refuses what is too short for a scope, before more of them are read.
func (s *scope) UnmarshalJSON(text []byte) error {
	if len(text) < leastScope {
		return errTooDense
	}
	type plain scope
	return decode(text, (*plain)(s))
}

// UnmarshalJSON refuses what is too short for a provider.
func (p *provider) UnmarshalJSON(text []byte) error {
	if len(text) < leastScope {
		return errTooDense
	}
	type plain provider
	return decode(text, (*plain)(p))
}
