package view

import (
	"cmp"
	"container/heap"
	"iter"
	"slices"

	"offcut/engine"
)

// A ranked is an item with its place in the plan.
type ranked struct {
	engine.Item
	place int64
}

// larger orders by bytes, the largest first; equals stay in plan order.
func larger(a, b ranked) int {
	return cmp.Or(cmp.Compare(b.Parts.Bytes, a.Parts.Bytes), cmp.Compare(a.place, b.place))
}

// smallestFirst is a heap of the largest items so far with the least of them on top.
type smallestFirst []ranked

func (h smallestFirst) Len() int           { return len(h) }
func (h smallestFirst) Less(i, j int) bool { return larger(h[i], h[j]) > 0 }
func (h smallestFirst) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *smallestFirst) Push(x any)        { *h = append(*h, x.(ranked)) }
func (h *smallestFirst) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

// largest returns the n largest items, the largest first, and how many there
// were. It holds no more than n at a time.
func largest(items iter.Seq2[engine.Item, error], n int) (top []engine.Item, total int64, err error) {
	var h smallestFirst
	for item, err := range items {
		if err != nil {
			return nil, total, err
		}
		total++
		if n < 1 {
			continue
		}
		next := ranked{Item: item, place: total}
		switch {
		case len(h) < n:
			heap.Push(&h, next)
		case larger(next, h[0]) < 0:
			h[0] = next
			heap.Fix(&h, 0)
		}
	}
	slices.SortFunc(h, larger)
	for _, r := range h {
		top = append(top, r.Item)
	}
	return top, total, nil
}

// first returns the first n kept items and how many there were.
func first(items iter.Seq2[engine.KeptItem, error], n int) (top []engine.KeptItem, total int64, err error) {
	for item, err := range items {
		if err != nil {
			return nil, total, err
		}
		if total++; total <= int64(n) {
			top = append(top, item)
		}
	}
	return top, total, nil
}
