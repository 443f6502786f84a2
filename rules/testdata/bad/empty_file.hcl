# ERROR(nowhere): No rule block
