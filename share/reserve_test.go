package share

import "testing"

func TestReserve(t *testing.T) {
	const gib = 1 << 30
	for _, c := range []struct{ total, reserve int64 }{
		{0, 0}, {2 << 20, 2 << 20 / 20}, {gib, gib / 20}, {8 * gib, 256 << 20}, {100 * gib, gib}, {250 * gib, gib * 5 / 2}, {400 * gib, 4 * gib}, {16_000 * gib, 4 * gib},
	} {
		if got := reserveOf(c.total); got != c.reserve {
			t.Errorf("of %d MiB %d MiB are left, want %d", c.total>>20, got>>20, c.reserve>>20)
		}
	}
}
