# ERROR(3): Unterminated heredoc [col 17] | Write "EOT" alone
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
