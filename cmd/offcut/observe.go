package main

import "offcut/engine"

// newObserver returns the observer that logs and draws progress.
func (a *app) newObserver() engine.Observer { return nil }
