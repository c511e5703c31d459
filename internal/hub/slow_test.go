package hub

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs"
)

func TestSlowClientIsCutOff(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Stall = 2 * time.Second })
	s := newSong(t)
	u, err := w.login("drummer").Begin(ctx, s.commit("x"), 1<<20)
	require.NoError(t, err)
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.hub.URL(), "http://"))
	require.NoError(t, err)
	defer conn.Close()
	_, err = fmt.Fprintf(conn, "PUT /api/v1/uploads/%s/blocks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: 1000000\r\n\r\nabc",
		u.ID, w.session("drummer"))
	require.NoError(t, err)
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(soon)))
	answer, err := io.ReadAll(conn)
	require.NoError(t, err, "the hub closes the connection")
	require.NotContains(t, string(answer), "200 OK")
}

func TestTricklingClientIsCutOff(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Stall = 2 * time.Second })
	u, err := w.login("drummer").Begin(ctx, newSong(t).commit("x"), 1<<20)
	require.NoError(t, err)
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.hub.URL(), "http://"))
	require.NoError(t, err)
	defer conn.Close()
	_, err = fmt.Fprintf(conn, "PUT /api/v1/uploads/%s/blocks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: 1000000\r\n\r\n",
		u.ID, w.session("drummer"))
	require.NoError(t, err)
	_, err = conn.Write(binary.AppendUvarint(nil, 900_000)) // a long header is to come
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		_, err := conn.Write([]byte{1}) // often enough for each read, not for the whole
		return err != nil
	}, soon, 20*time.Millisecond)
}

func TestClientThatDoesNotReadIsCutOff(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Stall = 2 * time.Second })
	added, err := ipfs.Add(ctx, w.hub.blocks, bytes.NewReader(make([]byte, 64<<20)))
	require.NoError(t, err)
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.hub.URL(), "http://"))
	require.NoError(t, err)
	defer conn.Close()
	_, err = fmt.Fprintf(conn, "GET /ipfs/%s HTTP/1.1\r\nHost: x\r\n\r\n", added.CID)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		_, body := w.call("GET", "/metrics", "", nil)
		return strings.Contains(body, `parrots_hub_requests_total{route="/ipfs/"`)
	}, soon, 20*time.Millisecond, "the request ends although nobody reads")
}

func TestTooManyConnections(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	l := &boundedListener{inner, make(gate, 2)}
	defer l.Close()
	accepted := make(chan net.Conn, 8)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			accepted <- conn
		}
	}()
	dial := func() net.Conn {
		conn, err := net.Dial("tcp", inner.Addr().String())
		require.NoError(t, err)
		t.Cleanup(func() { conn.Close() })
		require.NoError(t, conn.SetDeadline(time.Now().Add(soon)))
		return conn
	}
	dial()
	dial()
	first, second := <-accepted, <-accepted
	defer second.Close()
	_, err = io.ReadAll(dial())
	require.NoError(t, err, "the third is closed")
	require.Empty(t, accepted)
	require.NoError(t, first.Close())
	require.Error(t, first.Close(), "and counts once")
	dial()
	defer (<-accepted).Close()
	_, err = io.ReadAll(dial())
	require.NoError(t, err)
}

func TestTooManyAtOnce(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Stall = 2 * time.Second })
	s := newSong(t)
	u, err := w.login("drummer").Begin(ctx, s.commit("x"), 1<<20)
	require.NoError(t, err)
	token := w.session("drummer")
	var open []net.Conn
	defer func() {
		for _, c := range open {
			c.Close()
		}
	}()
	stall := func() {
		conn, err := net.Dial("tcp", strings.TrimPrefix(w.hub.URL(), "http://"))
		require.NoError(t, err)
		open = append(open, conn)
		_, err = fmt.Fprintf(conn, "PUT /api/v1/uploads/%s/blocks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: 9\r\n\r\na", u.ID, token)
		require.NoError(t, err)
	}
	for range maxBlockRequestsEach {
		stall()
	}
	put := func() int {
		status, _ := w.call("PUT", "/api/v1/uploads/"+u.ID+"/blocks", token, bytes.NewReader(car(t, rawBlock(t, "x"))))
		return status
	}
	for deadline := time.Now().Add(soon); put() != 503; stall() {
		require.True(t, time.Now().Before(deadline), "no request was turned away")
	}
	require.Eventually(t, func() bool { return put() == 200 }, soon, 50*time.Millisecond, "after the slow ones are cut off")
}
