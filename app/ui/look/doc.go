// Package look is how Lanyard's window looks: its theme, its icons and the small widgets that Fyne lacks.
// It knows nothing of PCs, folders or printers, and never imports fyne/v2/app.
package look
