package emulator

import (
	"sync"

	"offcut/engine/ks3"
)

// maxSigningKeys bounds what is kept of signing keys; each is a few hundred
// bytes, and a busy server needs one for a user and a day.
const maxSigningKeys = 1024

// signingKeys keep the signing keys of V4, which take four rounds of HMAC to
// make. A key is kept once a signature was right, so that strangers can't fill
// the room.
type signingKeys struct {
	mu   sync.RWMutex
	keys map[signingKeyID]ks3.KeyV4
}

type signingKeyID struct {
	native                 bool
	accessKey, day, region string
}

func keyID(d ks3.Dialect, user User, a authorization) signingKeyID {
	return signingKeyID{native: d == ks3.Native, accessKey: user.AccessKeyID, day: a.day, region: a.region}
}

// get gives the signing key, and whether it was at hand.
func (s *signingKeys) get(d ks3.Dialect, user User, a authorization) (key ks3.KeyV4, cached bool) {
	s.mu.RLock()
	key, cached = s.keys[keyID(d, user, a)]
	s.mu.RUnlock()
	if !cached {
		key = ks3.NewKeyV4(d, user.SecretAccessKey, a.day, a.region)
	}
	return key, cached
}

func (s *signingKeys) put(d ks3.Dialect, user User, a authorization, key ks3.KeyV4) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.keys == nil || len(s.keys) >= maxSigningKeys {
		// The days that have passed are forgotten in one go.
		s.keys = map[signingKeyID]ks3.KeyV4{}
	}
	s.keys[keyID(d, user, a)] = key
}
