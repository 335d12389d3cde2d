package limits

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Rate is a number of bytes a second; 0 is no limit.
type Rate int64

// units are what a rate can be written in; the first one that fits exactly is the one to write it in.
var units = []struct {
	name  string
	bytes float64
}{{"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}}

var errRate = errors.New("want off, or bytes a second such as 10 MB/s or 500 kB/s")

// ParseRate reads what String writes, and the like: "10 MB/s", "1.5MB", "500 kB/s", "off".
func ParseRate(s string) (Rate, error) {
	s = strings.TrimSpace(s)
	if s == "off" || s == "0" || s == "" {
		return 0, nil
	}
	s = strings.TrimSpace(strings.TrimSuffix(s, "/s"))
	for _, u := range units {
		number, found := strings.CutSuffix(s, u.name)
		if !found && u.name == "kB" {
			number, found = strings.CutSuffix(s, "KB")
		}
		if !found {
			continue
		}
		v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		v *= u.bytes
		switch {
		case err != nil || math.IsNaN(v) || v < 0 || v > 1e15:
			return 0, errRate
		case v < minRate:
			return 0, fmt.Errorf("%w; the least is %v", errRate, Rate(minRate))
		}
		return Rate(math.Round(v)), nil
	}
	return 0, errRate
}

// String writes a rate for people.
func (r Rate) String() string {
	if r <= 0 {
		return "off"
	}
	for _, u := range units {
		if v := float64(r) / u.bytes; v >= 1 {
			return strconv.FormatFloat(v, 'f', -1, 64) + " " + u.name + "/s"
		}
	}
	return strconv.FormatFloat(float64(r)/1e3, 'f', -1, 64) + " kB/s"
}
