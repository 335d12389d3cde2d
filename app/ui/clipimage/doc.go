// Package clipimage reads a picture from the system's clipboard, which Fyne's clipboard of texts does not give. It takes no picture
// apart: that is for whoever trusts it least.
package clipimage

import (
	"errors"
	"time"
)

// Limits of what another program may hand over.
const (
	maxBytes = 16 << 20 // a screenshot of several large screens is below
	patience = 5 * time.Second
)

// ErrNone says that there is no picture on the clipboard.
var ErrNone = errors.New("there is no picture on the clipboard")
