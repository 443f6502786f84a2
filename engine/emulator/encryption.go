package emulator

import (
	"crypto/md5" // The protocol names a customer's key by its MD5.
	"crypto/subtle"
	"encoding/base64"
	"strings"

	"offcut/engine/ks3"
)

// Codes of encryption, from the classes of KS3's Java SDK.
const (
	codeBadEncryption   = "InvalidEncryptionAlgorithmError"
	codeBadKeyAlgorithm = "AlgorithmInvalidForCustomerKey"
	codeMissingKey      = "MissingCustomerKey"
	codeBadKeyMD5       = "Md5ErrorForCustomerKey"
)

const (
	headerEncryption = "server-side-encryption"
	headerKey        = "server-side-encryption-customer-key"
	headerAlgorithm  = "server-side-encryption-customer-algorithm"
	headerKeyMD5     = "server-side-encryption-customer-key-MD5"
)

// readEncryption reads how an object that is being made is to be encrypted.
// AES256 (KS3's encryption page) and SM4 (its SDKs) are taken and answered;
// nothing is encrypted. Keys of a key service are refused: there is none here.
func (c *call) readEncryption() (encryption, error) {
	for name := range c.r.Header {
		short, ok := protocolHeader(name)
		if detail, found := strings.CutPrefix(short, headerEncryption+"-"); ok && found && !strings.HasPrefix(detail, "customer-") {
			return encryption{}, unbuilt("the header %s", strings.ToLower(name))
		}
	}
	e, err := c.customerKey("")
	if err != nil {
		return encryption{}, err
	}
	algorithm, sent := c.sentHeader(headerEncryption)
	switch {
	case !sent:
		return e, nil
	case e.keyMD5 != "":
		return e, refuse(ks3.CodeInvalidArgument, "An object is encrypted with a key of the service or of the customer, not with both.")
	case algorithm == "AES256" || algorithm == "SM4":
		return encryption{algorithm: algorithm}, nil
	case strings.HasSuffix(strings.ToLower(algorithm), "kms") || strings.HasSuffix(strings.ToLower(algorithm), "kms:dsse"):
		return e, unbuilt("encryption with keys of a key service (%s)", algorithm)
	}
	return e, refuse(codeBadEncryption, "The encryption %q is not known; AES256 and SM4 are.", algorithm)
}

// customerKey reads the three headers of a customer's key, whose names follow
// prefix ("" or "copy-source-"). Either all are there or none is. The key itself
// goes no further than this function.
func (c *call) customerKey(prefix string) (encryption, error) {
	algorithm, hasAlgorithm := c.sentHeader(prefix + headerAlgorithm)
	key, hasKey := c.sentHeader(prefix + headerKey)
	sum, hasSum := c.sentHeader(prefix + headerKeyMD5)
	switch {
	case !hasAlgorithm && !hasKey && !hasSum:
		return encryption{}, nil
	case algorithm != "AES256":
		return encryption{}, refuse(codeBadKeyAlgorithm, "The algorithm of a customer's key is AES256, not %q.", algorithm)
	case !hasKey:
		return encryption{}, refuse(codeMissingKey, "The customer's key is missing.")
	}
	raw, err := base64.StdEncoding.DecodeString(key)
	if err != nil || len(raw) != 32 {
		return encryption{}, refuse(ks3.CodeInvalidArgument, "The customer's key must be the Base64 of 32 bytes.")
	}
	want := md5.Sum(raw)
	if got, err := base64.StdEncoding.DecodeString(sum); err != nil || subtle.ConstantTimeCompare(got, want[:]) != 1 {
		return encryption{}, refuse(codeBadKeyMD5, "The MD5 of the customer's key is missing or is not the key's.")
	}
	return encryption{algorithm, base64.StdEncoding.EncodeToString(want[:])}, nil
}

// checkEncryption makes sure that a request on something that was stored with e
// brings the customer's key where there is one, and none otherwise.
func (c *call) checkEncryption(e encryption) error {
	if err := c.sameAlgorithm(e); err != nil {
		return err
	}
	return c.matchKey(e, "")
}

// checkKeyIfSent is checkEncryption for a call that needs no bytes, and so no key.
func (c *call) checkKeyIfSent(e encryption) error {
	given, err := c.customerKey("")
	if err != nil || given.keyMD5 != "" {
		return c.checkEncryption(e)
	}
	return c.sameAlgorithm(e)
}

// sameAlgorithm wants x-kss-server-side-encryption, which belongs to the call that
// made the object or the upload, to say the same where a later call repeats it
// (minio-go does, on Complete).
func (c *call) sameAlgorithm(e encryption) error {
	algorithm, sent := c.sentHeader(headerEncryption)
	if sent && (e.keyMD5 != "" || algorithm != e.algorithm) {
		return refuse(ks3.CodeInvalidArgument, "The encryption %q is not the one that it was stored with.", algorithm)
	}
	return nil
}

// matchKey is checkEncryption for the headers whose names follow prefix.
func (c *call) matchKey(e encryption, prefix string) error {
	given, err := c.customerKey(prefix)
	switch {
	case err != nil:
		return err
	case given.keyMD5 == e.keyMD5:
		return nil
	case given.keyMD5 == "":
		return refuse(codeMissingKey, "It was stored with a customer's key: the request must bring the same key.")
	case e.keyMD5 == "":
		return refuse(codeInvalidRequest, "It was not stored with a customer's key, and the request brings one.")
	}
	return refuse(codeInvalidRequest, "It was stored with another customer's key than the request brings.")
}

// encryptionHeaders says in the answer how something is encrypted, if it is.
func (c *call) encryptionHeaders(e encryption) {
	switch {
	case e.keyMD5 != "":
		c.setHeader(headerAlgorithm, e.algorithm)
		c.setHeader(headerKeyMD5, e.keyMD5)
	case e.algorithm != "":
		c.setHeader(headerEncryption, e.algorithm)
	}
}
