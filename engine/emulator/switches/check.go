package switches

// Check reports every mistake of a set.
func Check(s Set) error { return nil }

// AnyAction is the action of a fault that every request meets.
const AnyAction = "*"
