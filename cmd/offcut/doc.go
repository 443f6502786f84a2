// This room is the desk: it turns flags into values, asks the rooms behind it to
// work, and hands what they found to package view.
//
// No decision about an upload is taken here. Only apply and serve reach the
// engine's writer, and only through engine.Apply. Results go to standard output;
// diagnostics, logs and the progress line go to standard error. Nothing here
// changes the process's directory or ends the process: run returns an exit code.
package main
