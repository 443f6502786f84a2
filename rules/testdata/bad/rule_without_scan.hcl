rule "r" { # ERROR: Missing required block | add scan { ... }
  stale {
    older_than = "7d"
  }
}
