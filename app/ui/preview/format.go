package preview

import (
	"path"
	"strings"
)

// Shows is the way in which a file can be looked at here.
type Shows int

// The ways.
const (
	None Shows = iota
	Picture
	Pages // a PDF
	Words // a text
)

// FormatOf tells by a file's name how it can be looked at. What it really is, its content says.
func FormatOf(name string) Shows { return formats[strings.ToLower(path.Ext(name))] }

// IsCode tells whether a text is one whose letters should all be as wide, by its file's name.
func IsCode(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return formats[ext] == Words && !strings.Contains(prose, ext+" ")
}

const prose = ".txt .md .rst .tex .srt "

var formats = func() map[string]Shows {
	all := map[string]Shows{}
	for way, endings := range map[Shows]string{
		Picture: ".jpg .jpeg .jpe .png .gif .webp .bmp .tif .tiff",
		Pages:   ".pdf",
		Words: prose + ".log .csv .tsv .json .xml .yaml .yml .toml .ini .conf .cfg .html .htm .css .js .ts .go .py .c .h .cpp .hpp .cs .java .kt .rs .rb .php .pl .lua .r .sh .bat .cmd .ps1 " +
			".sql .diff .patch .vcf .ics .eml .gcode .nc .tap .svg .dxf .env .properties .desktop .service .m3u .bib",
	} {
		for _, e := range strings.Fields(endings) {
			all[e] = way
		}
	}
	return all
}()
