package engine

import "sync"

const (
	defaultParallelism = 16

	// maxOpen bounds the uploads of one provider that are on their way to an outcome
	// at the same time, those that wait for another try included. It is far above any
	// useful parallelism, so that slow keys hold nobody else, and small enough that
	// memory does not grow with the plan.
	maxOpen = 1024
)

// A pool bounds the requests at once to one provider.
type pool struct {
	open  chan struct{} // holds one for each upload on its way to an outcome
	slots chan struct{} // holds one for each upload with a request in hand; given back while waiting
	hands sync.WaitGroup
}

func newPool(parallelism int) *pool {
	if parallelism <= 0 {
		parallelism = defaultParallelism
	}
	return &pool{open: make(chan struct{}, max(maxOpen, parallelism)), slots: make(chan struct{}, parallelism)}
}

// start runs f in a goroutine that holds a slot, as soon as there is one. Uploads
// that wait for another try hold none, but they stay open: of these there is a
// limit too.
func (p *pool) start(f func()) {
	p.open <- struct{}{}
	p.enter()
	p.hands.Go(func() {
		defer func() { p.leave(); <-p.open }()
		f()
	})
}

func (p *pool) enter() { p.slots <- struct{}{} }
func (p *pool) leave() { <-p.slots }
