rule { # ERROR: Wrong number of labels [col 1] | rule "NAME" { ... }
}
