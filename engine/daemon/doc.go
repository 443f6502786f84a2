// Package daemon is the watch: it runs scheduled rules when their time has come,
// one at a time, and tells health and figures over HTTP on a loopback port.
//
// It never decides about an upload and never speaks to a store: what a run does
// is the caller's function. A run that fails or panics is counted and logged;
// the watch goes on. No label of a metric ever holds a key or an upload id.
package daemon
