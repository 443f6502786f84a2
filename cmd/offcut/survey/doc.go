// Package survey counts what unfinished uploads lie under a bucket's prefix,
// without rules: how many, how large, how old, whose. It lists, reads parts, adds
// up, and reaches no verdict about any upload. Its memory does not grow with the
// number of uploads.
package survey
