package filelist

import (
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"

	"lanyard/app/ui/look"
)

// Kind is what sort of thing an item is, as far as its name tells.
type Kind int

// The kinds.
const (
	Other Kind = iota
	Folder
	Text
	Sheet
	Picture
	Music
	Film
	Archive
	Program
)

// KindOf returns the kind of a file by its name's ending.
func KindOf(name string, folder bool) Kind {
	if folder {
		return Folder
	}
	return kinds[strings.ToLower(filepath.Ext(name))]
}

var kindIcons = [...]fyne.Resource{
	Other: look.Quiet(look.IconFile), Folder: look.IconFolderFull, Text: look.Quiet(look.IconText), Sheet: look.Quiet(look.IconSheet),
	Picture: look.Quiet(look.IconImage), Music: look.Quiet(look.IconMusic), Film: look.Quiet(look.IconFilm),
	Archive: look.Quiet(look.IconArchive), Program: look.Quiet(look.IconProgram),
}

// Icon returns the icon of a kind.
func (k Kind) Icon() fyne.Resource { return kindIcons[k] }

var kinds = byEnding(map[Kind]string{
	Text:    ".txt .md .log .rtf .doc .docx .odt .pdf .epub .tex",
	Sheet:   ".xls .xlsx .ods .csv .tsv .numbers",
	Picture: ".jpg .jpeg .png .gif .webp .bmp .tif .tiff .heic .svg .ico .raw .dng .psd .xcf .ai",
	Music:   ".mp3 .flac .ogg .opus .wav .m4a .aac .wma .aiff .mid",
	Film:    ".mp4 .mkv .mov .avi .webm .mpg .mpeg .m4v .wmv .flv .ogv",
	Archive: ".zip .7z .rar .gz .tgz .bz2 .xz .zst .tar .iso .jar .deb .rpm .dmg .img",
	Program: ".exe .msi .bat .cmd .ps1 .sh .py .js .apk .appimage .run .com .vbs .desktop .lnk",
})

func byEnding(endings map[Kind]string) map[string]Kind {
	all := map[string]Kind{}
	for kind, some := range endings {
		for _, e := range strings.Fields(some) {
			all[e] = kind
		}
	}
	return all
}
