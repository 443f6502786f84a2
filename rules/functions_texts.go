package rules

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"hash"
	"net/url"
	"path"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// Functions of texts that Terraform has and cty has not.

func textFunctions() map[string]function.Function {
	return map[string]function.Function{
		"strcontains": textFunction([]string{"text", "part"}, cty.Bool, func(args []string) (cty.Value, error) {
			return cty.BoolVal(strings.Contains(args[0], args[1])), nil
		}),
		"basename": oneText("path", func(s string) (string, error) { return path.Base(s), nil }),
		"dirname":  oneText("path", func(s string) (string, error) { return path.Dir(s), nil }),
		"base64encode": oneText("text", func(s string) (string, error) {
			return base64.StdEncoding.EncodeToString([]byte(s)), nil
		}),
		"base64decode": oneText("text", decodeBase64),
		"urlencode":    oneText("text", func(s string) (string, error) { return url.QueryEscape(s), nil }),
		"md5":          hashFunc(md5.New), "sha1": hashFunc(sha1.New),
		"sha256": hashFunc(sha256.New), "sha512": hashFunc(sha512.New),
		"timecmp": textFunction([]string{"a", "b"}, cty.Number, compareTimes),
	}
}

// oneText builds a function from one string to another.
func oneText(param string, impl func(string) (string, error)) function.Function {
	return textFunction([]string{param}, cty.String, func(args []string) (cty.Value, error) {
		s, err := impl(args[0])
		if err != nil {
			return cty.NilVal, function.NewArgError(0, err)
		}
		return cty.StringVal(s), nil
	})
}

func decodeBase64(s string) (string, error) {
	b, err := base64.StdEncoding.DecodeString(s)
	switch {
	case err != nil:
		return "", errors.New("it is not Base64 in its standard form, with padding")
	case !utf8.Valid(b):
		return "", errors.New("what it stands for is not UTF-8 text")
	}
	return string(b), nil
}

func hashFunc(algorithm func() hash.Hash) function.Function {
	return oneText("text", func(s string) (string, error) {
		sum := algorithm()
		_, _ = sum.Write([]byte(s)) // a hash never fails
		return hex.EncodeToString(sum.Sum(nil)), nil
	})
}

// compareTimes is -1, 0 or 1 where the first instant is before, at or after the second.
func compareTimes(args []string) (cty.Value, error) {
	var at [2]time.Time
	for i, s := range args {
		t, err := parseInstant(s)
		if err != nil {
			return cty.NilVal, function.NewArgError(i, err)
		}
		at[i] = t
	}
	return cty.NumberIntVal(int64(at[0].Compare(at[1]))), nil
}
