now = "2026-01-31T00:00:00Z"

test "t" {
  mock "upload" "camera" {
    bucket        = "media-prod"
    key           = "raw/a.mp4"
    age           = "9d"
    storage_class = "STANDARD"
  }
  assert {
    condition     = plan.abort.monthly_cost["CNY"] == 0 # ERROR: Currency without a price [col 44] | Write the currency of a price: "USD", or add a price block
    error_message = "x"
  }
  assert {
    condition     = plan.rules["rule.media"].abort.byte == 0 # ERROR: Unsupported attribute [col 51] | Did you mean "bytes"?
    error_message = "x"
  }
}
