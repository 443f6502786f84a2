rule "r" { # ERROR: Missing required block [col 1] | add scan { ... }
  stale {
    older_than = "7d"
  }
}
