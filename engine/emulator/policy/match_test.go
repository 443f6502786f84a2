package policy

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// oracle says the same as match by trying everything.
func oracle(pattern, text string) bool {
	switch {
	case pattern == "":
		return text == ""
	case pattern[0] == '*':
		if oracle(pattern[1:], text) {
			return true
		}
		if text == "" {
			return false
		}
		_, n := utf8.DecodeRuneInString(text)
		return oracle(pattern, text[n:])
	case text == "":
		return false
	case pattern[0] == '?':
		_, n := utf8.DecodeRuneInString(text)
		return oracle(pattern[1:], text[n:])
	}
	return pattern[0] == text[0] && oracle(pattern[1:], text[1:])
}

func FuzzMatch(f *testing.F) {
	for _, pattern := range []string{"", "*", "?", "a*b?c", "**", "*?*", "a?", "é*", "*ab*abc", "a\xff?"} {
		for _, text := range []string{"", "a", "*", "abc", "aabbcc", "éa", "a\xff\xfe", "ababab/abc"} {
			f.Add(pattern, text)
		}
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 12 || len(text) > 24 || !utf8.ValidString(pattern) {
			t.Skip("the oracle takes exponential time, and patterns come from a checked document")
		}
		if got, want := match(pattern, text), oracle(pattern, text); got != want {
			t.Errorf("match(%q, %q) = %t", pattern, text, got)
		}
	})
}

// A pattern that would take a simple matcher until the end of days.
func TestMatchingIsNotExponential(t *testing.T) {
	pattern := strings.Repeat("*a", 2000) + "b"
	text := strings.Repeat("a", 1024)
	done := make(chan bool)
	go func() { done <- match(pattern, text) }()
	select {
	case got := <-done:
		if got {
			t.Error("it matches")
		}
	case <-time.After(time.Minute):
		t.Fatal("it takes too long")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(user(`"Effect": "Allow", "Action": ["ks3:*"], "Resource": ["*"], "Condition": {"IpAddress": {"ksc:SourceIp": ["10.0.0.0/8"]}}`)))
	f.Add([]byte(onBucket(`"Principal": {"KSC": ["krn:ksc:iam::1:root", "*"]}`)))
	f.Add([]byte(`{"Statement": [[[[[[[[[[[[`))
	f.Add([]byte("{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"\\u006bs3:*\",\"Resource\":\"*\"}}\n"))
	f.Fuzz(func(t *testing.T, doc []byte) {
		for _, kind := range []Kind{User, Bucket} {
			d, err := Parse(kind, doc)
			if err != nil {
				if len(err.Error()) > 4*len(doc)+1000 {
					t.Errorf("a message of %d bytes", len(err.Error()))
				}
				continue
			}
			if len(d.statements) == 0 {
				t.Error("a policy without a statement was taken")
			}
			for _, a := range Actions() {
				d.Evaluate(Request{Action: a.Name, Resource: Resource("b", "k")})
			}
		}
	})
}
