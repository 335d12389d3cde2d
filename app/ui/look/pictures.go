package look

import "fyne.io/fyne/v2"

// pictures are what people choose from to tell things apart, by name.
var pictures = map[string]fyne.Resource{
	"pc":     IconPC,
	"laptop": icon("pic-laptop", draw().box(4.5, 4.5, 15, 10.5, 1.5).line(2, 19, 22, 19).line(4.2, 15.5, 2, 19).line(19.8, 15.5, 22, 19)),
	"desk": icon("pic-desk", draw().line(2.5, 12, 21.5, 12).line(4, 12, 4, 20.5).line(20, 12, 20, 20.5).line(13, 12.5, 13, 17, 20, 17).
		line(9.5, 12, 9.5, 8.5).line(9.5, 8.5, 5.5, 5).line(3.6, 6.6, 7.4, 3.2)),
	"bell": icon("pic-bell", draw().arc(12, 16, 8, -180, 0).line(3, 16, 21, 16).line(2.5, 19.5, 21.5, 19.5).line(12, 7.5, 12, 5).line(10, 4.5, 14, 4.5)),
	"tools": icon("pic-tools", draw().line(4.2, 19.8, 13.2, 10.8).arc(16.3, 7.7, 4.2, 10, 260).line(20.4, 8.4, 17.8, 7.8, 16.2, 6.2, 15.6, 3.6).
		line(4, 4, 7.2, 4.8, 7.9, 6.6, 11, 9.7).line(14.2, 13.3, 20, 19.6)),
	"shop": icon("pic-shop", draw().line(4.5, 4, 19.5, 4, 21.5, 9.5, 2.5, 9.5, 4.5, 4).line(4.5, 9.8, 4.5, 20, 19.5, 20, 19.5, 9.8).
		line(8, 20, 8, 14, 12.5, 14, 12.5, 20).line(15.5, 14, 16.8, 14).line(9, 4.3, 8, 9.3).line(15, 4.3, 16, 9.3)),
	"house": icon("pic-house", draw().line(2.8, 11.8, 12, 3.8, 21.2, 11.8).line(5.5, 10, 5.5, 20, 18.5, 20, 18.5, 10).line(10, 20, 10, 14, 14, 14, 14, 20)),
	"book":  icon("pic-book", draw().line(12, 6.5, 9.5, 5, 3, 5, 3, 18, 9.5, 18, 12, 19.5, 14.5, 18, 21, 18, 21, 5, 14.5, 5, 12, 6.5).line(12, 7, 12, 19)),
	"coin":  icon("pic-coin", draw().ring(12, 12, 8.7).arc(13.6, 12, 3.9, -50, -310).line(7.8, 10.7, 13, 10.7).line(7.8, 13.3, 13, 13.3)),
	"camera": icon("pic-camera", draw().line(3, 8.5, 3, 18.5, 4, 19.5, 20, 19.5, 21, 18.5, 21, 8.5, 20, 7.5, 16.5, 7.5, 15, 4.8, 9, 4.8, 7.5, 7.5, 4, 7.5, 3, 8.5).
		ring(12, 13.2, 3.6)),
	"palette": icon("pic-palette", draw().arc(12, 12, 8.7, 60, 360).line(20.7, 12, 20.2, 14.6, 18, 15.4, 15, 15.2, 14, 16.8, 16.3, 19.5).
		disc(7.6, 12.3, 1.35).disc(9.5, 7.9, 1.35).disc(14.3, 7.3, 1.35)),
	"plant": icon("pic-plant", draw().line(7, 15.5, 17, 15.5, 15.8, 21, 8.2, 21, 7, 15.5).line(12, 15.3, 12, 8).
		line(12, 11.5, 8, 10.5, 5.2, 7.6, 5, 4.2, 8.6, 4.8, 11.3, 7.6, 12, 11.5).line(12, 12.5, 15.2, 11.6, 17.9, 9.2, 18.6, 6, 15.2, 6.4, 12.7, 8.9)),
}

// Picture returns a drawing by its name; any name that there isn't is the first one, a PC.
func Picture(name string) fyne.Resource {
	if p, ok := pictures[name]; ok {
		return p
	}
	return IconPC
}
