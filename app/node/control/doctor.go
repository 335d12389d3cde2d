package control

import (
	"context"
	"maps"

	"lanyard/app/node"
)

func init() {
	maps.Copy(methods, map[string]method{
		"diagnose": with(func(c context.Context, s node.Service, pc string) (any, error) { return s.Diagnose(c, pc) }),
		"mend":     with(func(c context.Context, s node.Service, fix string) (any, error) { return nil, s.Mend(c, fix) }),
	})
}

// Diagnose implements node.Service, as does Mend.
func (c *Client) Diagnose(ctx context.Context, pc string) (*node.Diagnosis, error) {
	return call[*node.Diagnosis](ctx, c, "diagnose", pc)
}

func (c *Client) Mend(ctx context.Context, fix string) error { return tell(ctx, c, "mend", fix) }
