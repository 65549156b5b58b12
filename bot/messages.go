package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"headway/blocks"
)

// Sent names a message that Slack has taken.
type Sent struct{ Channel, TS string }

// PostOptions are what a post may have besides its message.
type PostOptions struct {
	Key    string // client_msg_id, a UUID: the same on a second try of the same post
	Thread string // ts of the message it answers
}

// Post sends m to a channel, or to a person by their id. When Slack refuses a
// block, m.Plain is sent instead, once.
func (s *Slack) Post(ctx context.Context, team, channel string, m blocks.Message, o PostOptions) (Sent, error) {
	sent, err := s.send(ctx, team, channel, "chat.postMessage", m, func(v url.Values) {
		setIf(v, "client_msg_id", o.Key)
		setIf(v, "thread_ts", o.Thread)
	})
	if err == nil && sent.TS == "" {
		err = &callError{method: "chat.postMessage", uncertain: true}
	}
	return sent, err
}

// Update replaces the message ts.
func (s *Slack) Update(ctx context.Context, team, channel, ts string, m blocks.Message) error {
	_, err := s.send(ctx, team, channel, "chat.update", m, func(v url.Values) { v.Set("ts", ts) })
	return err
}

// Ephemeral shows m to one member of the channel until they reload.
func (s *Slack) Ephemeral(ctx context.Context, team, channel, user string, m blocks.Message) error {
	_, err := s.send(ctx, team, channel, "chat.postEphemeral", m, func(v url.Values) { v.Set("user", user) })
	return err
}

// Delete removes the message ts.
func (s *Slack) Delete(ctx context.Context, team, channel, ts string) error {
	return s.call(ctx, team, "chat.delete", func(ctx context.Context, api *slack.Client) error {
		_, _, err := api.DeleteMessageContext(ctx, channel, ts)
		return err
	})
}

// send makes one call of a chat method, and one more with the plain rendering
// when Slack refuses the blocks.
func (s *Slack) send(ctx context.Context, team, channel, method string, m blocks.Message, set func(url.Values)) (Sent, error) {
	sent, err := s.sendBlocks(ctx, team, channel, method, m.Text, m.Blocks, set)
	if err != nil && refusesBlocks(err) && len(m.Blocks) > 0 {
		s.meters.plain.Add(1)
		return s.sendBlocks(ctx, team, channel, method, m.Text, m.Plain, set)
	}
	return sent, err
}

func (s *Slack) sendBlocks(ctx context.Context, team, channel, method, text string, bs []slack.Block, set func(url.Values)) (Sent, error) {
	var sent Sent
	err := s.call(ctx, team, method, func(ctx context.Context, api *slack.Client) (err error) {
		options := []slack.MsgOption{slack.MsgOptionText(text, false), slack.UnsafeMsgOptionEndpoint(s.base+method, func(v url.Values) {
			inert(v)
			set(v)
		})}
		if len(bs) > 0 || method == "chat.update" { // an update without blocks must take away those that stand
			options = append(options, slack.MsgOptionBlocks(bs...))
		}
		sent.Channel, sent.TS, _, err = api.SendMessageContext(ctx, channel, options...)
		return err
	})
	return sent, err
}

// inert keeps Slack from turning text into mentions, links or previews.
func inert(v url.Values) {
	v.Set("link_names", "false")
	v.Set("parse", "none")
	v.Set("unfurl_links", "false")
	v.Set("unfurl_media", "false")
}

func setIf(v url.Values, name, value string) {
	if value != "" {
		v.Set(name, value)
	}
}

func refusesBlocks(err error) bool {
	code := codeOf(err)
	return code == "invalid_blocks" || code == "invalid_blocks_format"
}

// answer is a message as a response URL and the ack of a command take it.
type answer struct {
	Type    string        `json:"response_type,omitempty"`
	Text    string        `json:"text"`
	Blocks  []slack.Block `json:"blocks,omitempty"`
	Replace bool          `json:"replace_original,omitempty"`
	Parse   string        `json:"parse,omitempty"`
	Links   *bool         `json:"unfurl_links,omitempty"`
	Media   *bool         `json:"unfurl_media,omitempty"`
}

func newAnswer(m blocks.Message, bs []slack.Block, replace bool) answer {
	never := false
	return answer{Type: "ephemeral", Text: m.Text, Blocks: bs, Replace: replace, Parse: "none", Links: &never, Media: &never}
}

const respond = "response_url"

// Respond answers an interaction in place, visible to the person alone; with
// replace it takes the place of the message that was clicked. A response URL
// serves 5 times within 30 minutes, then fails with code expired_url.
func (s *Slack) Respond(ctx context.Context, responseURL string, m blocks.Message, replace bool) error {
	if !s.mayRespond(responseURL) {
		return refused(respond, "foreign_url")
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	err := s.respond(ctx, responseURL, newAnswer(m, m.Blocks, replace))
	if err != nil && refusesBlocks(err) && len(m.Blocks) > 0 {
		s.meters.plain.Add(1)
		err = s.respond(ctx, responseURL, newAnswer(m, m.Plain, replace))
	}
	return err
}

func (s *Slack) respond(ctx context.Context, responseURL string, a answer) error {
	err := failed(respond, s.postJSON(ctx, responseURL, a))
	s.meters.called(err)
	return err
}

// postJSON sends body and reads Slack's short answer: "ok" or {"ok":…}.
func (s *Slack) postJSON(ctx context.Context, to string, body any) error {
	data, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("bot: answer can't be written: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(data))
	if err != nil {
		return errors.New("bot: not a usable response URL")
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	resp, err := s.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return err
	}
	return judge(resp, text)
}

func judge(resp *http.Response, text []byte) error {
	var said slack.SlackResponse
	switch {
	case resp.StatusCode == http.StatusTooManyRequests:
		return &slack.RateLimitedError{RetryAfter: retryAfter(resp.Header)}
	case json.Unmarshal(text, &said) == nil && said.Error != "":
		return slack.SlackErrorResponse{Err: said.Error, ResponseMetadata: said.ResponseMetadata}
	case resp.StatusCode == http.StatusNotFound, resp.StatusCode == http.StatusGone:
		return slack.SlackErrorResponse{Err: "expired_url"}
	case resp.StatusCode != http.StatusOK:
		return slack.StatusCodeError{Code: resp.StatusCode, Status: resp.Status}
	}
	return nil
}

func retryAfter(h http.Header) time.Duration {
	seconds, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil {
		return unsaidWait
	}
	return time.Duration(seconds) * time.Second
}

// mayRespond wants Slack's own host, or the host of the API when that is
// another one: a forged payload must not make us post elsewhere.
func (s *Slack) mayRespond(responseURL string) bool {
	u, err := url.Parse(responseURL)
	if err != nil || u.User != nil {
		return false
	}
	api, err := url.Parse(s.base)
	if err != nil {
		return false
	}
	if s.base == slack.APIURL {
		return u.Scheme == "https" && u.Port() == "" && strings.HasSuffix("."+u.Hostname(), ".slack.com")
	}
	return u.Scheme == api.Scheme && u.Host == api.Host
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}
