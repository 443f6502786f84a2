package ledger

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"offcut/engine"
)

const killedDir = "LEDGER_TEST_KILLED_DIR"

// TestKilledChild is the process that TestPromise8_KilledAtAnyInstant kills. It tells
// what is so once it is so: a run that has begun, an intent that was promised, an
// end; and what it is about to say: an answer, an outcome.
func TestKilledChild(t *testing.T) {
	dir := os.Getenv(killedDir)
	if dir == "" {
		t.Skip("runs within another test")
	}
	l, err := Open(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; ; n++ {
		plan := fmt.Sprintf("plan-%d-%d", os.Getpid(), n)
		list := variedItems(700, n)
		log, err := l.Begin(aRun(plan), sequence(list))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("begun", plan, len(list))
		for i, item := range list {
			if err := log.Intend(item.Upload.Provider, int64(i)); err != nil {
				t.Fatal(err)
			}
			fmt.Println("intended", plan, i)
			if i%3 > 0 {
				fmt.Println("answered", plan, i)
				log.Answered(int64(i), engine.Receipt{RequestID: "req"}, epoch)
			}
			if i%2 == 0 {
				fmt.Println("concluded", plan, i)
				log.Conclude(anOutcome(i, item, engine.Aborted))
			}
		}
		for i := 1; i < len(list); i += 2 {
			fmt.Println("concluded", plan, i)
			log.Conclude(anOutcome(i, list[i], engine.Gone))
		}
		if err := log.Finish(endAt(epoch)); err != nil {
			t.Fatal(err)
		}
		fmt.Println("finished", plan, 0)
	}
}

// A witness is what a killed child told of one plan.
type witness struct {
	intended, answered, concluded map[int64]bool
	items                         int64
	finished                      bool
}

// killChild runs the child, kills it a while after its first line that holds a word,
// and returns what it told.
func killChild(t *testing.T, dir, word string, after time.Duration) map[string]*witness {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledChild$", "-test.v")
	cmd.Env = append(os.Environ(), killedDir+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	plans := map[string]*witness{}
	var timer *time.Timer
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if timer == nil && strings.Contains(lines.Text(), word) {
			timer = time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
		}
		words := strings.Fields(lines.Text())
		if strings.Contains(lines.Text(), "FAIL") {
			t.Error(lines.Text())
		}
		if len(words) != 3 {
			continue
		}
		w := plans[words[1]]
		if w == nil {
			w = &witness{intended: map[int64]bool{}, answered: map[int64]bool{}, concluded: map[int64]bool{}}
			plans[words[1]] = w
		}
		n, err := strconv.ParseInt(words[2], 10, 64)
		if err != nil {
			continue // cut by the kill, or a line of the test's own
		}
		switch words[0] {
		case "begun":
			w.items = n
		case "intended":
			w.intended[n] = true
		case "answered":
			w.answered[n] = true
		case "concluded":
			w.concluded[n] = true
		case "finished":
			w.finished = true
		}
	}
	_ = cmd.Wait() // it was killed
	delete(plans, "RUN")
	return plans
}

func TestPromise8_KilledAtAnyInstant(t *testing.T) {
	dir := t.TempDir()
	rounds := 20
	if testing.Short() {
		rounds = 5
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	settled := 0
	for round := range rounds {
		word := "" // any line: it may not have opened the ledger yet
		if round%2 == 1 {
			word = "begun" // however slow the machine is
		}
		plans := killChild(t, dir, word, time.Duration(random.IntN(250_000))*time.Microsecond)
		settled += settleKilled(t, dir, plans)
	}
	if settled == 0 {
		t.Error("no kill left an unfinished run")
	}
	t.Logf("%d runs were settled", settled)
}

// settleKilled looks at what a killed child left, settles it, and looks again.
func settleKilled(t *testing.T, dir string, plans map[string]*witness) (settled int) {
	t.Helper()
	l, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer closeNow(t, l)
	before := verify(t, l)
	wantWhole(t, before, before.Rows)
	open := map[string]bool{}
	for _, u := range unsettled(t, l) {
		settled++
		open[u.Run.ID] = true
		w := plans[u.Run.ID]
		if w == nil { // killed before it could tell
			w = &witness{}
		}
		if w.finished {
			t.Errorf("%s finished, and is unsettled", u.Run.ID)
		}
		w.check(t, l, u)
		finish(t, u.Log, engine.RunEnd{Finished: epoch, SettledBy: "test"})
	}
	after := verify(t, l)
	wantWhole(t, after, after.Rows)
	for plan, w := range plans {
		runs := all(t, l.Runs(t.Context(), Filter{Run: plan}))
		runs = runs[:min(1, len(runs))]
		if w.items > 0 && (len(runs) != 1 || !runs[0].Settled || !open[plan] && !w.finished && int64(len(w.concluded)) < w.items) {
			t.Errorf("%s begun, %d runs of it are there, finished %v, unsettled %v", plan, len(runs), w.finished, open[plan])
		}
		sums, err := l.Sums(t.Context(), Filter{Run: plan})
		if err != nil {
			t.Fatal(err)
		}
		n := int64(0)
		for _, sum := range sums {
			n += sum.Uploads
		}
		if n < w.items {
			t.Errorf("%s planned %d uploads, %d outcomes are there", plan, w.items, n)
		}
	}
	return settled
}

// check compares the doubts of a run with what was told, and concludes them.
func (w *witness) check(t *testing.T, l *Ledger, u engine.Unsettled) {
	t.Helper()
	doubtful := map[int64]bool{}
	for d, err := range u.Doubts {
		if err != nil {
			t.Fatal(err)
		}
		doubtful[d.Seq] = true
		if w.intended[d.Seq] && !d.Intended {
			t.Errorf("%s: item %d was told as intended, and is not", u.Run.ID, d.Seq)
		}
		if d.Answered && !w.answered[d.Seq] {
			t.Errorf("%s: item %d is answered, and never was", u.Run.ID, d.Seq)
		}
		o := anOutcome(int(d.Seq), d.Item, engine.NotAttempted)
		o.Err = "settled"
		u.Log.Conclude(o)
	}
	for e, err := range l.Outcomes(t.Context(), Filter{Run: u.Run.ID}) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Err != "settled" && (!w.concluded[e.Seq] || doubtful[e.Seq]) {
			t.Errorf("%s: item %d has an outcome, and never had one", u.Run.ID, e.Seq)
		}
	}
}
