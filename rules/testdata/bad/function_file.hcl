rule "r" {
  scan {
    buckets      = split(",", file("b.txt")) # ERROR: Unknown function [col 31] | no function reads the clock, the environment or a file
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
