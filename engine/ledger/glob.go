package ledger

import (
	"database/sql/driver"
	"sync"

	"modernc.org/sqlite"

	"offcut/rules"
)

// registered makes the globs of the language a function of SQLite, for all connections
// that are opened after its first call.
//
//nolint:gochecknoglobals // SQLite's driver knows functions by name, once in a process.
var registered = sync.OnceValue(func() error {
	var globs sync.Map // by their text: a query asks about every row with the same one
	return sqlite.RegisterDeterministicScalarFunction("offcut_glob", 2, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		pattern, key := textOf(args[0]), textOf(args[1])
		known, ok := globs.Load(pattern)
		if !ok {
			glob, err := rules.ParseGlob(pattern)
			if err != nil {
				return nil, err
			}
			known, _ = globs.LoadOrStore(pattern, glob)
		}
		if known.(rules.Glob).Match(key) {
			return int64(1), nil
		}
		return int64(0), nil
	})
})

func textOf(v driver.Value) string {
	switch v := v.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	}
	return ""
}
