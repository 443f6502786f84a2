package emulator

import (
	"hash/crc64"
	"strconv"

	"offcut/engine/ks3"
)

// KS3's SDKs read x-kss-checksum-crc64ecma as a decimal number and compare it
// with the CRC-64 of ECMA-182, reflected, as hash/crc64 has it.
const headerCRC64 = "checksum-crc64ecma"

// A crcJoiner joins the CRC-64 of bytes that follow one another. Parts mostly
// have one size, for which it keeps what it found.
type crcJoiner struct {
	size  int64
	shift uint64 // x to the power of 8 * size, modulo the polynomial
}

// join is the CRC-64 of some bytes whose sum is a, followed by size bytes whose
// sum is b.
func (j *crcJoiner) join(a, b uint64, size int64) uint64 {
	if j.shift == 0 || j.size != size {
		j.size, j.shift = size, powerOfX(uint64(size)*8)
	}
	return multiply(j.shift, a) ^ b
}

// Polynomials over GF(2) are reflected: the highest bit is the factor of 1.
const one = uint64(1) << 63

// multiply is a * b modulo the polynomial of ECMA-182.
func multiply(a, b uint64) uint64 {
	var product uint64
	for ; a != 0; a <<= 1 {
		if a&one != 0 {
			product ^= b
		}
		carry := b & 1
		b >>= 1
		if carry != 0 {
			b ^= crc64.ECMA
		}
	}
	return product
}

// powerOfX is x to the power of n modulo the polynomial of ECMA-182.
func powerOfX(n uint64) uint64 {
	power := one
	for square := one >> 1; n > 0; n >>= 1 {
		if n&1 != 0 {
			power = multiply(power, square)
		}
		square = multiply(square, square)
	}
	return power
}

// checkCRC64 compares what was received with the CRC-64 that the request says,
// where it says one.
func (c *call) checkCRC64(sum uint64) error {
	said, sent := c.sentHeader(headerCRC64)
	if got := strconv.FormatUint(sum, 10); sent && said != got {
		return refuse(ks3.CodeInvalidDigest, "The CRC-64 is %s in the request, and that of the bytes is %s.", said, got)
	}
	return nil
}

func (c *call) answerCRC64(sum uint64) {
	c.setHeader(headerCRC64, strconv.FormatUint(sum, 10))
}
