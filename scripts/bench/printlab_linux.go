package main

import (
	"fmt"
	"testing"
)

// printingtestTB is what of a test the print systems of printingtest don't ask for.
type printingtestTB = testing.TB

// failure is a panic by which a print system says that it can't go on.
type failure struct{ error }

func (l *cupsLab) Helper()                           {}
func (l *cupsLab) Cleanup(end func())                { l.ends = append(l.ends, end) }
func (l *cupsLab) Failed() bool                      { return false }
func (l *cupsLab) Fatal(args ...any)                 { panic(failure{fmt.Errorf("%s", fmt.Sprint(args...))}) }
func (l *cupsLab) Fatalf(format string, args ...any) { panic(failure{fmt.Errorf(format, args...)}) }
func (l *cupsLab) Skipf(format string, args ...any)  { l.Fatalf(format, args...) }
func (l *cupsLab) Logf(string, ...any)               {}

// end ends all, and makes an error of what one of them gave up for. It is to be deferred.
func (l *cupsLab) end(err *error) {
	why := recover()
	for i := len(l.ends) - 1; i >= 0; i-- {
		l.ends[i]()
	}
	if failed, ok := why.(failure); ok {
		*err = failed.error
	} else if why != nil {
		panic(why)
	}
}
