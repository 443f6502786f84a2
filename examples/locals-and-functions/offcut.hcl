# Names and numbers that are computed once, from one table. Locals may stand in any
# order and use each other; functions have Terraform's names.

locals {
  # Who uploads what, as it stands in the team's own table.
  table = csvdecode(<<-CSV
    team,bucket,days
    maps,ingest-maps,7
    photos,ingest-photos,3
    video,ingest-video,21
  CSV
  )

  buckets = distinct([for row in local.table : row.bucket])

  # The slowest team decides: what it needs is enough for all.
  days       = max([for row in local.table : tonumber(row.days)]...)
  older_than = format("%dd", local.days)

  scratch = [for name in ["tmp", "upload", "parts"] : "${lower(name)}/"]
}

provider "ks3" {
  region = "BEIJING"
}

rule "ingest" {
  description = "Scratch of ${join(", ", [for row in local.table : title(row.team)])}"

  scan {
    buckets  = local.buckets
    prefixes = local.scratch
  }

  stale {
    older_than = local.older_than
    idle_for   = format("%dh", local.days * 24 / 7) # a day for every week
  }
}
