package bin

import (
	"bytes"
	"io"
	"math"
	"net/http"
	"path"
	"strings"
)

// Limits of looking at a file.
const (
	lookSize  = 4096 // bytes of its beginning
	leastLook = 64   // bytes: fewer don't tell
	slack     = 0.15 // bits by which noise may look more regular than it is
	manySlack = 0.4  // of few bytes
	few       = 1024 // bytes
)

// magics begin files of types that net/http doesn't know: packed ones look like noise.
var magics = [][]byte{
	[]byte("7z\xbc\xaf\x27\x1c"), []byte("\xfd7zXZ\x00"), []byte("\x28\xb5\x2f\xfd"), []byte("BZh"), []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
	[]byte("SQLite format 3\x00"), []byte("\x7fELF"), []byte("MZ"), []byte("fLaC"), []byte("\x04\x22\x4d\x18"), []byte("II*\x00"), []byte("MM\x00*"),
	[]byte("\xff\xfb"), []byte("\xff\xf3"), []byte("\xff\xf1"), []byte("8BPS"), []byte("\x00\x00\x00\x0cjP"), []byte("\xff\x0a"), []byte("LZIP"), []byte("MSCF"),
	[]byte("-----BEGIN"), []byte("age-encryption.org"), []byte("\x85\x01"), []byte("\x85\x02"), []byte("\x84\x5e"), []byte("\x8c\x0d"), // encrypted on purpose
}

// ordinary are the ends of names that files may well be given, many at a time.
var ordinary = set(`7z aac avi bak bin bmp bz2 c cad cfg conf cpp cr2 css csv dat db dbf dng doc docm docx dot dotx dwg dxf eml eps epub exe
 flac gif go gpg gz h heic htm html ico ics indd ini iso java jar jpeg jpg js json key log m4a m4v md mdb mkv mov mp3 mp4 mpeg mpg msg nef
 numbers odg odp ods odt ogg old opus orf orig org otf ott pages pdf pgp php png pot pps ppt pptx ps psd pst py rar raw rb rs rtf rw2 sh sig
 sql sqlite srt stl svg tar tex tgz tif tiff tmp toml ts tsv ttf txt vcf vhd vmdk vob wav webm webp wma wmv woff xls xlsm xlsx xml xz yaml
 yml zip zst`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// NewEnd is the end of a name that a file gets by a move, where that is none that files ordinarily have; else "".
func NewEnd(from, to string) string {
	end := strings.ToLower(strings.TrimPrefix(path.Ext(to), "."))
	if end == "" || ordinary[end] || strings.EqualFold(path.Ext(from), path.Ext(to)) {
		return ""
	}
	return end
}

// Encrypted tells whether a file looks as though it had been encrypted: like noise, and like nothing that is known.
func Encrypted(r io.Reader) bool {
	head := make([]byte, lookSize)
	n, _ := io.ReadFull(r, head)
	head = head[:n]
	if n < leastLook || !noisy(head) {
		return false
	}
	for _, m := range magics {
		if bytes.HasPrefix(head, m) {
			return false
		}
	}
	return http.DetectContentType(head) == "application/octet-stream"
}

func noisy(data []byte) bool {
	most := slack
	if len(data) < few {
		most = manySlack
	}
	return entropy(data) >= noiseOf(len(data))-most
}

// entropy is how many bits a byte of data holds, by how often each value is there (Shannon 1948).
func entropy(data []byte) (bits float64) {
	var counts [256]int
	for _, b := range data {
		counts[b]++
	}
	for _, c := range counts {
		if c > 0 {
			p := float64(c) / float64(len(data))
			bits -= p * math.Log2(p)
		}
	}
	return bits
}

// noiseOf is the entropy that n random bytes have on the average: the less the fewer they are. Each value is there k times by
// the binomial distribution.
func noiseOf(n int) float64 {
	const q = 1.0 / 256
	p, sum := math.Pow(1-q, float64(n)), 0.0
	for k := 0; k <= min(n, 200); k++ {
		if k > 0 {
			sum += p * float64(k) * math.Log2(float64(k))
		}
		p *= float64(n-k) / float64(k+1) * q / (1 - q)
	}
	return math.Log2(float64(n)) - 256*sum/float64(n)
}
