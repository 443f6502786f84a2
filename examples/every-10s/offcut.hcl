# A schedule to watch: a tick every ten seconds, counted from the start of the
# daemon. Against the built-in server:
#
#   offcut emulator -seed quickstart
#   offcut serve examples/every-10s
#
# The first tick aborts what is stale; the next ones find nothing. curl
# http://127.0.0.1:9180/metrics shows the same in figures.

provider "ks3" {
  region = "BEIJING"
}

rule "tmp" {
  description = "Left-overs under tmp/, looked for every ten seconds"
  provider    = ks3
  schedule    = "@every 10s" # also @hourly, @daily, @weekly, or five cron fields
  mode        = "apply"

  scan {
    buckets  = ["media-prod"]
    prefixes = ["tmp/"]
  }

  stale {
    older_than = "7d"
  }
}
