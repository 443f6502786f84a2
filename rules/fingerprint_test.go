package rules

import (
	"reflect"
	"testing"
	"time"
)

// TestPromise9_FingerprintCoversEverything changes one field of a configuration after
// the other, also those that are added later.
func TestPromise9_FingerprintCoversEverything(t *testing.T) {
	without := map[string]bool{
		"Config.Protects": true, // honoured as they stand when a plan is applied
		"Provider.Range":  true,
		"Rule.Range":      true,
		"Schedule.Cron":   true, // follows from Text and Timezone
	}
	base := fingerprintConfig().Fingerprint()
	seen := 0
	for n := 0; ; n++ {
		c := fingerprintConfig()
		name := ""
		left := n
		change(reflect.ValueOf(c).Elem(), "", func(field string, v reflect.Value) bool {
			if left--; left >= 0 {
				return false
			}
			name = field
			alter(t, field, v)
			return true
		})
		if name == "" {
			break
		}
		seen++
		if changed := c.Fingerprint() != base; changed == without[name] {
			t.Errorf("a change of %s changes the fingerprint: %v", name, changed)
		}
	}
	if seen < 30 {
		t.Errorf("only %d fields were changed: the walk missed some", seen)
	}
}

func TestPromise9_FingerprintKnowsNoProtects(t *testing.T) {
	c := fingerprintConfig()
	base := c.Fingerprint()
	c.Protects = append(c.Protects, Protect{Address: "protect.new"})
	c.Rules[0].Range = Range{File: "elsewhere.hcl", Line: 7, Col: 3}
	if c.Fingerprint() != base {
		t.Error("a protect or a place changed the fingerprint")
	}
}

func fingerprintConfig() *Config {
	yes := true
	glob, err := ParseGlob("raw/keep/**")
	if err != nil {
		panic(err)
	}
	return &Config{
		Providers: []Provider{{Address: "ks3", AllowedAccounts: []string{"7"}, CheckCompleted: &yes}},
		Rules: []Rule{{
			Address: "rule.raw",
			Scan:    Scan{Buckets: []string{"media"}, Prefixes: []string{"raw/"}, Exclude: []Glob{glob}},
		}},
		Protects: []Protect{{Address: "protect.legal"}},
	}
}

// change calls f for every exported field that is no struct of this package, until f
// says that it changed one.
func change(v reflect.Value, name string, f func(string, reflect.Value) bool) bool {
	switch {
	case v.Kind() == reflect.Struct && v.Type().PkgPath() == "offcut/rules" && v.NumField() > 0 && v.Type().Field(0).IsExported() && v.Type() != reflect.TypeFor[Range]():
		for i := range v.NumField() {
			field := v.Type().Field(i)
			if field.IsExported() && change(v.Field(i), v.Type().Name()+"."+field.Name, f) {
				return true
			}
		}
		return false
	case v.Kind() == reflect.Slice && v.Len() > 0 && v.Type().Elem().Kind() == reflect.Struct && v.Index(0).NumField() > 0 && v.Index(0).Type().Field(0).IsExported() && name != "Config.Protects":
		return change(v.Index(0), name, f)
	default:
		return f(name, v)
	}
}

// alter gives a field another value.
func alter(t *testing.T, name string, v reflect.Value) {
	t.Helper()
	switch x := v.Addr().Interface().(type) {
	case *Range:
		x.Line++
	case *[]Glob, *[]Protect:
		v.SetLen(0)
	case **bool:
		*x = nil
	case **Condition:
		*x = &Condition{text: "true"}
	case *[]Check:
		*x = append(*x, Check{Address: "check.more"})
	case *[]Price:
		*x = append(*x, Price{Address: "price.more"})
	case *[]Discovery:
		*x = append(*x, Discovery{Address: "data.buckets.more"})
	case *[]string:
		*x = append(*x, "more")
	case *time.Duration:
		*x += time.Hour
	default:
		switch v.Kind() {
		case reflect.String:
			v.SetString(v.String() + "x")
		case reflect.Bool:
			v.SetBool(!v.Bool())
		case reflect.Int, reflect.Int64:
			v.SetInt(v.Int() + 1)
		case reflect.Float64:
			v.SetFloat(v.Float() + 1)
		case reflect.Interface: // the schedule
			s, err := ParseSchedule("0 3 * * *", "UTC")
			if err != nil {
				t.Fatal(err)
			}
			v.Set(reflect.ValueOf(s.Cron))
		default:
			t.Fatalf("%s is a %s: say how to change it", name, v.Type())
		}
	}
}
