// Package picturecost tells, by the head of a picture, how much memory the decoders of package image and its neighbours take for it:
// a small file can ask for a lot.
package picturecost

import (
	"encoding/binary"
	"image"
	"image/color"
	"io"
)

// Each is how many bytes a pixel takes while a picture is decoded. c and format are what image.DecodeConfig says of it.
func Each(c image.Config, format string, r io.ReaderAt) int {
	each, parts := depth(c.ColorModel), 3
	switch {
	case format == "tiff":
		return max(each, 4) // whatever its pixels are, their strips come from another memory
	case format != "jpeg":
		return each
	case c.ColorModel == color.GrayModel:
		parts = 1
	case c.ColorModel == color.CMYKModel:
		each, parts = 8, 4 // three planes, black, and what is made of them
	}
	if progressive(r) {
		each += 4 * parts // the coefficients of the whole are kept until the end, as int32
	}
	return each
}

// depth is how many bytes a pixel takes once it is decoded.
func depth(m color.Model) int {
	switch m {
	case color.GrayModel:
		return 1
	case color.YCbCrModel:
		return 3
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	}
	return 4
}

// Marks of a JPEG (ITU T.81, table B.1).
const (
	markBaseline, markExtended, markProgressive = 0xc0, 0xc1, 0xc2
	markScan                                    = 0xda
)

// progressive tells whether a JPEG comes in passes over the whole picture; when in doubt, it does.
func progressive(r io.ReaderAt) bool {
	var head [4]byte
	for at := int64(2); ; {
		if _, err := r.ReadAt(head[:], at); err != nil || head[0] != 0xff {
			return true
		}
		switch head[1] {
		case markBaseline, markExtended:
			return false
		case markProgressive, markScan:
			return true
		case 0xff: // what fills up
			at++
			continue
		}
		at += 2 + int64(binary.BigEndian.Uint16(head[2:]))
	}
}
