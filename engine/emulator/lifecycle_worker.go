package emulator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"offcut/engine/emulator/lifecycle"
)

// A LifecycleEvent is one thing that a bucket's lifecycle did.
type LifecycleEvent struct {
	Time        time.Time
	Bucket, Key string
	UploadID    string // of an abort
	Rule        string // its ID, which may be empty
	Action      lifecycle.Action
	Class       string // the new storage class, of a transition
}

// A LifecycleRun says what one run did, by bucket. Buckets without a lifecycle
// are left out.
type LifecycleRun struct {
	Buckets map[string]LifecycleCounts `json:"buckets"`
}

// LifecycleCounts count uploads that were aborted, and objects.
type LifecycleCounts struct {
	Aborted      int `json:"aborted"`
	Expired      int `json:"expired"`
	Transitioned int `json:"transitioned"`
}

// ServeLifecycle runs the lifecycle of all buckets now and then after every
// interval, until ctx ends. What is due at midnight is done within one interval
// of it. failed is called with the error of a run; the next run comes all the
// same.
func (s *Server) ServeLifecycle(ctx context.Context, every time.Duration, failed func(error)) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		if _, err := s.RunLifecycle(ctx); err != nil && ctx.Err() == nil {
			failed(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// RunLifecycle does at once what the lifecycles of all buckets ask for at this
// instant, and says what was done, also where it returns an error. A bucket that
// fails does not keep the others from their turn. What is completed, replaced or
// put meanwhile is judged anew before it is touched.
func (s *Server) RunLifecycle(ctx context.Context) (LifecycleRun, error) {
	run := LifecycleRun{Buckets: map[string]LifecycleCounts{}}
	names, err := s.bucketNames()
	if err != nil {
		return run, fmt.Errorf("run the lifecycles: %w", err)
	}
	var errs []error
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			errs = append(errs, fmt.Errorf("run the lifecycles: %w", err))
			break
		}
		w := lifecycleWorker{Server: s, bucket: name, now: s.now()}
		if err := w.run(ctx); err != nil {
			errs = append(errs, fmt.Errorf("run the lifecycle of bucket %s: %w", name, err))
		}
		if w.setting != nil {
			run.Buckets[name] = w.counts
		}
	}
	return run, errors.Join(errs...)
}

func (s *Server) bucketNames() (names []string, err error) {
	err = s.store.view(func(t tables) error {
		return t.buckets.ForEach(func(name, _ []byte) error {
			names = append(names, string(name))
			return nil
		})
	})
	return names, err
}

// serveLifecycle answers POST /-/lifecycle.
func (s *Server) serveLifecycle(w http.ResponseWriter, r *http.Request) {
	run, err := s.RunLifecycle(r.Context())
	if err != nil {
		answerJSON(w, http.StatusInternalServerError, map[string]string{"error": err.Error()})
		return
	}
	answerJSON(w, http.StatusOK, run)
}

// Bounds of one transaction: rows that a reading one looks at, rows that a
// writing one decides, and files after which it takes no further row, so that
// nobody waits long for it.
const (
	lifecycleScan  = 10_000
	lifecycleBatch = 100
	lifecycleFiles = 1_000
)

// A lifecycleWorker does what is due in one bucket.
type lifecycleWorker struct {
	*Server
	bucket  string
	now     time.Time
	setting []byte // the row that rules was read from; nil where there is none
	rules   *lifecycle.Configuration
	counts  LifecycleCounts
}

// run reads the bucket's lifecycle and does what it asks for.
func (w *lifecycleWorker) run(ctx context.Context) error {
	err := w.store.view(func(t tables) error {
		w.setting = bytes.Clone(t.settings.Get(settingKey(w.bucket, settingLifecycle)))
		return nil
	})
	if err != nil || w.setting == nil {
		return err
	}
	l, err := decodeLifecycle(w.setting)
	if err != nil {
		return err
	}
	if w.rules, err = lifecycle.Parse([]byte(l.text)); err != nil {
		return err
	}
	var errs []error
	uploads, objects := w.rules.Enabled()
	if uploads {
		errs = append(errs, w.sweep(ctx, openUploads{w}))
	}
	if objects {
		errs = append(errs, w.sweep(ctx, storedObjects{w}))
	}
	return errors.Join(errs...)
}

// A subject is what rules act on: uploads or objects.
type subject interface {
	// rows walks through the table.
	rows(tables) rowCursor
	// read gives a row by its key, nil where it is gone.
	read(t tables, row []byte) []byte
	// judge tells what is due of a row. It keeps nothing of what it is given.
	judge(key, value []byte) (lifecycle.Decision, bool, error)
	// act does it, and returns the files that are left over.
	act(t tables, row, value []byte, d lifecycle.Decision) ([]fileID, error)
}

// sweep finds what is due, as many rows at a time as one transaction may look
// at, and does it.
func (w *lifecycleWorker) sweep(ctx context.Context, what subject) error {
	var errs []error
	for from := scopeKey(w.bucket, ""); from != nil; {
		due, next, err := w.find(what, from)
		for err == nil && len(due) > 0 {
			if err = ctx.Err(); err != nil {
				break
			}
			var done int
			if done, err = w.decide(what, due, &errs); done == 0 {
				next = nil
				break
			}
			due = due[done:]
		}
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		from = next
	}
	return errors.Join(errs...)
}

// find looks at some rows from one on. It returns those that are due and the row
// to go on from, nil at the end.
func (w *lifecycleWorker) find(what subject, from []byte) (due [][]byte, next []byte, err error) {
	scope := appendScope(nil, w.bucket)
	err = w.store.view(func(t tables) error {
		cursor := what.rows(t)
		k, v := cursor.Seek(from)
		for n := 0; hasPrefix(k, scope); k, v = cursor.Next() {
			if n++; n > lifecycleScan {
				next = bytes.Clone(k)
				return nil
			}
			key, _, err := splitRow(k, scope)
			if err != nil {
				return err
			}
			_, isDue, err := what.judge(key, v)
			if err != nil {
				return err
			}
			if isDue {
				due = append(due, bytes.Clone(k))
			}
		}
		return nil
	})
	return due, next, err
}

// decide judges the first rows of due again, in the transaction that acts on
// them, and says how many it decided: none where the bucket's lifecycle was
// changed or deleted meanwhile, which ends the run for it. Files are removed
// once nothing names them; those that can't be are told in errs.
func (w *lifecycleWorker) decide(what subject, due [][]byte, errs *[]error) (done int, err error) {
	var files []fileID
	var events []LifecycleEvent
	err = w.store.change(func(t tables) error {
		done, files, events = 0, nil, nil
		if !bytes.Equal(t.settings.Get(settingKey(w.bucket, settingLifecycle)), w.setting) {
			return nil
		}
		for done < min(len(due), lifecycleBatch) && len(files) < lifecycleFiles {
			event, left, err := w.handle(t, what, due[done])
			if err != nil {
				return err
			}
			done++
			files = append(files, left...)
			if event.Action != "" {
				events = append(events, event)
			}
		}
		return nil
	})
	if err != nil {
		return done, err
	}
	if err := w.files.remove(files); err != nil {
		*errs = append(*errs, err)
	}
	for _, e := range events {
		w.tell(e)
	}
	return done, nil
}

// handle does what is due of one row. The event has no action where nothing is.
func (w *lifecycleWorker) handle(t tables, what subject, row []byte) (LifecycleEvent, []fileID, error) {
	value := what.read(t, row)
	if value == nil {
		return LifecycleEvent{}, nil, nil
	}
	key, id, err := splitRow(row, appendScope(nil, w.bucket))
	if err != nil {
		return LifecycleEvent{}, nil, err
	}
	d, due, err := what.judge(key, value)
	if err != nil || !due {
		return LifecycleEvent{}, nil, err
	}
	files, err := what.act(t, row, value, d)
	return LifecycleEvent{
		Time: w.now, Bucket: w.bucket, Key: string(key), UploadID: string(id),
		Rule: d.Rule, Action: d.Action, Class: d.Class,
	}, files, err
}

// tell counts an event that is committed and passes it on.
func (w *lifecycleWorker) tell(e LifecycleEvent) {
	switch e.Action {
	case lifecycle.Abort:
		w.counts.Aborted++
	case lifecycle.Expire:
		w.counts.Expired++
	case lifecycle.Transition:
		w.counts.Transitioned++
	}
	if w.lifecycle != nil {
		w.lifecycle(e)
	}
}
