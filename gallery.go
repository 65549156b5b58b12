package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"time"

	"headway/sandbox/page"
)

type galleryCmd struct {
	Addr string `default:"127.0.0.1:0" help:"Address of the page; this machine only."`
}

//go:embed blocks/testdata/*.json
var goldens embed.FS

// Run serves the catalogue of every view until ctx ends, and prints its address.
func (g galleryCmd) Run(ctx context.Context) error {
	listener, err := listenLoopback(ctx, g.Addr)
	if err != nil {
		return err
	}
	handler, err := galleryPage()
	if err != nil {
		return err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	fmt.Printf("Every view of Headway: http://%s/\n", listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func galleryPage() (http.Handler, error) {
	files, err := fs.Sub(goldens, "blocks/testdata")
	if err != nil {
		return nil, err
	}
	return page.Gallery(files)
}

// listenLoopback listens on an address of this machine and refuses any other.
func listenLoopback(ctx context.Context, addr string) (net.Listener, error) {
	at, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil || !at.IP.IsLoopback() {
		return nil, fmt.Errorf("--addr must be an address of this machine, such as 127.0.0.1:8090, not %q", addr)
	}
	return (&net.ListenConfig{}).Listen(ctx, "tcp", at.String())
}
