// Package survey counts what unfinished uploads lie under a bucket's prefix,
// without rules: how many, how large, how old, whose. It lists, reads parts, adds
// up, and suggests thresholds for a rule. It aborts nothing. Its memory does not grow with the
// number of uploads.
package survey
