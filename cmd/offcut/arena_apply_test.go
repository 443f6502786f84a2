//go:build unix

package main

import (
	"errors"
	"fmt"
	"net/http"
	"os/user"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"offcut/engine"
)

func TestPromise10_TwoAppliesNeverRunFromOneDataDirectory(t *testing.T) {
	a := openArena(t, 50)
	defer a.close()
	held, release := a.holdAborts(1)
	began := time.Now().UTC()
	first := a.start("apply", "-auto-approve")
	<-held
	second := a.apply(1)
	who, err := user.Current()
	a.must(err)
	for _, want := range []string{
		"is locked by", fmt.Sprintf("process %d of user %s on host ", first.Process.Pid, who.Username),
		`"offcut apply"`, " since " + began.Format("2006-01-02 "),
	} {
		if !strings.Contains(second.stderr.String(), want) {
			t.Errorf("%q is not in\n%s", want, second.said())
		}
	}
	if n := len(a.abortsSeen()); n > 0 {
		t.Errorf("%d aborts were let through", n)
	}
	release()
	if code := first.exit(); code != 0 {
		t.Errorf("exit code %d\n%s", code, first.said())
	}
	m, err := a.remember(".offcut")
	if err = errors.Join(err, a.checkBystanders(), a.checkNothingLeft()); err != nil || len(m) != 1 {
		t.Errorf("%d runs: %v", len(m), err)
	}
}

// holdAborts lets no abort through before release is called. held is closed when
// so many processes, told from each other by their second list of buckets, are about
// to send some.
func (a *arena) holdAborts(processes int) (held <-chan struct{}, release func()) {
	lists, waiting, open := 0, make(chan struct{}), make(chan struct{})
	var mu sync.Mutex
	a.watch(func(r *http.Request) func() {
		action, _, _ := actionOf(r)
		if action == "ListBuckets" {
			mu.Lock()
			if lists++; lists == 2*processes {
				close(waiting)
			}
			mu.Unlock()
		}
		if action == "Abort" {
			select {
			case <-open:
			case <-r.Context().Done():
			}
		}
		return nil
	})
	return waiting, sync.OnceFunc(func() { close(open) })
}

// Two machines work on one bucket, each with a data directory of its own: neither
// fails, each upload has one outcome in each ledger, and is aborted by one of them.
func TestPromise6_TwoAppliesAtOnceFromTwoDataDirectories(t *testing.T) {
	for name, limits := range map[string]string{
		"neither stops":      "\n  limits {\n    max_changed_percent = 100\n  }\n",
		"one may be stopped": "",
	} {
		t.Run(name, func(t *testing.T) {
			a := openArena(t, 300)
			defer a.close()
			a.put("offcut.hcl", strings.TrimSuffix(arenaRules, "}\n")+limits+"}\n")
			held, release := a.holdAborts(2)
			one := a.start("apply", "-auto-approve", "-data-dir", "one")
			two := a.start("apply", "-auto-approve", "-data-dir", "two")
			<-held
			release()
			codes := []int{one.exit(), two.exit()}
			for i, p := range []*running{one, two} {
				stopped := strings.Contains(p.said(), "max_changed_percent")
				if want := map[bool]int{false: 0, true: 3}[stopped && limits == ""]; codes[i] != want {
					t.Errorf("exit code %d, want %d\n%s", codes[i], want, p.said())
				}
			}
			if err := errors.Join(a.checkBystanders(), a.checkShared(limits == "")); err != nil {
				t.Error(err)
			}
			for _, dir := range []string{"one", "two"} {
				a.run(0, "audit", "verify", "-data-dir", dir)
			}
		})
	}
}

// checkShared compares the two ledgers.
func (a *arena) checkShared(mayStop bool) error {
	one, err := a.remember("one")
	two, err2 := a.remember("two")
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	left := a.left()
	for ref := range a.targets {
		results := append(one.of(ref), two.of(ref)...)
		aborted, other := 0, 0
		for _, r := range results {
			switch {
			case r == engine.Aborted:
				aborted++
			case r != engine.Gone && (!mayStop || r != engine.NotAttempted):
				other++
			}
		}
		switch {
		case len(results) != 2 || other > 0 || aborted > 1:
			return fmt.Errorf("%v has the outcomes %q", ref, results)
		case aborted == 1 && left[ref], aborted == 0 && !left[ref], aborted == 0 && !mayStop:
			return fmt.Errorf("%v has the outcomes %q; it is still there: %t", ref, results, left[ref])
		case aborted == 0 && slices.Contains(results, engine.Gone):
			return fmt.Errorf("%v is gone, and nobody aborted it: %q", ref, results)
		}
	}
	return nil
}

// The disk is full at some point of the run: files may grow to a limit and no
// further. Whatever that point is, nothing is aborted that is not on disk as
// intended, the run says so, and with space again the next one settles it.
func TestPromise8_NothingIsAbortedThatTheLedgerCannotTakeDown(t *testing.T) {
	const uploads = 800
	inTheMiddle := 0
	for _, kib := range []int{128, 320, 448, 576, 704} {
		t.Run(fmt.Sprintf("%d KiB", kib), func(t *testing.T) {
			a := openArena(t, uploads)
			defer a.close()
			p := a.startAs("sh", "-c", fmt.Sprintf("ulimit -f %d; exec offcut apply -auto-approve", kib*2)) // in units of 512 bytes
			code := p.exit()
			seen := a.abortsSeen()
			t.Logf("exit code %d after %d aborts: %s", code, len(seen), lastLine(p.stderr.String()))
			switch {
			case code == 0 && len(seen) == uploads:
			case code == 1 && len(seen) == 0 && strings.Contains(p.said(), "nothing was attempted"):
			case code == 3 && strings.Contains(p.said(), "ledger"):
				inTheMiddle++
			default:
				t.Errorf("exit code %d after %d aborts\n%s", code, len(seen), p.said())
			}
			if err := errors.Join(a.checkIntents(seen), a.checkBystanders()); err != nil {
				t.Error(err)
			}
			next := a.apply(0)
			if err := errors.Join(a.checkSettled(seen, next), a.checkBystanders(), a.checkNothingLeft()); err != nil {
				t.Error(err)
			}
		})
	}
	if inTheMiddle == 0 {
		t.Error("no limit was met between the first abort and the last")
	}
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}
