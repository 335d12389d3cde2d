// Package camera takes frames from a camera of this PC, for reading a QR code with it. It keeps none, knows nothing of codes, and
// finds cameras on Linux only.
package camera

import (
	"context"
	"errors"
	"image"
)

// Camera is a camera that there is.
type Camera struct {
	Name string
	Open func() (Source, error)
}

// Source gives frames. It is used by one goroutine, which closes it.
type Source interface {
	// Frame waits for the next frame. The image is the caller's.
	Frame(ctx context.Context) (image.Image, error)
	Close() error
}

// yuyv takes a frame apart that a camera gives as Y0 U Y1 V, two points in four bytes (V4L2_PIX_FMT_YUYV), in lines of stride bytes.
func yuyv(data []byte, width, height, stride int) (*image.YCbCr, error) {
	if width <= 0 || height <= 0 || width%2 != 0 || stride < 2*width || len(data) < stride*(height-1)+2*width {
		return nil, errors.New("read the camera: its frame is damaged")
	}
	img := image.NewYCbCr(image.Rect(0, 0, width, height), image.YCbCrSubsampleRatio422)
	for y := range height {
		line := data[y*stride:]
		for x := range width / 2 {
			img.Y[y*img.YStride+2*x], img.Y[y*img.YStride+2*x+1] = line[4*x], line[4*x+2]
			img.Cb[y*img.CStride+x], img.Cr[y*img.CStride+x] = line[4*x+1], line[4*x+3]
		}
	}
	return img, nil
}
