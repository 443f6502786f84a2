package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"offcut/engine"
	"offcut/rules"
)

const evilKey = "raw/\x1b]0;owned\x07\nfake line \u009b31m\u202e\x7f<b>"

// events are one of each kind, with a hostile key.
func events() []engine.Event {
	ref := engine.Ref{Bucket: "media", Key: evilKey, ID: "a1"}
	failed := errors.New("abort " + evilKey + ": 500")
	scope := engine.Scope{Provider: "ks3", Bucket: "media", Prefix: evilKey, Rules: []string{"rule.stale"}, Status: engine.ScopeFailed, Err: failed}
	return []engine.Event{
		engine.ScopeStarted{Scope: scope},
		engine.PageListed{Provider: "ks3", Bucket: "media", RequestID: "r1"},
		engine.ScopeFinished{Scope: scope},
		engine.PartsRead{Provider: "ks3", Ref: ref, Err: failed},
		engine.ApplyStarted{Planned: 1},
		engine.AbortRetried{Rule: "rule.stale", Provider: "ks3", Ref: ref, Attempt: 2, Wait: time.Second, Err: failed},
		engine.AbortAnswered{Rule: "rule.stale", Provider: "ks3", Ref: ref, Receipt: engine.Receipt{Status: 204, RequestID: "r2"}},
		engine.ProofStarted{Uploads: 1},
		engine.OutcomeReached{Outcome: engine.Outcome{
			Item:   engine.Item{Upload: rules.Upload{Provider: "ks3", Bucket: "media", Key: evilKey, ID: "a1"}, Rule: "rule.stale"},
			Result: engine.Failed, RequestID: "r3", Attempts: 3, Err: failed.Error(),
		}},
	}
}

func TestPromise12_NoEscapeFromAKeyReachesALog(t *testing.T) {
	for _, format := range []string{"console", "json"} {
		var out bytes.Buffer
		a := &app{world: world{stderr: &out}}
		if err := a.openLog("debug", format); err != nil {
			t.Fatal(err)
		}
		o := a.newObserver("0123456789abcdef")
		for _, e := range events() {
			o.Observe(e)
		}
		if n := bytes.Count(out.Bytes(), []byte("\n")); n != 6 {
			t.Errorf("%s: %d lines, want 6:\n%s", format, n, out.String())
		}
		for _, r := range out.String() {
			if r != '\n' && !strconv.IsPrint(r) {
				t.Errorf("%s: the log holds the unprintable %U:\n%s", format, r, out.String())
			}
		}
	}
}

func TestLogLinesNameTheUpload(t *testing.T) {
	var out bytes.Buffer
	a := &app{world: world{stderr: &out}}
	if err := a.openLog("info", "json"); err != nil {
		t.Fatal(err)
	}
	o := a.newObserver("0123456789abcdef")
	for _, e := range events() {
		o.Observe(e)
	}
	seen := map[string]map[string]any{}
	for line := range bytes.Lines(out.Bytes()) {
		var fields map[string]any
		if err := json.Unmarshal(line, &fields); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		seen[fields["message"].(string)] = fields
	}
	for message, wanted := range map[string]map[string]any{
		"listed":               {"level": "warn", "bucket": "media", "prefix": evilKey, "status": "failed"},
		"parts read":           {"level": "warn", "key": evilKey, "upload_id": "a1"},
		"abort is tried again": {"level": "warn", "rule": "rule.stale", "key": evilKey, "upload_id": "a1", "attempt": 2.0},
		"abort answered":       {"level": "info", "rule": "rule.stale", "status": 204.0, "request_id": "r2"},
		"outcome":              {"level": "warn", "rule": "rule.stale", "result": "failed", "request_id": "r3"},
	} {
		fields := seen[message]
		if fields == nil {
			t.Errorf("nothing says %q", message)
			continue
		}
		for name, want := range wanted {
			if fields[name] != want {
				t.Errorf("%s: %s is %v, want %v", message, name, fields[name], want)
			}
		}
		if run := fields["run"]; run != "0123456789abcdef" {
			t.Errorf("%s: run is %q", message, run)
		}
	}
}

func TestOpenLogRefusesWhatItDoesNotKnow(t *testing.T) {
	a := &app{world: world{stderr: &bytes.Buffer{}}}
	for _, c := range [][2]string{{"loud", "json"}, {"", "json"}, {"info", "xml"}} {
		if err := a.openLog(c[0], c[1]); err == nil || !strings.Contains(err.Error(), "give") {
			t.Errorf("%v: %v", c, err)
		}
	}
}
