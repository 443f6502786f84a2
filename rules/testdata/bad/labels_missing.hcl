rule { # ERROR: Wrong number of labels | rule "NAME" { ... }
}
