//! Many requests to a server that breaks connections at random: no reply is lost, no request is
//! sent twice unless it is repeatable, and memory and descriptors do not grow.

use crate::support;
use outbound::{Kind, Request};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::{fs, thread};

/// The server's behaviour for a request.
#[derive(Clone, Copy)]
enum Fate {
    Answered,
    AnsweredAndClosed,
    /// Read, and not answered.
    Lost,
    CutOff,
    /// Not read completely, which resets the connection.
    Reset,
}

/// Each request whose number is a multiple of this is read and not answered, until the client's
/// time limit has passed.
const STALLED_EACH: usize = 499;
/// The time limit of those, in milliseconds.
const STALLED_MS: u64 = 100;

/// Pseudo-random numbers (xorshift), the same in each run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn fate(&mut self) -> Fate {
        match self.next() % 1000 {
            0..20 => Fate::AnsweredAndClosed,
            20..40 => Fate::Lost,
            40..60 => Fate::CutOff,
            60..80 => Fate::Reset,
            _ => Fate::Answered,
        }
    }
}

/// The number of times that each request was received completely.
type Received = Arc<Mutex<Vec<u8>>>;

fn serve(mut stream: TcpStream, random: &mut Random, received: &Received) -> Option<()> {
    loop {
        let fate = random.fate();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).ok()?;
            head.push(byte[0]);
            if matches!(fate, Fate::Reset) && head.len() == 20 {
                return None;
            }
        }
        let head = String::from_utf8(head).unwrap();
        let number = head.split(['/', ' ']).nth(2)?;
        let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: ")).map_or(0, |length| length.parse().unwrap());
        stream.read_exact(&mut vec![0; length]).ok()?;
        let index: usize = number.parse().unwrap();
        received.lock().unwrap()[index] += 1;
        if index.is_multiple_of(STALLED_EACH) {
            return stream.read_exact(&mut [0]).ok();
        }
        let reply = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{number}", number.len());
        match fate {
            Fate::Lost | Fate::Reset => return None,
            Fate::CutOff => return stream.write_all(&reply.as_bytes()[..reply.len() / 2]).ok(),
            Fate::Answered => stream.write_all(reply.as_bytes()).ok()?,
            Fate::AnsweredAndClosed => {
                stream.write_all(reply.as_bytes()).ok()?;
                return stream.shutdown(Shutdown::Both).ok();
            }
        }
    }
}

fn status_kb(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let value = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    value.trim().strip_suffix(" kB").unwrap().parse().unwrap()
}

/// `just soak-requests COUNT`.
#[test]
#[ignore = "as many requests as RUCHY_LAMBDA_SOAK says, or 20,000"]
fn requests_survive_a_server_that_breaks_connections() {
    let _turn = support::alone();
    let count: usize = std::env::var("RUCHY_LAMBDA_SOAK").map_or(20_000, |count| count.parse().unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let received: Received = Arc::new(Mutex::new(vec![0; count]));
    let counts = received.clone();
    thread::spawn(move || {
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        for stream in listener.incoming() {
            serve(stream.unwrap(), &mut random, &counts);
        }
    });
    let (mut answered, mut failed, mut before) = (0, 0, (0, 0));
    let descriptors = || fs::read_dir("/proc/self/fd").unwrap().count();
    support::in_invocation(0, || {
        for number in 0..count {
            if number == count / 10 {
                before = (status_kb("VmRSS:"), descriptors());
            }
            let is_post = number % 2 == 1;
            let request = Request::new(if is_post { "POST" } else { "GET" }, &format!("{url}/{number}"));
            let is_stalled = number.is_multiple_of(STALLED_EACH);
            // No other time limit may pass, however busy the machine is.
            let request = request.timeout_ms(if is_stalled { STALLED_MS } else { 600_000 });
            let request = if is_post { request.body("data").attempts_max(3) } else { request.attempts_max(1) };
            let result = request.send();
            let times = received.lock().unwrap()[number];
            match result {
                Ok(reply) => {
                    assert_eq!((reply.status(), reply.text()), (200, number.to_string()));
                    assert!(if is_post { times == 1 } else { times >= 1 }, "{number} was received {times} times");
                    answered += 1;
                }
                Err(error) => {
                    assert!(matches!((error.kind(), is_stalled), (Kind::ConnectionLost, _) | (Kind::Timeout, true)), "{error}");
                    assert!(times <= if is_post { 1 } else { 2 }, "{number} was received {times} times");
                    assert!(!(is_post && error.is_not_sent() && times > 0), "{number} was received, and reported as not sent");
                    failed += 1;
                }
            }
        }
    });
    outbound::pool::clear();
    println!("{count} requests: {answered} answered, {failed} failed; {} kB before, {} kB after", before.0, status_kb("VmRSS:"));
    assert!(answered > count * 9 / 10 && failed > 0);
    assert!(descriptors() <= before.1, "{} descriptors before, {} after", before.1, descriptors());
    assert!(status_kb("VmRSS:") < before.0 + 2048, "{} kB before, {} kB after", before.0, status_kb("VmRSS:"));
}
