variable "idle" {
  type    = string
  default = "2d"
}

provider "ks3" {
  min_bandwidth = "24KiB"
}

provider "s3" {
  alias         = "enough"
  min_bandwidth = "5GiB"
}

rule "standard" {
  provider = ks3
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale { # ERROR: Idle time shorter than a part takes [col 3] | idle_for is 24h by default, but the largest part, 5.0 GiB, takes 2d12h40m54s at min_bandwidth = "24KiB" of provider ks3 (main.hcl:6)
    older_than = "7d"
  }
}

rule "given" {
  provider = ks3
  scan {
    buckets  = ["media"]
    prefixes = ["tmp/"]
  }
  stale {
    older_than = "7d"
    idle_for   = var.idle # ERROR: Idle time shorter than a part takes [col 18] | Write idle_for = "2d13h" or more, or min_bandwidth = "31KiB" or more
  }
}

rule "just_enough" {
  provider = ks3
  scan {
    buckets  = ["media"]
    prefixes = ["log/"]
  }
  stale {
    older_than = "7d"
    idle_for   = "2d12h40m54s"
  }
}

rule "fast" {
  provider = s3.enough
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}

rule "a_second_too_short" {
  provider = ks3
  scan {
    buckets  = ["media"]
    prefixes = ["bin/"]
  }
  stale {
    older_than = "7d"
    idle_for   = "2d12h40m53s" # ERROR: Idle time shorter than a part takes [col 18] | takes 2d12h40m54s
  }
}
