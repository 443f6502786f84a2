package emulator

import "testing"

// Uploads that are seeded into a bucket that is deleted meanwhile are refused: the
// next bucket of that name may be somebody else's.
func TestSeedIntoABucketThatGoes(t *testing.T) {
	s := openAt(t, testNow())
	err := s.Seed(t.Context(), func(yield func(SeedUpload) bool) {
		if !yield(SeedUpload{Bucket: "going", Key: "k"}) {
			return
		}
		if w := signed(t, s, "DELETE /going", "localhost", ""); w.Code != 204 {
			t.Error(w.Code, w.Body)
		}
	})
	if err == nil {
		t.Error("they are seeded")
	}
	checkState(t, s)
}
