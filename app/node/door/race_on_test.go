//go:build race

package door

// slow is how many times slower everything is than usual.
const slow = 5
