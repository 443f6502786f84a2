now = "2026-01-31T00:00:00Z"
# ERROR(1): No test block [col 1] | tests nothing
