package objectstore

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"offcut/engine/ks3"
	"offcut/rules"
)

// Encoders that stores use: spaces as "%20" or as "+", slashes encoded or not.
func encoders() map[string]func(string) string {
	return map[string]func(string) string{
		"query":        url.QueryEscape,
		"path":         ks3.EscapeKey,
		"all":          ks3.EscapeQuery,
		"lower digits": func(s string) string { return lowerEscapes(ks3.EscapeKey(s)) },
	}
}

func lowerEscapes(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' {
			b.WriteString(strings.ToLower(s[i : i+3]))
			i += 2
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// Keys that a store encodes are read back byte for byte, and only those with
// bytes lost are called unproven.
func TestEncodedKeysComeBack(t *testing.T) {
	for name, encode := range encoders() {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				keys := rapid.SliceOfN(rapid.OneOf(
					rapid.StringOf(rapid.RuneFrom([]rune("ab/+% \n中é&<\x1b\ufffd"))),
					rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
				), 1, 6).Draw(t, "keys")
				p := uploadsPage{encoding: "url"}
				for _, key := range keys {
					p.uploads = append(p.uploads, rules.Upload{Key: encode(key)})
				}
				p.newDecoder(p.keysOf()).keys(p.uploads)
				for i, key := range keys {
					lost := !utf8.ValidString(key) || strings.ContainsRune(key, utf8.RuneError)
					if u := p.uploads[i]; u.Key != key || u.KeyUnproven != lost {
						t.Fatalf("%q came back as %q, unproven %t", key, u.Key, u.KeyUnproven)
					}
					if !sameKey(encode(key), "url", key) {
						t.Fatalf("%q, written %q, is not taken for itself", key, encode(key))
					}
				}
			})
		})
	}
}

// An answer's key passes for the one asked for only when it can be no other.
func TestPromise3_NoOtherKeyPassesForOurs(t *testing.T) {
	alphabet := rapid.StringOf(rapid.RuneFrom([]rune("ab+%20 /")))
	rapid.Check(t, func(t *rapid.T) {
		asked, other := alphabet.Draw(t, "asked"), alphabet.Draw(t, "other")
		if asked == other {
			return
		}
		for name, encode := range encoders() {
			if sameKey(encode(other), "url", asked) {
				t.Fatalf("%s: %q, written %q, passes for %q", name, other, encode(other), asked)
			}
		}
		if sameKey(other, "", asked) {
			t.Fatalf("%q passes for %q", other, asked)
		}
	})
}

func FuzzKeys(f *testing.F) {
	for _, raw := range []string{"", "a%20b", "a+b", "%", "%zz", "100%25", "中", "a%FFb", "%2", "a%EF%BF%BDb"} {
		f.Add(raw, "url")
		f.Add(raw, "")
	}
	f.Fuzz(func(t *testing.T, raw, encoding string) {
		p := uploadsPage{encoding: encoding, nextKey: raw, uploads: []rules.Upload{{Key: raw}, {Key: "x"}}}
		reading := p.keysOf()
		p.newDecoder(reading).keys(p.uploads)
		got := p.uploads[0]
		switch {
		case reading == keysEncoded:
			if want, err := url.QueryUnescape(raw); err != nil || want != got.Key {
				t.Fatalf("%q was read as %q, want %q (%v)", raw, got.Key, want, err)
			}
		case got.Key != raw:
			t.Fatalf("%q was changed to %q without proof", raw, got.Key)
		}
		if !got.KeyUnproven && !utf8.ValidString(got.Key) {
			t.Fatalf("%q is called proven", got.Key)
		}
	})
}

func TestAlwaysEncoded(t *testing.T) {
	for c := range 256 {
		want := c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", byte(c)) >= 0
		if got := alwaysEncoded(byte(c)); got != want {
			t.Errorf("%q: %t, want %t", rune(c), got, want)
		}
	}
}
