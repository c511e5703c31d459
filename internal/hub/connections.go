package hub

import (
	"net"
	"sync"
)

// boundedListener holds so many connections at a time and closes those over it, so
// that a crowd of idle ones does not take the files that the block store has to open.
type boundedListener struct {
	net.Listener
	places gate
}

// Accept implements net.Listener.
func (l *boundedListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		select {
		case l.places <- struct{}{}:
			return &countedConn{Conn: conn, leave: sync.OnceFunc(func() { <-l.places })}, nil
		default:
			_ = conn.Close() // there is no place to say why
		}
	}
}

type countedConn struct {
	net.Conn
	leave func()
}

// Close implements net.Conn.
func (c *countedConn) Close() error {
	defer c.leave()
	return c.Conn.Close()
}
