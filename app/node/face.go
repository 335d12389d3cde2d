package node

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Colors are the colours that a PC can have, by name; how each looks in the light and the dark is the window's to say.
var Colors = []string{"blue", "teal", "green", "olive", "orange", "red", "pink", "purple", "grey"}

// Pictures are what a PC can be drawn as. They are built in, so that no picture of another PC is ever decoded.
var Pictures = []string{"pc", "laptop", "desk", "bell", "tools", "shop", "house", "book", "coin", "camera", "palette", "plant"}

// readFace takes what another PC says it looks like, made fit to keep and show. A newer one may know more than this one can draw.
func readFace(f Face) Face {
	f.User = clean(f.User)
	if !slices.Contains(Colors, f.Color) {
		f.Color = ""
	}
	if !slices.Contains(Pictures, f.Picture) {
		f.Picture = ""
	}
	return f
}

// The settings that make up the face of this PC.
var faceKeys = []setting{
	{"user", "who sits at this PC, as the workgroup sees it; empty: it isn't told",
		func(_ *Node, s *settings) string { return s.Face.User },
		func(_ *Node, s *settings, v string) error { return setUser(s, v) }},
	{"color", "the colour of this PC, as the workgroup sees it: " + strings.Join(Colors, ", ") + "; empty: the usual one",
		func(_ *Node, s *settings) string { return s.Face.Color },
		func(_ *Node, s *settings, v string) error { return setOneOf(&s.Face.Color, v, Colors) }},
	{"picture", "the picture of this PC, as the workgroup sees it: " + strings.Join(Pictures, ", ") + "; empty: the usual one",
		func(_ *Node, s *settings) string { return s.Face.Picture },
		func(_ *Node, s *settings, v string) error { return setOneOf(&s.Face.Picture, v, Pictures) }},
}

func setUser(s *settings, v string) error {
	v = strings.TrimSpace(v)
	switch {
	case len(v) > maxPCName:
		return fmt.Errorf("the name of a person has at most %d bytes", maxPCName)
	case clean(v) != v:
		return errors.New("the name of a person is plain text")
	}
	s.Face.User = v
	return nil
}

func setOneOf(to *string, v string, all []string) error {
	if v != "" && !slices.Contains(all, v) {
		return fmt.Errorf("want one of %s", strings.Join(all, ", "))
	}
	*to = v
	return nil
}
