rule { # ERROR: Wrong number of labels | rule "NAME" { ... }
}
# ERROR(nowhere): No rule block
