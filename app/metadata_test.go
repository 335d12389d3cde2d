package main

import (
	"bytes"
	"os"
	"testing"

	"github.com/BurntSushi/toml"
)

// A program that `go build` made has no FyneApp.toml beside it, so main carries the same facts itself.
func TestMetadataIsThatOfFyneApp(t *testing.T) {
	var file struct {
		Details struct {
			Icon, Name, ID, Version string
			Build                   int
		}
		Migrations map[string]bool
	}
	if _, err := toml.DecodeFile("../FyneApp.toml", &file); err != nil {
		t.Fatal(err)
	}
	d := file.Details
	if metadata.ID != d.ID || metadata.Name != d.Name || metadata.Version != d.Version || metadata.Build != d.Build {
		t.Errorf("main says %s %s %s build %d, FyneApp.toml says %s %s %s build %d",
			metadata.ID, metadata.Name, metadata.Version, metadata.Build, d.ID, d.Name, d.Version, d.Build)
	}
	if metadata.Migrations["fyneDo"] != file.Migrations["fyneDo"] {
		t.Errorf("main says fyneDo = %v, FyneApp.toml says %v", metadata.Migrations["fyneDo"], file.Migrations["fyneDo"])
	}
	icon, err := os.ReadFile("../" + d.Icon)
	if err != nil {
		t.Fatal(err)
	}
	if metadata.Icon == nil || !bytes.Equal(metadata.Icon.Content(), icon) {
		t.Errorf("main's icon is not %s", d.Icon)
	}
}
