package engine

import (
	"errors"
	"strings"
)

// brief puts an error into words for an outcome, which names its upload and its
// request itself: without them, failures of one cause have one text. requestID is that
// of the answer behind the error, where it has one. What a Store's error leaves out of
// its text for that, its method Brief says.
func brief(err error) (text, requestID string) {
	var long interface {
		error
		Brief() (text, requestID string)
	}
	if !errors.As(err, &long) {
		return err.Error(), ""
	}
	short, requestID := long.Brief()
	return strings.Replace(err.Error(), long.Error(), short, 1), requestID
}
