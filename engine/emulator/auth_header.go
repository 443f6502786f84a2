package emulator

import (
	"slices"
	"strings"

	"offcut/engine/ks3"
)

// parseAuthorization reads an Authorization header: "KSS KEY:SIGNATURE", or the
// three fields of V4.
func parseAuthorization(d ks3.Dialect, text string) (authorization, error) {
	scheme, rest, _ := strings.Cut(text, " ")
	switch scheme {
	case d.SchemeV2:
		key, signature, ok := strings.Cut(strings.TrimSpace(rest), ":")
		if !ok || key == "" || signature == "" {
			return authorization{}, malformed("%s needs an access key and a signature with a colon between them", scheme)
		}
		return authorization{accessKey: key, signature: signature}, nil
	case d.AlgorithmV4:
		return parseV4(d, rest)
	}
	return authorization{}, malformed("the scheme %q is not KSS, AWS, %s or %s", scheme, ks3.Native.AlgorithmV4, ks3.AWS.AlgorithmV4)
}

func parseV4(d ks3.Dialect, text string) (authorization, error) {
	fields := map[string]string{}
	for field := range strings.SplitSeq(text, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		if _, twice := fields[name]; twice {
			return authorization{}, malformed("%q is there twice", name)
		}
		switch name {
		case "Credential", "SignedHeaders", "Signature":
			fields[name] = value
		default:
			return authorization{}, malformed("%q is not Credential, SignedHeaders or Signature", name)
		}
	}
	return makeV4(d, fields["Credential"], fields["SignedHeaders"], fields["Signature"])
}

// makeV4 makes an authorization of the fields that V4 has in a header and in a
// query alike.
func makeV4(d ks3.Dialect, credential, signed, signature string) (authorization, error) {
	// The access key comes first and may hold anything, a slash included.
	scope := strings.Split(credential, "/")
	n := len(scope)
	if n < 5 || scope[n-2] != d.ServiceV4 || scope[n-1] != d.TerminatorV4 {
		return authorization{}, malformed("the credential is not KEY/DATE/REGION/%s/%s", d.ServiceV4, d.TerminatorV4)
	}
	a := authorization{
		v4: true, accessKey: strings.Join(scope[:n-4], "/"), day: scope[n-4], region: scope[n-3],
		signature: signature, signed: strings.Split(signed, ";"),
	}
	for i, name := range a.signed {
		if name != strings.ToLower(name) || i > 0 && a.signed[i-1] >= name {
			return a, malformed("the signed headers must be in lower case, sorted, and each there once")
		}
	}
	if !a.signs("host") {
		return a, malformed("the header host must be signed")
	}
	if a.signature == "" {
		return a, malformed("there is no signature")
	}
	return a, nil
}

// signs reports whether a header is signed. name is in lower case.
func (a authorization) signs(name string) bool {
	_, found := slices.BinarySearch(a.signed, name)
	return found
}
