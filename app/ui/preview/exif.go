package preview

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
)

// exif is what a camera says beside a picture (Exif 2.32, CIPA DC-008).
type exif struct {
	turn  turn
	small []byte // a JPEG in small, or nil. It lies in what was read
}

// Tags of TIFF 6.0 and Exif, and the marks of a JPEG (ITU T.81, annex B).
const (
	tagOrientation = 0x0112
	tagSmallAt     = 0x0201
	tagSmallLength = 0x0202

	markStart = 0xd8
	markScan  = 0xda
	markAPP1  = 0xe1
)

// maxTags is how many entries of a directory are looked at: cameras write some twenty.
const maxTags = 200

// readEXIF reads it out of the beginning of a JPEG. Of what makes no sense nothing is believed.
func readEXIF(head []byte) (e exif) {
	e.turn = 1
	if len(head) < 2 || head[0] != 0xff || head[1] != markStart {
		return e
	}
	for rest := head[2:]; len(rest) >= 4 && rest[0] == 0xff && rest[1] != markScan; {
		long := int(binary.BigEndian.Uint16(rest[2:]))
		if long < 2 || 2+long > len(rest) {
			return e
		}
		body := rest[4 : 2+long]
		if t, ok := bytes.CutPrefix(body, []byte("Exif\x00\x00")); ok && rest[1] == markAPP1 {
			e.read(t)
			return e
		}
		rest = rest[2+long:]
	}
	return e
}

// read reads a TIFF structure: two directories, of the picture and of the small one.
func (e *exif) read(t []byte) {
	if len(t) < 8 {
		return
	}
	var order binary.ByteOrder = binary.LittleEndian
	if t[0] == 'M' {
		order = binary.BigEndian
	}
	values, next := readDirectory(t, order, int64(order.Uint32(t[4:])))
	if o := turn(values[tagOrientation]); o >= 1 && o <= 8 {
		e.turn = o
	}
	values, _ = readDirectory(t, order, next)
	at, long := int64(values[tagSmallAt]), int64(values[tagSmallLength])
	if at > 0 && long > 2 && at+long <= int64(len(t)) {
		e.small = t[at : at+long]
	}
}

// readDirectory reads the plain numbers of a directory, and where the next one begins.
func readDirectory(t []byte, order binary.ByteOrder, at int64) (values map[uint16]uint32, next int64) {
	values = map[uint16]uint32{}
	if at < 8 || at+2 > int64(len(t)) {
		return values, 0
	}
	count := int64(order.Uint16(t[at:]))
	entries := t[at+2:]
	if count > maxTags || int64(len(entries)) < 12*count {
		return values, 0
	}
	for i := range count {
		entry := entries[12*i:]
		switch order.Uint16(entry[2:]) {
		case 3: // a short
			values[order.Uint16(entry)] = uint32(order.Uint16(entry[8:]))
		case 4: // a long
			values[order.Uint16(entry)] = order.Uint32(entry[8:])
		}
	}
	if end := entries[12*count:]; len(end) >= 4 {
		next = int64(order.Uint32(end))
	}
	return values, next
}

// turn is how a picture is to be turned to stand the right way up, as the tag Orientation has it: 1 not at all.
type turn int

// aside tells whether width and height change places.
func (o turn) aside() bool { return o >= 5 }

// apply turns a picture.
func (o turn) apply(img *image.RGBA) *image.RGBA {
	if o <= 1 {
		return img
	}
	size := img.Rect.Size()
	wide, tall := size.X, size.Y
	if o.aside() {
		wide, tall = tall, wide
	}
	out := image.NewRGBA(image.Rect(0, 0, wide, tall))
	for y := range tall {
		for x := range wide {
			fx, fy := x, y
			switch o {
			case 2:
				fx = wide - 1 - x
			case 3:
				fx, fy = wide-1-x, tall-1-y
			case 4:
				fy = tall - 1 - y
			case 5:
				fx, fy = y, x
			case 6:
				fx, fy = y, wide-1-x
			case 7:
				fx, fy = tall-1-y, wide-1-x
			case 8:
				fx, fy = tall-1-y, x
			}
			copy(out.Pix[out.PixOffset(x, y):][:4], img.Pix[img.PixOffset(fx, fy):][:4])
		}
	}
	return out
}

// HeadSize is how much of a JPEG holds what Small needs, in bytes: a segment of it has 64 KiB at most, and what cameras say
// is in the first or the second.
const HeadSize = 128 << 10

// leastSmall is how large a small picture must be to be shown in place of the whole, in pixels of its longer side; cameras
// make it 160.
const leastSmall = 120

// Small draws the small picture that a camera has put into the beginning of a JPEG, as Picture does; nil when there is none
// that can be used. Stripes that fill it up to another shape than that of the picture are cut off.
func (v *Viewer) Small(ctx context.Context, head []byte, box image.Point) *image.RGBA {
	e := readEXIF(head)
	if e.small == nil {
		return nil
	}
	shape, err := bearable(ctx, bytes.NewReader(head))
	if err != nil {
		return nil
	}
	v.decoding.Lock()
	defer v.decoding.Unlock()
	img, err := decodeFrom(ctx, bytes.NewReader(e.small), image.Pt(keptSide, keptSide))
	if err != nil || max(img.Rect.Dx(), img.Rect.Dy()) < leastSmall {
		return nil
	}
	size := img.Rect.Size()
	inner := within(shape, size)
	offset := size.Sub(inner).Div(2)
	cut := img.SubImage(image.Rectangle{Min: offset, Max: offset.Add(inner)})
	if e.turn.aside() {
		box = image.Pt(box.Y, box.X)
	}
	return e.turn.apply(Shrink(cut, box))
}
