package filelist

// selection is which of n lines are selected. The cursor is the line the keyboard is at, the anchor the line a range
// starts from; both are -1 when there is none.
type selection struct {
	on             []bool
	count          int
	cursor, anchor int
}

func newSelection(n int) selection { return selection{on: make([]bool, n), cursor: -1, anchor: -1} }

func (s *selection) has(i int) bool { return i >= 0 && i < len(s.on) && s.on[i] }

func (s *selection) put(i int, on bool) {
	if i < 0 || i >= len(s.on) || s.on[i] == on {
		return
	}
	s.on[i] = on
	if on {
		s.count++
	} else {
		s.count--
	}
}

// clear selects nothing and keeps the cursor.
func (s *selection) clear() {
	clear(s.on)
	s.count = 0
}

// only selects one line.
func (s *selection) only(i int) {
	s.clear()
	s.put(i, true)
	s.cursor, s.anchor = i, i
}

// toggle selects or leaves one line and keeps the others.
func (s *selection) toggle(i int) {
	s.put(i, !s.has(i))
	s.cursor, s.anchor = i, i
}

// extend selects the lines from the anchor to i, and no others.
func (s *selection) extend(i int) {
	if s.anchor < 0 {
		s.only(i)
		return
	}
	s.clear()
	for k := min(s.anchor, i); k <= max(s.anchor, i); k++ {
		s.put(k, true)
	}
	s.cursor = i
}

// all selects every line.
func (s *selection) all() {
	for i := range s.on {
		s.on[i] = true
	}
	s.count = len(s.on)
	if s.cursor < 0 && s.count > 0 {
		s.cursor, s.anchor = 0, 0
	}
}
