package planfile

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
)

// The seal is a skippable zstd frame, which every zstd reader passes over: a magic
// number, the length of what follows, and the SHA-256 of all bytes before that.
const (
	skippableMagic = 0x184D2A50
	frameHeader    = 8
	sealSize       = frameHeader + sha256.Size
)

// magic is what every zstd stream, and so every plan file, begins with.
const magic = "\x28\xb5\x2f\xfd"

func sealHeader() []byte {
	b := binary.LittleEndian.AppendUint32(nil, skippableMagic)
	return binary.LittleEndian.AppendUint32(b, sha256.Size)
}

var (
	errNoSeal  = errors.New("it doesn't end as a plan file ends: it was cut off, or something was added to it")
	errBadSeal = errors.New("its bytes are not those that its checksum was made of")
)

// A sealed reads the part of a file before its seal, and keeps the checksum of what
// was read. An error of the file itself is remembered.
type sealed struct {
	file io.Reader
	left int64 // of the part
	sum  interface {
		io.Writer
		Sum([]byte) []byte
	}
	err error
}

func newSealed(file io.Reader, size int64) *sealed {
	return &sealed{file: file, left: size - sealSize, sum: sha256.New()}
}

func (s *sealed) Read(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	if s.left <= 0 {
		return 0, io.EOF
	}
	n, err := s.file.Read(p[:min(int64(len(p)), s.left)])
	s.left -= int64(n)
	_, _ = s.sum.Write(p[:n]) // a hash never fails
	switch {
	case errors.Is(err, io.EOF) && s.left > 0:
		s.err = errNoSeal // it became shorter while it was read
	case err != nil && !errors.Is(err, io.EOF):
		s.err = err
	}
	if s.err != nil {
		return n, s.err
	}
	return n, nil
}

// verify reads what is left of the part, and the seal, and compares the checksums.
// Nothing may follow.
func (s *sealed) verify() error {
	if _, err := io.Copy(io.Discard, s); err != nil {
		return err
	}
	var tail [sealSize + 1]byte
	n, err := io.ReadFull(s.file, tail[:])
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		s.err = err
		return err
	}
	if n != sealSize || string(tail[:frameHeader]) != string(sealHeader()) {
		return errNoSeal
	}
	_, _ = s.sum.Write(tail[:frameHeader])
	if string(s.sum.Sum(nil)) != string(tail[frameHeader:sealSize]) {
		return errBadSeal
	}
	return nil
}
