# A cleanup that runs every night on its own:
#
#   offcut serve examples/scheduled-cleanup
#
# At start it prints when each rule comes due and which rules only plan. For a
# system's own timer (cron, systemd, a Kubernetes CronJob) there is
#
#   offcut serve -once examples/scheduled-cleanup

offcut {
  retention = "400d" # how long the record of what was done is kept

  # Far above a usual night, over all rules together: beyond it nothing is aborted
  # and a person has to look.
  limits {
    max_uploads = 20000
    max_bytes   = "20TiB"
  }
}

provider "ks3" {
  region = "BEIJING"

  # Production traffic of the same account shares the store's request budget.
  requests_per_second = 50
}

# Every night at 03:15 in Shanghai, whatever the zone of the machine. A time
# between 01:00 and 03:00 would be missed or doubled once a year in zones with
# summer time; Shanghai has none.
rule "nightly" {
  description = "Uploads that nobody continued for a week"
  provider    = ks3
  schedule    = "15 3 * * *"
  timezone    = "Asia/Shanghai"
  mode        = "apply" # the only word that lets the daemon abort

  scan {
    buckets  = ["camera-ingest"]
    prefixes = ["incoming/"]
  }

  stale {
    older_than = "7d"
    idle_for   = "48h"
  }

  # What a normal night never reaches. A plan beyond one of these aborts nothing:
  # the run ends as incomplete, and somebody should look.
  limits {
    max_uploads = 2000
    max_bytes   = "1TiB"
    max_percent = 60
  }
}

# A second bucket that is only watched: without mode = "apply" a tick plans and
# reports. mode is about ticks alone. "offcut apply" aborts by this rule too,
# unless it is told -exclude rule.watch_exports.
rule "watch_exports" {
  description = "What two weeks would abort of the exports"
  provider    = ks3
  schedule    = "0 8 * * 1"
  timezone    = "Asia/Shanghai"

  scan {
    buckets      = ["nightly-exports"]
    whole_bucket = true
  }

  stale {
    older_than = "14d"
  }
}
