package slack

import (
	"bufio"
	"encoding/binary"
	"net"
	"net/http"
	"sync"
)

// sniffer reads WebSocket frame headers off a connection's inbound bytes. The
// WebSocket library hands over whole messages, but Slack does not reassemble
// them, so the sandbox has to know which ones came in pieces.
type sniffer struct {
	mu       sync.Mutex
	header   []byte
	skip     uint64 // payload bytes still to pass
	inPieces bool
	messages []bool // those that ended and were not taken yet: came in pieces?
}

// sniff wraps a response writer so that the hijacked connection is watched.
func sniff(w http.ResponseWriter) (*sniffer, http.ResponseWriter) {
	s := &sniffer{}
	return s, &hijackWatcher{ResponseWriter: w, sniffer: s}
}

type hijackWatcher struct {
	http.ResponseWriter
	sniffer *sniffer
}

func (h *hijackWatcher) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	c, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	early, err := rw.Reader.Peek(rw.Reader.Buffered())
	if err != nil {
		return nil, nil, err
	}
	h.sniffer.see(early)
	return &watchedConn{Conn: c, sniffer: h.sniffer}, rw, nil
}

type watchedConn struct {
	net.Conn
	sniffer *sniffer
}

func (c *watchedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.sniffer.see(p[:n])
	return n, err
}

// takeFragmented tells whether the message that was just read came in pieces.
func (s *sniffer) takeFragmented() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.messages) == 0 {
		return false
	}
	first := s.messages[0]
	s.messages = s.messages[1:]
	return first
}

// see follows the frames (RFC 6455, section 5.2) through any split of the bytes.
func (s *sniffer) see(p []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(p) > 0 {
		if s.skip > 0 {
			n := min(uint64(len(p)), s.skip)
			s.skip -= n
			p = p[n:]
			continue
		}
		s.header = append(s.header, p[0])
		p = p[1:]
		s.endHeader()
	}
}

// endHeader acts once the header is complete.
func (s *sniffer) endHeader() {
	h := s.header
	if len(h) < 2 {
		return
	}
	size, need := uint64(h[1]&0x7f), 2
	switch size {
	case 126:
		need = 4
	case 127:
		need = 10
	}
	masked := h[1]&0x80 != 0
	total := need
	if masked {
		total += 4
	}
	if len(h) < total {
		return
	}
	switch need {
	case 4:
		size = uint64(binary.BigEndian.Uint16(h[2:4]))
	case 10:
		size = binary.BigEndian.Uint64(h[2:10])
	}
	s.skip, s.header = size, h[:0]
	s.countPieces(h[0])
}

func (s *sniffer) countPieces(first byte) {
	final, opcode := first&0x80 != 0, first&0x0f
	switch {
	case opcode >= 8: // control frames may stand between the pieces
	case !final:
		s.inPieces = true
	default:
		s.messages = append(s.messages, s.inPieces)
		s.inPieces = false
	}
}
