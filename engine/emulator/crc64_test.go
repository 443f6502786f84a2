package emulator

import (
	"hash/crc64"
	"testing"

	"pgregory.net/rapid"
)

func TestJoinedCRCsAreThoseOfTheWhole(t *testing.T) {
	table := crc64.MakeTable(crc64.ECMA)
	rapid.Check(t, func(t *rapid.T) {
		var whole []byte
		var joined uint64
		var j crcJoiner
		for _, piece := range rapid.SliceOf(rapid.SliceOfN(rapid.Byte(), 0, 300)).Draw(t, "pieces") {
			whole = append(whole, piece...)
			joined = j.join(joined, crc64.Checksum(piece, table), int64(len(piece)))
		}
		if want := crc64.Checksum(whole, table); joined != want {
			t.Fatalf("%d, want %d", joined, want)
		}
	})
}

func BenchmarkJoinTenThousandParts(b *testing.B) {
	for b.Loop() {
		var j crcJoiner
		var sum uint64
		for i := range uint64(maxPartNumber) {
			sum = j.join(sum, i, minPartSize+int64(i)) // the worst: no two sizes agree
		}
	}
}
