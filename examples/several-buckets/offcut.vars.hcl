# Values for the variables of this directory.
teams = ["maps", "photos", "video"]
