package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/alecthomas/kong"
)

const (
	childEnv  = "HEADWAY_KILL_CHILD"
	childBeat = 150 * time.Millisecond // of the ticks, so that short lives have some
)

// TestServeUntilKilled is the process that TestNothingIsLostWhenKilled kills:
// the bot as serve runs it, on a business clock that its parent sets by lines
// on stdin. It ends with its parent.
func TestServeUntilKilled(t *testing.T) {
	if os.Getenv(childEnv) == "" {
		t.Skip("is started by TestNothingIsLostWhenKilled")
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if err := serveChild(ctx, followClock(os.Stdin)); err != nil {
		t.Fatal(err)
	}
}

func serveChild(ctx context.Context, clock *clock) error {
	var c cli
	parser, err := kong.New(&c)
	if err != nil {
		return err
	}
	if _, err := parser.Parse([]string{"serve"}); err != nil {
		return err
	}
	a, err := newApp(ctx, c.Serve.Config, clock.Now, newLog(os.Stderr, slog.LevelInfo))
	if err != nil {
		return err
	}
	defer a.store.Close()
	for i, tick := range a.ticks {
		if tick.Every < time.Minute {
			a.ticks[i].Every = childBeat
		}
	}
	if _, err := a.join(ctx); err != nil {
		return err
	}
	go func() {
		if a.bot.Connected(ctx) == nil {
			fmt.Println(readyLine)
		}
	}()
	return a.serve(ctx)
}

const readyLine = "ready"

// followClock is a clock that takes its offset from lines of nanoseconds. It
// returns with the first; the end of them ends the process.
func followClock(in io.Reader) *clock {
	c, lines := &clock{}, bufio.NewScanner(in)
	next := func() {
		if !lines.Scan() {
			os.Exit(1)
		}
		offset, err := strconv.ParseInt(lines.Text(), 10, 64)
		if err != nil {
			panic(err)
		}
		c.mu.Lock()
		c.offset = time.Duration(offset)
		c.mu.Unlock()
	}
	next()
	go func() {
		for {
			next()
		}
	}()
	return c
}

// life is one process of the bot, from its start to its kill.
type life struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	log     *journal
	started time.Time
	ready   chan struct{} // closed when its first connection stands
	dead    chan struct{} // closed when it has ended
}

// journal is what a process said, for the test that failed.
type journal struct {
	mu   sync.Mutex
	text strings.Builder
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// begin starts the test program once more, as the bot.
func begin(env []string, clock *clock) (*life, error) {
	l := &life{cmd: exec.Command(os.Args[0], "-test.run=^TestServeUntilKilled$"), log: &journal{}, ready: make(chan struct{}), dead: make(chan struct{})}
	l.cmd.Env = append(os.Environ(), env...)
	l.cmd.Stderr = l.log
	in, err := l.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := l.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	l.in, l.started = in, time.Now()
	if err := l.cmd.Start(); err != nil {
		return nil, err
	}
	go l.watch(out)
	return l, l.tell(clock)
}

func (l *life) watch(out io.Reader) {
	var once sync.Once
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if lines.Text() == readyLine {
			once.Do(func() { close(l.ready) })
		} else {
			fmt.Fprintln(l.log, lines.Text())
		}
	}
	_ = l.cmd.Wait() // a kill is an error too
	close(l.dead)
}

// tell gives the process the offset of the business clock.
func (l *life) tell(c *clock) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err := fmt.Fprintln(l.in, int64(c.offset))
	return err
}

// end sends a signal and waits for the process to end.
func (l *life) end(sig os.Signal) error {
	if err := l.cmd.Process.Signal(sig); err != nil {
		return err
	}
	<-l.dead
	return nil
}
