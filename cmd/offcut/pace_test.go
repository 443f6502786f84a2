package main

import (
	"testing"
	"time"
)

func TestPace(t *testing.T) {
	start := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	type point struct {
		at    time.Duration
		count int64
	}
	steady := func(until time.Duration, perSecond int64) (points []point) {
		for at := time.Duration(0); at <= until; at += 250 * time.Millisecond {
			points = append(points, point{at, int64(at/time.Millisecond) * perSecond / 1000})
		}
		return points
	}
	for _, c := range []struct {
		name   string
		points []point
		want   float64
	}{
		{"nothing", nil, 0},
		{"one count", []point{{0, 5}}, 0},
		{"too early to say", steady(paceSettle-time.Second, 100), 0},
		{"steady", steady(10*time.Second, 100), 100},
		{"steady for long", steady(10*time.Minute, 100), 100},
		{"nothing moves", []point{{0, 7}, {10 * time.Second, 7}, {20 * time.Second, 7}}, 0},
		{"a stall", append(steady(time.Minute, 100), point{90 * time.Second, 6000}, point{121 * time.Second, 6000}), 0},
		{"slower since a while", append(steady(time.Minute, 100), point{75 * time.Second, 6000}, point{90 * time.Second, 6030}), 1},
	} {
		var p pace
		var last point
		for _, last = range c.points {
			p.note(start.Add(last.at), last.count)
		}
		if got := p.perSecond(start.Add(last.at), last.count); got < c.want*0.99 || got > c.want*1.01 {
			t.Errorf("%s: %g a second, want %g", c.name, got, c.want)
		}
		if n := len(p.samples); n > int(paceWindow/paceStep)+2 {
			t.Errorf("%s: %d samples are kept", c.name, n)
		}
	}
}

func TestTimeLeft(t *testing.T) {
	for _, c := range []struct {
		rest      int64
		perSecond float64
		want      string
	}{
		{0, 10, ""},
		{10, 0, ""},
		{-5, 10, ""},
		{1, 1000, "about 5s left"},
		{101, 10, "about 15s left"},
		{600, 10, "about 1m left"},
		{601, 10, "about 1m 10s left"},
		{6001, 10, "about 11m left"},
		{36_010, 10, "about 1h 5m left"},
		{1_000_000, 10, "about 1d 3h left"},
		{1 << 62, 0.001, "about 30d left"},
	} {
		if got := leftPhrase(timeLeft(c.rest, c.perSecond)); got != c.want {
			t.Errorf("%d at %g a second: %q, want %q", c.rest, c.perSecond, got, c.want)
		}
	}
}
