package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

func icon(name string, p *pen) fyne.Resource {
	return theme.NewThemedResource(fyne.NewStaticResource("lanyard-"+name+".svg", p.svg()))
}

func draw() *pen { return new(pen) }

// The icons, in the colour of the text beside them.
var (
	IconWorkgroup = icon("workgroup", draw().box(8.5, 3, 7, 5.5, 1.3).box(2.5, 15.5, 7, 5.5, 1.3).box(14.5, 15.5, 7, 5.5, 1.3).
			line(12, 8.5, 12, 12).line(6, 15.5, 6, 12, 18, 12, 18, 15.5))
	IconPC        = icon("pc", draw().box(3, 4, 18, 12, 2).line(12, 16, 12, 20).line(8, 20, 16, 20))
	IconThisPC    = icon("thispc", draw().box(3, 4, 18, 12, 2).line(12, 16, 12, 20).line(8, 20, 16, 20).disc(12, 10, 2.4))
	IconPrinter   = icon("printer", draw().line(7, 8.5, 7, 3.5, 17, 3.5, 17, 8.5).line(6.5, 17, 5, 17).box(3, 8.5, 18, 8.5, 2).box(7, 13.5, 10, 7, 1).disc(17.3, 11.2, 0.9))
	IconTransfer  = icon("transfer", draw().line(8, 20, 8, 4.5).line(3.8, 8.7, 8, 4.5, 12.2, 8.7).line(16, 4, 16, 19.5).line(11.8, 15.3, 16, 19.5, 20.2, 15.3))
	IconDownload  = icon("download", draw().line(12, 3.5, 12, 15).line(7, 10.2, 12, 15.2, 17, 10.2).line(4, 16.5, 4, 20, 20, 20, 20, 16.5))
	IconUpload    = icon("upload", draw().line(12, 15, 12, 3.7).line(7, 8.5, 12, 3.5, 17, 8.5).line(4, 16.5, 4, 20, 20, 20, 20, 16.5))
	IconSettings  = icon("settings", draw().line(3, 7, 9.2, 7).line(14.8, 7, 21, 7).ring(12, 7, 2.6).line(3, 17, 12.2, 17).line(17.8, 17, 21, 17).ring(15, 17, 2.6))
	IconFolder    = icon("folder", draw().line(3, 6.5, 3, 17.5, 4.5, 19, 19.5, 19, 21, 17.5, 21, 9, 19.5, 7.5, 11.5, 7.5, 9.5, 5, 4.5, 5, 3, 6.5))
	IconNewDir    = icon("newfolder", draw().line(11, 19, 4.5, 19, 3, 17.5, 3, 6.5, 4.5, 5, 9.5, 5, 11.5, 7.5, 19.5, 7.5, 21, 9, 21, 11.5).line(17.5, 14.5, 17.5, 21.5).line(14, 18, 21, 18))
	IconShare     = icon("share", draw().line(3, 6.5, 3, 17.5, 4.5, 19, 11, 19).line(3, 6.5, 4.5, 5, 9.5, 5, 11.5, 7.5, 19.5, 7.5, 21, 9, 21, 11).line(14, 18, 21.5, 18).line(18, 14.3, 21.6, 18, 18, 21.7))
	IconAdd       = icon("add", draw().line(12, 5, 12, 19).line(5, 12, 19, 12))
	IconClose     = icon("close", draw().line(6, 6, 18, 18).line(18, 6, 6, 18))
	IconCheck     = icon("check", draw().line(4.5, 12.5, 9.5, 17.5, 19.5, 7))
	IconMore      = icon("more", draw().disc(5.5, 12, 1.6).disc(12, 12, 1.6).disc(18.5, 12, 1.6))
	IconBack      = icon("back", draw().line(14.5, 5.5, 8, 12, 14.5, 18.5))
	IconForward   = icon("forward", draw().line(9.5, 5.5, 16, 12, 9.5, 18.5))
	IconUp        = icon("up", draw().line(12, 20, 12, 4.5).line(5.5, 11, 12, 4.5, 18.5, 11))
	IconDown      = icon("down", draw().line(5.5, 9.5, 12, 16, 18.5, 9.5))
	IconDownArrow = icon("downarrow", draw().line(12, 4, 12, 19.5).line(5.5, 13, 12, 19.5, 18.5, 13))
	IconRefresh   = icon("refresh", draw().arc(12, 12, 7.5, -20, -320).line(19.6, 4.2, 19.6, 9.3, 14.5, 9.3))
	IconSearch    = icon("search", draw().ring(10.5, 10.5, 6).line(15, 15, 20, 20))
	IconRename    = icon("rename", draw().line(4, 20, 4, 16.5, 16, 4.5, 19.5, 8, 7.5, 20, 4, 20).line(13.5, 7, 17, 10.5))
	IconDelete    = icon("delete", draw().line(4, 7, 20, 7).line(9, 7, 9, 4, 15, 4, 15, 7).line(6, 7, 7, 20, 17, 20, 18, 7).line(10.3, 11, 10.3, 16.5).line(13.7, 11, 13.7, 16.5))
	IconOpen      = icon("open", draw().line(10, 5, 5, 5, 5, 19, 19, 19, 19, 14).line(14, 4, 20, 4, 20, 10).line(11, 13, 19.6, 4.4))
	IconInfo      = icon("info", draw().ring(12, 12, 8.5).line(12, 11, 12, 16.2).disc(12, 7.9, 1.15))
	IconWarning   = icon("warning", draw().line(12, 3.8, 21.3, 20, 2.7, 20, 12, 3.8).line(12, 9.8, 12, 14.3).disc(12, 17.1, 1.1))
	IconKey       = icon("key", draw().ring(8, 15.5, 4.3).line(11.2, 12.3, 20, 3.5).line(16.2, 7.3, 19, 10.1).line(13.6, 9.9, 15.6, 11.9))
	IconInvite    = icon("invite", draw().ring(9.5, 8, 4).arc(9.5, 21.5, 7.3, -170, -52).line(18.5, 13, 18.5, 20).line(15, 16.5, 22, 16.5))
	IconNetwork   = icon("network", draw().ring(12, 12, 8.7).line(3.3, 12, 20.7, 12).arc(4.5, 12, 11.2, -50, 50).arc(19.5, 12, 11.2, 130, 230))
	IconLeave     = icon("leave", draw().line(13, 4, 5, 4, 5, 20, 13, 20).line(10, 12, 20, 12).line(16, 8, 20.2, 12, 16, 16))
	IconLink      = icon("link", draw().line(10, 7.5, 12.5, 5, 15, 4, 17.5, 4.6, 19.4, 6.5, 20, 9, 19, 11.5, 16.5, 14).line(14, 16.5, 11.5, 19, 9, 20, 6.5, 19.4, 4.6, 17.5, 4, 15, 5, 12.5, 7.5, 10).line(9, 15, 15, 9))
	IconPeople    = icon("people", draw().ring(9, 8.5, 3.5).arc(9, 20.5, 6.5, -172, -8).arc(16.2, 8.5, 3.5, -80, 80).arc(15.5, 20.5, 6.5, -62, -8))
	IconKeyboard  = icon("keyboard", draw().box(2.5, 6, 19, 12, 2).disc(6.5, 10, 1).disc(10.2, 10, 1).disc(13.8, 10, 1).disc(17.5, 10, 1).line(8, 14.2, 16, 14.2))
	IconPause     = icon("pause", draw().line(8.5, 5.5, 8.5, 18.5).line(15.5, 5.5, 15.5, 18.5))
	IconPlay      = icon("play", draw().line(8, 5, 19, 12, 8, 19, 8, 5))
	IconInbox     = icon("inbox", draw().line(3.5, 13, 6.5, 5, 17.5, 5, 20.5, 13, 20.5, 19, 3.5, 19, 3.5, 13).line(3.5, 13, 8.5, 13, 10, 15.5, 14, 15.5, 15.5, 13, 20.5, 13))
	IconSend      = icon("send", draw().line(3.5, 11.5, 20.5, 3.5, 14, 20.5, 11, 13.5, 3.5, 11.5).line(11, 13.5, 20.5, 3.5))
	IconUndo      = icon("undo", draw().line(8.5, 5, 4, 9.5, 8.5, 14).line(4.5, 9.5, 15, 9.5).arc(15, 14, 4.5, -90, 90).line(15, 18.5, 9, 18.5))
	IconDrive     = icon("drive", draw().line(3, 14, 6.5, 5, 17.5, 5, 21, 14).box(3, 14, 18, 5.5, 1.5).disc(17.3, 16.8, 1))
	IconCopy      = icon("copy", draw().box(8.5, 8.5, 12, 12, 2).line(15.5, 8, 15.5, 3.5, 3.5, 3.5, 3.5, 15.5, 8, 15.5))
	IconPaste     = icon("paste", draw().line(8, 5, 5, 5, 5, 20.5, 19, 20.5, 19, 5, 16, 5).box(8, 3, 8, 4.5, 1.2).line(12, 10.5, 12, 17).line(9, 14, 12, 17, 15, 14))
	IconHand      = icon("hand", draw().line(8, 3, 16, 3, 21, 8, 21, 16, 16, 21, 8, 21, 3, 16, 3, 8, 8, 3).line(12, 7.5, 12, 13).disc(12, 16.3, 1.15))
	IconTools     = pictures["tools"]
	IconCare      = icon("care", draw().line(2.5, 12, 7, 12, 9.5, 5.5, 14, 18.5, 16.5, 12, 21.5, 12))
	IconStop      = icon("stop", draw().ring(12, 12, 8.7).line(6, 6, 18, 18))
	IconSun       = icon("sun", draw().ring(12, 12, 4).line(12, 2.5, 12, 4.5).line(12, 19.5, 12, 21.5).line(2.5, 12, 4.5, 12).line(19.5, 12, 21.5, 12).
			line(5.3, 5.3, 6.7, 6.7).line(17.3, 17.3, 18.7, 18.7).line(5.3, 18.7, 6.7, 17.3).line(17.3, 6.7, 18.7, 5.3))

	IconTiles = icon("tiles", draw().box(4, 4, 6.5, 6.5, 1.2).box(13.5, 4, 6.5, 6.5, 1.2).box(4, 13.5, 6.5, 6.5, 1.2).box(13.5, 13.5, 6.5, 6.5, 1.2))
	IconSort  = icon("sort", draw().line(4, 6, 13, 6).line(4, 12, 10.5, 12).line(4, 18, 8, 18).line(17, 4.5, 17, 19).line(13.5, 15.5, 17, 19, 20.5, 15.5))
	IconLines = icon("lines", draw().line(4, 6, 20, 6).line(4, 12, 20, 12).line(4, 18, 20, 18))
	IconPane  = icon("pane", draw().box(3, 4.5, 18, 15, 2).line(14, 5, 14, 19).line(16.5, 9, 18.5, 9).line(16.5, 12, 18.5, 12))
	IconEye   = icon("eye", draw().line(2.5, 12, 5.5, 8.2, 9, 6.2, 12, 5.7, 15, 6.2, 18.5, 8.2, 21.5, 12, 18.5, 15.8, 15, 17.8, 12, 18.3, 9, 17.8, 5.5, 15.8, 2.5, 12).ring(12, 12, 2.8))

	IconFile    = icon("file", page())
	IconText    = icon("text", page().line(8.5, 12, 15.5, 12).line(8.5, 16, 15.5, 16))
	IconImage   = icon("image", draw().box(3.5, 4.5, 17, 15, 2).line(4, 17.5, 9.5, 12, 13.5, 16, 16, 13.5, 20, 17.5).disc(15.5, 9, 1.6))
	IconMusic   = icon("music", draw().ring(7, 17.5, 2.6).ring(17, 15.5, 2.6).line(9.6, 17.5, 9.6, 6, 19.6, 4, 19.6, 15.5))
	IconFilm    = icon("film", draw().box(3.5, 4.5, 17, 15, 2).line(10, 9, 15, 12, 10, 15, 10, 9))
	IconArchive = icon("archive", draw().box(3, 4, 18, 4.5, 1).line(4.5, 8.5, 4.5, 20, 19.5, 20, 19.5, 8.5).line(10, 12.5, 14, 12.5))
	IconProgram = icon("program", draw().box(3.5, 4.5, 17, 15, 2).line(7.5, 9.5, 10.5, 12, 7.5, 14.5).line(12.5, 15, 16, 15))
	IconSheet   = icon("sheet", draw().box(3.5, 4.5, 17, 15, 2).line(3.5, 9.5, 20.5, 9.5).line(3.5, 14.5, 20.5, 14.5).line(9.5, 9.5, 9.5, 19.5))

	iconFolderFull = icon("folderfull", draw().slab(2.5, 6.5, 19, 13, 2).slab(2.5, 4.5, 8.5, 6, 2))
)

// IconFolderFull is a folder in its own colour, as it stands in lists.
var IconFolderFull = theme.NewColoredResource(iconFolderFull, ColorFolder)

func page() *pen {
	return draw().line(6.5, 3.5, 14, 3.5, 18.5, 8, 18.5, 20.5, 5.5, 20.5, 5.5, 3.5, 6.5, 3.5).line(13.5, 4, 13.5, 8.5, 18, 8.5)
}

// Quiet returns an icon in the colour of secondary text, Strong in the accent's.
func Quiet(icon fyne.Resource) fyne.Resource { return theme.NewColoredResource(icon, ColorQuiet) }
func Strong(icon fyne.Resource) fyne.Resource {
	return theme.NewColoredResource(icon, theme.ColorNamePrimary)
}
