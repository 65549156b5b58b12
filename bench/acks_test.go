package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"headway/blocks"
	"headway/bot"
	"headway/models"
	"headway/models/storetest"
	"headway/sandbox/slack"
	"headway/secret"
)

// BenchmarkAcks types commands with one or 64 of them under way. p50, p99 and
// p99.9 are from a command to its ack.
func BenchmarkAcks(b *testing.B) {
	for _, c := range []struct {
		name  string
		start func(*testing.B, *stage)
	}{
		{"bolt", startBolt},
		{"headway", func(b *testing.B, s *stage) { startHeadway(b, s, echo) }},
		{"headway-sqlite", func(b *testing.B, s *stage) {
			startHeadway(b, s, storing(storetest.DurableSQLite(b)))
		}},
		{"headway-postgres", func(b *testing.B, s *stage) {
			startHeadway(b, s, storing(storetest.DurablePostgres(b)))
		}},
	} {
		for _, window := range []int{1, 64} {
			b.Run(fmt.Sprintf("%s/window=%d", c.name, window), func(b *testing.B) {
				s := newStage(b)
				c.start(b, s)
				s.warm(window)
				b.ResetTimer()
				took := s.run(b.N, window)
				report(b, took, s.lost.Load())
			})
		}
	}
}

// stage is a sandbox in which one bot is to run.
type stage struct {
	b     *testing.B
	slack *slack.Server
	doors http.Handler // the control surface, without a network
	base  string
	lost  atomic.Int64 // commands that were not acked with their echo
}

func newStage(b *testing.B) *stage {
	front := httptest.NewUnstartedServer(nil)
	s := &stage{b: b, base: "http://" + front.Listener.Addr().String()}
	s.slack = slack.New(slack.Options{BaseURL: s.base})
	s.doors = s.slack.Handler()
	front.Config.Handler = s.doors
	front.Start()
	b.Cleanup(func() {
		for _, v := range s.slack.Violations() {
			b.Errorf("violation: %+v", v)
		}
		s.slack.Close()
		front.Close()
	})
	return s
}

// command types one command and says whether it was acked with its echo.
func (s *stage) command(n int) bool {
	body := fmt.Sprintf(`{"channel":"C01PAY","user":"U03ADA","command":"/headway","text":"%d"}`, n)
	r := httptest.NewRequest(http.MethodPost, "/control/slash", strings.NewReader(body))
	w := httptest.NewRecorder()
	s.doors.ServeHTTP(w, r)
	return strings.Contains(w.Body.String(), fmt.Sprintf("You said %d\"", n))
}

// warm types until both sides are in swing.
func (s *stage) warm(window int) {
	s.b.Helper()
	for deadline := time.Now().Add(20 * time.Second); !s.command(0); {
		if time.Now().After(deadline) {
			s.b.Fatal("the bot does not answer")
		}
	}
	s.run(1000, window)
	s.lost.Store(0)
}

// run types n commands with so many under way, and returns how long each took.
func (s *stage) run(n, window int) []time.Duration {
	took := make([]time.Duration, n)
	var next atomic.Int64
	var typing sync.WaitGroup
	for range window {
		typing.Go(func() {
			for i := int(next.Add(1)); i <= n; i = int(next.Add(1)) {
				begun := time.Now()
				if !s.command(i) {
					s.lost.Add(1)
				}
				took[i-1] = time.Since(begun)
			}
		})
	}
	typing.Wait()
	return took
}

func report(b *testing.B, took []time.Duration, lost int64) {
	slices.Sort(took)
	at := func(share float64) float64 {
		return float64(took[min(len(took)-1, int(share*float64(len(took))))].Microseconds())
	}
	b.ReportMetric(at(0.5), "µs/p50")
	b.ReportMetric(at(0.99), "µs/p99")
	b.ReportMetric(at(0.999), "µs/p99.9")
	b.ReportMetric(float64(len(took))/b.Elapsed().Seconds(), "acks/s")
	b.ReportMetric(float64(lost), "lost")
	b.ReportMetric(0, "ns/op") // says nothing that acks/s does not
}

type handler = func(context.Context, bot.Who, string) (bot.Reply, error)

func echo(_ context.Context, _ bot.Who, text string) (bot.Reply, error) {
	return bot.Reply{Message: &blocks.Message{Text: "You said " + text}}, nil
}

// storing commits an effect, its dedupe key and a message that follows from it
// before the ack. The messages go to a thousand people in turn, who are paced
// one by one.
func storing(store *models.Store) handler {
	var n atomic.Int64
	payload, err := json.Marshal(blocks.Message{Text: "Thanks, on track."})
	return func(ctx context.Context, w bot.Who, text string) (bot.Reply, error) {
		to := fmt.Sprintf("U%04d", n.Add(1)%1000)
		if err != nil {
			return bot.Reply{}, err
		}
		_, err := store.Team(w.Team).Once(ctx, w.Key, func(tx models.Team) error {
			if err := tx.Audit(ctx, models.Audit{Actor: w.User, Verb: "bench"}); err != nil {
				return err
			}
			return tx.Enqueue(ctx, models.OutboxMessage{Channel: to, Kind: "thanks", Key: w.Key, Payload: payload})
		})
		if err != nil {
			return bot.Reply{}, err
		}
		return echo(ctx, w, text)
	}
}

func startHeadway(b *testing.B, s *stage, h handler) {
	b.Helper()
	headway, err := bot.New(bot.Options{AppToken: secret.Secret(s.slack.AppToken()), BotToken: secret.Secret(s.slack.BotToken()), APIURL: s.base + "/api/", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	headway.Router().OnCommand(h)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- headway.Run(ctx) }()
	b.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			b.Error(err)
		}
	})
	for deadline := time.Now().Add(20 * time.Second); headway.Health().Connected < 2; {
		if time.Now().After(deadline) {
			b.Fatal("the bot does not connect")
		}
		<-time.After(10 * time.Millisecond)
	}
}

func startBolt(b *testing.B, s *stage) {
	b.Helper()
	node := exec.Command("node", filepath.Join(besides(b, nodeModules(b)), "echo.mjs"))
	node.Env = append(os.Environ(), "NODE_ENV=production", "SLACK_API_URL="+s.base+"/api/", "SLACK_APP_TOKEN="+s.slack.AppToken(), "SLACK_BOT_TOKEN="+s.slack.BotToken())
	node.Stderr = os.Stderr
	out, err := node.StdoutPipe()
	if err == nil {
		err = node.Start()
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = node.Process.Kill()
		_ = node.Wait()
	})
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		b.Fatalf("Bolt said %q, %v", line, err)
	}
}

// nodeModules finds Bolt; without it the row is left out.
func nodeModules(b *testing.B) string {
	b.Helper()
	modules := os.Getenv("HEADWAY_NODE_MODULES")
	_, missing := exec.LookPath("node")
	if missing == nil {
		_, missing = os.Stat(filepath.Join(modules, "@slack", "bolt"))
	}
	if missing != nil || modules == "" {
		b.Skip("skipped: no node, or HEADWAY_NODE_MODULES names no folder with Slack's packages")
	}
	modules, err := filepath.Abs(modules)
	if err != nil {
		b.Fatal(err)
	}
	return modules
}

// besides copies the script into a folder where Node finds the packages.
func besides(b *testing.B, modules string) string {
	b.Helper()
	dir := b.TempDir()
	err := os.CopyFS(dir, os.DirFS("testdata"))
	if err == nil {
		err = os.Symlink(modules, filepath.Join(dir, "node_modules"))
	}
	if err != nil {
		b.Fatal(err)
	}
	return dir
}
