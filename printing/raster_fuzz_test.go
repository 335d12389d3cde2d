package printing

import (
	"strings"
	"testing"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

// FuzzRaster: whatever a raster says of itself, nothing is asked of the printer that it doesn't list.
func FuzzRaster(f *testing.F) {
	f.Add([]byte("RaS2PwgRaster"+strings.Repeat("\x00\x00\x01\x2c", 600)), formatPWG)
	f.Add([]byte("RaS2"+strings.Repeat("\xff", 1796)), formatPWG)
	f.Add([]byte("UNIRAST\x00\x00\x00\x00\x01\x08\x00\x03\x04"+strings.Repeat("\x00\x00\x01\x2c", 20)), formatURF)
	caps := ipp.Attrs{
		keywords("sides-supported", "one-sided", "two-sided-long-edge"), keywords("media-supported", "iso_a4_210x297mm", "na_index-4x6_4x6in"),
		goipp.MakeAttr("media-size-supported", goipp.TagBeginCollection, sizeCol(21000, 29700), sizeCol(10160, 15240)),
	}
	f.Fuzz(func(t *testing.T, head []byte, format string) {
		template := withRaster(nil, caps, head, format)
		taken, refused := checkTemplate(template, caps)
		if len(refused) > 0 || len(taken) != len(template) {
			t.Errorf("asks for %v, of which %v are refused", template, refused)
		}
		if _, err := encodeTemplate(template); err != nil {
			t.Error(err)
		}
	})
}
