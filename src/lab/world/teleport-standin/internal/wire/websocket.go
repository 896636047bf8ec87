package wire

import (
	"bufio"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"sync"
)

// WebSocketAccept is the answer to a challenge (RFC 6455, 1.3).
func WebSocketAccept(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// WebSocketKey is a challenge.
func WebSocketKey() string {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(err)
	}
	return base64.StdEncoding.EncodeToString(b[:])
}

const (
	opBinary = 0x2
	opClose  = 0x8
	opPing   = 0x9
	opPong   = 0xA
)

// webSocket carries bytes in binary frames, and answers pings. What the frames hold is a stream: their bounds mean nothing.
type webSocket struct {
	net.Conn
	in     *bufio.Reader
	client bool

	left   uint64
	mask   [4]byte
	masked bool
	offset int

	writing sync.Mutex
}

// NewWebSocket is the stream inside a connection that was upgraded; a client masks what it sends.
func NewWebSocket(conn net.Conn, in *bufio.Reader, client bool) net.Conn {
	return &webSocket{Conn: conn, in: in, client: client}
}

// Read reads what is in binary frames.
func (w *webSocket) Read(to []byte) (int, error) {
	for w.left == 0 {
		if err := w.nextFrame(); err != nil {
			return 0, err
		}
	}
	if uint64(len(to)) > w.left {
		to = to[:w.left]
	}
	n, err := w.in.Read(to)
	for i := 0; w.masked && i < n; i++ {
		to[i] ^= w.mask[w.offset%4]
		w.offset++
	}
	w.left -= uint64(n)
	return n, err
}

// nextFrame reads a head. A control frame is dealt with at once.
func (w *webSocket) nextFrame() error {
	var head [2]byte
	if _, err := io.ReadFull(w.in, head[:]); err != nil {
		return err
	}
	size, err := w.size(head[1] & 0x7F)
	if err != nil {
		return err
	}
	if w.masked = head[1]&0x80 != 0; w.masked {
		if _, err := io.ReadFull(w.in, w.mask[:]); err != nil {
			return err
		}
	}
	if w.masked == w.client {
		return fmt.Errorf("websocket: only a client masks its frames")
	}
	w.offset = 0
	op := head[0] & 0x0F
	if op < opClose {
		w.left = size
		return nil
	}
	return w.control(op, size)
}

func (w *webSocket) size(short byte) (uint64, error) {
	var long [8]byte
	switch short {
	case 126:
		_, err := io.ReadFull(w.in, long[6:])
		return binary.BigEndian.Uint64(long[:]), err
	case 127:
		_, err := io.ReadFull(w.in, long[:])
		return binary.BigEndian.Uint64(long[:]), err
	}
	return uint64(short), nil
}

func (w *webSocket) control(op byte, size uint64) error {
	if size > 125 {
		return fmt.Errorf("websocket: a control frame of %d bytes", size)
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(w.in, body); err != nil {
		return err
	}
	for i := range body {
		if w.masked {
			body[i] ^= w.mask[i%4]
		}
	}
	switch op {
	case opPing:
		return w.frame(opPong, body)
	case opClose:
		_ = w.frame(opClose, nil)
		return io.EOF
	}
	return nil
}

// Write sends one binary frame.
func (w *webSocket) Write(text []byte) (int, error) {
	if err := w.frame(opBinary, text); err != nil {
		return 0, err
	}
	return len(text), nil
}

func (w *webSocket) frame(op byte, body []byte) error {
	out := []byte{0x80 | op, 0}
	switch size := len(body); {
	case size < 126:
		out[1] = byte(size)
	case size < 1<<16:
		out[1] = 126
		out = binary.BigEndian.AppendUint16(out, uint16(size))
	default:
		out[1] = 127
		out = binary.BigEndian.AppendUint64(out, uint64(size))
	}
	if w.client {
		var mask [4]byte
		if _, err := rand.Read(mask[:]); err != nil {
			return err
		}
		out[1] |= 0x80
		out = append(out, mask[:]...)
		for i, b := range body {
			out = append(out, b^mask[i%4])
		}
	} else {
		out = append(out, body...)
	}
	w.writing.Lock()
	defer w.writing.Unlock()
	_, err := w.Conn.Write(out)
	return err
}
