//go:build linux

package main

import (
	"testing"

	"lanyard/app/officetest"
)

func TestMain(m *testing.M) { officetest.Main(m) }
