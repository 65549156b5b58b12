package jira

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"time"
)

const (
	callLimit  = 30 * time.Second // headers and body of one call
	bodyLimit  = 16 << 20         // bytes of an answer, after gzip
	ratioLimit = 100              // bytes out per byte in
	ratioFloor = 1 << 20          // below this size any ratio is harmless
	drainLimit = 64 << 10         // bytes read on Close so that the connection can be used again
	drainTime  = 100 * time.Millisecond
)

var (
	errTooLarge = fmt.Errorf("%w: the answer is larger than %d MiB", ErrIncomplete, bodyLimit>>20)
	errBomb     = fmt.Errorf("%w: the answer unpacks to more than %d times its size", ErrIncomplete, ratioLimit)
	errTooSlow  = fmt.Errorf("%w: no full answer within %s", ErrUnavailable, callLimit)
)

// limited sends a request under the limits of time and size. They end with the
// body's Close.
func limited(next http.RoundTripper, req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeoutCause(req.Context(), callLimit, errTooSlow)
	req = req.WithContext(ctx)
	req.Header.Set("Accept-Encoding", "gzip")
	resp, err := next.RoundTrip(req)
	if err != nil {
		err = causeOf(ctx, err)
		cancel()
		return nil, err
	}
	b := &body{ctx: ctx, cancel: cancel, wire: &incoming{ctx: ctx, from: resp.Body}}
	b.text = b.wire
	if resp.Header.Get("Content-Encoding") == "gzip" {
		b.text = &gunzip{from: b.wire}
		resp.Header.Del("Content-Encoding")
		resp.Header.Del("Content-Length")
		resp.ContentLength = -1
	}
	resp.Body = b
	return resp, nil
}

// body is an answer's body under the limits.
type body struct {
	ctx    context.Context
	cancel context.CancelFunc
	wire   *incoming // as it came
	text   io.Reader // after gzip
	read   int64
	err    error
}

func (b *body) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	n, err := b.text.Read(p)
	b.read += int64(n)
	switch {
	case b.read > bodyLimit:
		b.err = errTooLarge
	case b.read > ratioFloor && b.read > ratioLimit*b.wire.n:
		b.err = errBomb
	case err != nil && err != io.EOF:
		b.err = causeOf(b.ctx, err)
	default:
		return n, err
	}
	return 0, b.err
}

// Close reads what little is left, so that the connection can be used again,
// and gives up quickly where the rest does not come.
func (b *body) Close() error {
	if b.err == nil {
		stop := time.AfterFunc(drainTime, b.cancel)
		_, _ = io.CopyN(io.Discard, b, drainLimit)
		stop.Stop()
	}
	err := b.wire.from.Close()
	b.wire.leave()
	b.cancel()
	return err
}

// causeOf prefers the reason of an expired context over the way the transport
// words it.
func causeOf(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil && !errors.Is(err, cause) {
		return fmt.Errorf("%w (%w)", cause, err)
	}
	return err
}

// decoding are the places for those who unpack and decode, shared by all
// clients of the process: with as many of them as cores, acks towards Slack
// would queue behind a sync.
var decoding = make(chan struct{}, max(1, runtime.GOMAXPROCS(0)-1))

// incoming is an answer as it comes. Whoever reads it holds a place among the
// decoders from the first bytes until Close, but not while it waits for more.
// So nobody may wait for a second answer before the first one is closed.
type incoming struct {
	ctx  context.Context
	from io.ReadCloser
	n    int64
	held bool
}

func (w *incoming) Read(p []byte) (int, error) {
	w.leave()
	n, err := w.from.Read(p)
	w.n += int64(n)
	select {
	case decoding <- struct{}{}:
		w.held = true
		return n, err
	case <-w.ctx.Done():
		return 0, w.ctx.Err()
	}
}

func (w *incoming) leave() {
	if w.held {
		w.held = false
		<-decoding
	}
}

// gunzip opens the packed answer at the first Read: an empty one has no header.
type gunzip struct {
	from io.Reader
	zip  *gzip.Reader
}

func (g *gunzip) Read(p []byte) (int, error) {
	if g.zip == nil {
		zip, err := gzip.NewReader(g.from)
		if err != nil {
			return 0, err
		}
		g.zip = zip
	}
	return g.zip.Read(p)
}
