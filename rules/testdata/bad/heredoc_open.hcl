# ERROR(13): Unterminated template string
rule "r" {
  description = <<EOT
  x
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
