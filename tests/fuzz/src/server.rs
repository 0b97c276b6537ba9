//! A server that the fuzzer controls: the bytes that it reads before it replies, its replies, their
//! pieces, and whether it then keeps, closes or resets the connection. It runs on a separate
//! thread, on a loopback socket.
//!
//! It never waits for a client that waits for it: it keeps a connection only if all replies on it
//! are complete for the naive reader, and then waits for a request only if none is unanswered. So a
//! run ends if the client does; a client that does not end is a finding.

use crate::draw::Draw;
use crate::naive::{self, Head};
use crate::requests;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::net::sockopt::set_socket_linger;
use std::collections::VecDeque;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

/// The bytes that are read before a reply.
#[derive(Clone, Copy, Debug)]
enum Wait {
    /// A complete request, unless one is unanswered.
    Request,
    /// This many bytes of it.
    Bytes(usize),
    /// Nothing.
    No,
}

/// The action after a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Keep,
    Close,
    Reset,
}

/// One reply.
#[derive(Clone, Debug)]
struct Turn {
    wait: Wait,
    reply: Vec<u8>,
    /// The size of the first pieces.
    piece_bytes: usize,
    end: End,
}

/// All actions of the server; the last turn is repeated without end.
#[derive(Clone, Debug)]
pub struct Script {
    turns: VecDeque<Turn>,
    last: Turn,
}

/// Longest script.
const TURNS_MAX: usize = 16;
const PIECES_MAX: usize = 6;

impl Script {
    /// Draws a script.
    #[must_use]
    pub fn draw(draw: &mut Draw) -> Self {
        let last = match draw.byte() % 4 {
            0 => Turn { wait: Wait::No, reply: Vec::new(), piece_bytes: 1, end: End::Close },
            1 => Turn { wait: Wait::No, reply: Vec::new(), piece_bytes: 1, end: End::Reset },
            _ => Turn { wait: Wait::Request, reply: status(500), piece_bytes: usize::MAX, end: End::Close },
        };
        let mut turns = VecDeque::new();
        while !draw.is_empty() && turns.len() < TURNS_MAX {
            turns.push_back(Turn::draw(draw));
        }
        Self { turns, last }
    }

    /// Returns the number of replies before the last, which is repeated.
    #[must_use]
    pub fn turns(&self) -> usize {
        self.turns.len()
    }
}

impl Turn {
    fn draw(draw: &mut Draw) -> Self {
        let style = draw.byte();
        let end = [End::Keep, End::Keep, End::Close, End::Reset][usize::from(style & 3)];
        let wait = match style >> 2 & 3 {
            0 | 1 => Wait::Request,
            2 => Wait::Bytes(draw.word() % 2000),
            _ => Wait::No,
        };
        let piece_bytes = [usize::MAX, usize::MAX, 1, 40][usize::from(style >> 4 & 3)];
        let reply = match draw.byte() % 8 {
            0..=2 => event(draw),
            3 | 4 => status(202),
            5 => status(draw.one_of(&[200, 400, 403, 404, 410, 413, 500, 204, 302, 101])),
            6 => Vec::new(),
            _ => draw.run().to_vec(),
        };
        Self { wait, reply, piece_bytes, end }
    }
}

fn status(status: u16) -> Vec<u8> {
    format!("HTTP/1.1 {status} Status\r\nContent-Length: 16\r\n\r\n{{\"status\":\"OK\"}}\n").into()
}

/// Returns a reply to `next`, with an event and most possible irregularities.
fn event(draw: &mut Draw) -> Vec<u8> {
    let (style, name) = (draw.byte(), draw.byte());
    let body = draw.run();
    let mut reply = Vec::new();
    if style & 1 != 0 {
        reply.extend(b"HTTP/1.1 100 Continue\r\n\r\n");
    }
    reply.extend(b"HTTP/1.1 200 OK\r\nLambda-Runtime-Deadline-Ms: 99999999999999\r\n");
    let long = 250 + usize::from(name >> 4);
    header(
        &mut reply,
        "Lambda-Runtime-Aws-Request-Id",
        match name & 7 {
            7 => b"",
            6 => &LONG[..long],
            5 => draw.run(),
            digit => &b"01234"[digit.into()..][..1],
        },
    );
    match style & 6 {
        2 => header(&mut reply, "Lambda-Runtime-Invocation-Id", &LONG[..long]),
        4 => header(&mut reply, "lambda-runtime-invocation-id", b" once more \t"),
        6 => header(&mut reply, "Lambda-Runtime-Invocation-Id", draw.run()),
        _ => {}
    }
    if style & 8 != 0 {
        reply.extend(b"Connection: close\r\n");
    }
    match style >> 4 {
        0 => reply.extend(b"Content-Length: 9999999\r\n\r\n"),
        1 => reply.extend(b"\r\n"),
        2..=5 => {
            reply.extend(b"Transfer-Encoding: chunked\r\n\r\n");
            for chunk in body.chunks(7) {
                reply.extend(format!("{:x}\r\n", chunk.len()).bytes());
                reply.extend(chunk);
                reply.extend(b"\r\n");
            }
            reply.extend(b"0\r\n\r\n");
            return reply;
        }
        _ => reply.extend(format!("Content-Length: {}\r\n\r\n", body.len()).bytes()),
    }
    reply.extend(body);
    reply
}

/// Longer than the limit of ids.
const LONG: [u8; 270] = [b'x'; 270];

fn header(reply: &mut Vec<u8>, name: &str, value: &[u8]) {
    reply.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
}

/// The record of a played script.
#[derive(Debug, Default)]
pub struct Played {
    /// The bytes received on each connection.
    pub received: Vec<Vec<u8>>,
    /// The heads of all replies sent.
    pub heads: Vec<Head>,
}

/// The server, as seen by the client's thread.
#[derive(Debug)]
pub struct Server {
    /// Its address.
    pub address: SocketAddr,
    scripts: Sender<Script>,
    played: Receiver<Played>,
    wake: UnixStream,
}

impl Server {
    /// Starts the server.
    #[must_use]
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        listener.set_nonblocking(true).expect("a socket");
        let address = listener.local_addr().expect("a socket");
        let (scripts, to_play) = channel();
        let (done, played) = channel();
        let (wake, woken) = UnixStream::pair().expect("two sockets");
        thread::spawn(move || {
            for script in to_play {
                done.send(play(&listener, &woken, script)).expect("the client's thread");
            }
        });
        Self { address, scripts, played, wake }
    }

    /// Plays `script` while `client` runs. The client has closed its connections when it returns.
    pub fn play(&mut self, script: Script, client: impl FnOnce()) -> Played {
        self.scripts.send(script).expect("the server's thread");
        client();
        self.wake.write_all(b"!").expect("the server's thread");
        self.played.recv().expect("the server's thread")
    }
}

fn play(listener: &TcpListener, mut woken: &UnixStream, mut script: Script) -> Played {
    let mut played = Played::default();
    loop {
        let mut descriptors = [PollFd::new(listener, PollFlags::IN), PollFd::new(woken, PollFlags::IN)];
        poll(&mut descriptors, None).expect("two sockets");
        if let Ok((connection, _)) = listener.accept() {
            converse(connection, &mut script, &mut played);
        } else if !descriptors[1].revents().is_empty() {
            woken.read_exact(&mut [0]).expect("the client's thread");
            return played;
        }
    }
}

fn converse(mut connection: TcpStream, script: &mut Script, played: &mut Played) {
    connection.set_nodelay(true).expect("a socket");
    let (mut received, mut sent) = (Vec::new(), Vec::new());
    loop {
        let turn = script.turns.front().unwrap_or(&script.last);
        let replies = naive::replies(&sent);
        let start_bytes = received.len();
        let is_due = |received: &[u8]| match turn.wait {
            Wait::No => true,
            Wait::Bytes(count) if received.len() >= start_bytes + count => true,
            _ => requests::whole(received) > replies.whole,
        };
        while !is_due(&received) {
            if receive(&mut connection, &mut received) == 0 {
                played.received.push(received);
                played.heads.extend(replies.heads);
                return; // the client has closed; the turn is played on the next connection
            }
        }
        let turn = script.turns.pop_front().unwrap_or_else(|| script.last.clone());
        send(&mut connection, &turn);
        sent.extend(turn.reply);
        let replies = naive::replies(&sent);
        if turn.end == End::Keep && replies.ends_whole {
            continue;
        }
        if turn.end == End::Reset {
            set_socket_linger(&connection, Some(Duration::ZERO)).expect("a socket");
        } else {
            connection.shutdown(Shutdown::Write).ok(); // the client may have closed it
            while receive(&mut connection, &mut received) > 0 {}
        }
        played.received.push(received);
        played.heads.extend(replies.heads);
        return;
    }
}

/// Receives more bytes; returns 0 at the end or after an error.
fn receive(connection: &mut TcpStream, received: &mut Vec<u8>) -> usize {
    let mut memory = [0; 1 << 14];
    let count = connection.read(&mut memory).unwrap_or(0);
    received.extend(&memory[..count]);
    count
}

/// Sends a reply. A client that has closed is noticed by the next read.
fn send(connection: &mut TcpStream, turn: &Turn) {
    let mut rest = turn.reply.as_slice();
    for _ in 1..PIECES_MAX {
        let (piece, tail) = rest.split_at(rest.len().min(turn.piece_bytes));
        connection.write_all(piece).ok();
        rest = tail;
    }
    connection.write_all(rest).ok();
}
