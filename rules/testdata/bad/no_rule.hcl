# ERROR(nowhere): No rule block | offcut init
provider "ks3" {}
