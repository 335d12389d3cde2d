package ui

import "encoding/binary"

// asIcon returns a PNG as the tray takes it: as the one picture of an ICO file, which since Windows Vista may be a PNG.
func asIcon(png []byte) []byte {
	const head = 6 + 16
	ico := binary.LittleEndian.AppendUint16(nil, 0)               // reserved
	ico = binary.LittleEndian.AppendUint16(ico, 1)                // an icon
	ico = binary.LittleEndian.AppendUint16(ico, 1)                // one picture
	ico = append(ico, 0, 0, 0, 0)                                 // its width and height, which the PNG says; no palette
	ico = binary.LittleEndian.AppendUint16(ico, 1)                // planes
	ico = binary.LittleEndian.AppendUint16(ico, 32)               // bits of a pixel
	ico = binary.LittleEndian.AppendUint32(ico, uint32(len(png))) // #nosec G115 -- some kB
	ico = binary.LittleEndian.AppendUint32(ico, head)
	return append(ico, png...)
}
