//! Lookups with name servers of the tests.

use crate::support;
use outbound::{Kind, Request};
use simple_dns::rdata::{A, RData};
use simple_dns::{CLASS, Packet, PacketFlag, RCODE, ResourceRecord};
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::thread;

/// The behaviour of a name server.
#[derive(Clone, Copy)]
enum Behaviour {
    Answers,
    Silent,
    Fails,
    NoSuchName,
    NoAddress,
    /// Truncates answers over UDP, and answers over TCP.
    Truncates,
    /// First sends answers with another id and for another name.
    AnswersOthersFirst,
}

fn reply(question: &[u8], change: impl FnOnce(&mut Packet<'_>)) -> Vec<u8> {
    let asked = Packet::parse(question).unwrap();
    let mut packet = Packet::new_reply(asked.id());
    packet.questions.clone_from(&asked.questions);
    change(&mut packet);
    packet.build_bytes_vec().unwrap()
}

fn with_address(question: &[u8]) -> Vec<u8> {
    reply(question, |packet| {
        let name = packet.questions[0].qname.clone();
        packet.answers.push(ResourceRecord::new(name, CLASS::IN, 0, RData::A(A { address: u32::from(Ipv4Addr::LOCALHOST) })));
    })
}

/// Number of attempts to find a port that is free at every address. Other programs use ports at the
/// same time.
const PORT_ATTEMPTS_MAX: usize = 1000;

/// Binds UDP and TCP to one port of 127.0.0.1 and the following addresses, `count` in all.
fn bind(count: usize) -> (u16, Vec<(UdpSocket, TcpListener)>) {
    let bind_at = |number: usize, port: u16| {
        let ip = format!("127.0.0.{}", number + 1);
        let socket = UdpSocket::bind((ip.as_str(), port)).ok()?;
        let port = socket.local_addr().unwrap().port();
        Some((socket, TcpListener::bind((ip.as_str(), port)).ok()?))
    };
    (0..PORT_ATTEMPTS_MAX)
        .find_map(|_| {
            let first = bind_at(0, 0)?;
            let port = first.0.local_addr().unwrap().port();
            let mut bound = vec![first];
            for number in 1..count {
                bound.push(bind_at(number, port)?);
            }
            Some((port, bound))
        })
        .expect("a port that is free at every address")
}

/// Starts a name server with UDP and TCP.
fn start((socket, listener): (UdpSocket, TcpListener), behaviour: Behaviour) {
    thread::spawn(move || {
        let mut buffer = [0; 512];
        while let Ok((bytes, client)) = socket.recv_from(&mut buffer) {
            let question = &buffer[..bytes];
            let mut answers = Vec::new();
            match behaviour {
                Behaviour::Silent => {}
                Behaviour::Answers => answers.push(with_address(question)),
                Behaviour::Fails => answers.push(reply(question, |packet| *packet.rcode_mut() = RCODE::ServerFailure)),
                Behaviour::NoSuchName => answers.push(reply(question, |packet| *packet.rcode_mut() = RCODE::NameError)),
                Behaviour::NoAddress => answers.push(reply(question, |_| {})),
                Behaviour::Truncates => answers.push(reply(question, |packet| packet.set_flags(PacketFlag::TRUNCATION))),
                Behaviour::AnswersOthersFirst => {
                    let mut other = with_address(question);
                    other[0] ^= 1;
                    let mut name = with_address(question);
                    name[13] ^= 1;
                    answers.extend([other, name, vec![0; 3], with_address(question)]);
                }
            }
            for answer in answers {
                socket.send_to(&answer, client).unwrap();
            }
        }
    });
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, mut length) = (stream.unwrap(), [0; 2]);
            stream.read_exact(&mut length).unwrap();
            let mut question = vec![0; usize::from(u16::from_be_bytes(length))];
            stream.read_exact(&mut question).unwrap();
            let answer = with_address(&question);
            stream.write_all(&u16::try_from(answer.len()).unwrap().to_be_bytes()).unwrap();
            // In two parts, as a network may deliver it.
            stream.write_all(&answer[..5]).unwrap();
            stream.write_all(&answer[5..]).unwrap();
        }
    });
}

/// Starts a server that answers one request.
fn web_server() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            assert!(stream.read(&mut [0; 1024]).unwrap() > 0);
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").unwrap();
        }
    });
    port
}

/// Returns the result of a request to `host` with these name servers, at 127.0.0.1 and the
/// following addresses.
fn lookup(host: &str, behaviours: &[Behaviour]) -> Result<String, (Kind, String)> {
    let folder = tempfile::tempdir().unwrap();
    let (config, hosts) = (folder.path().join("resolv.conf"), folder.path().join("hosts"));
    // A server that answers has ten seconds, for a busy machine. Only a silent server times out
    // quickly.
    let options = match behaviours {
        [Behaviour::Silent] => "timeout:1 attempts:1",
        [Behaviour::Silent, ..] => "timeout:1 attempts:10",
        _ => "timeout:10 attempts:1",
    };
    let mut text = format!("options {options}\n");
    let (port, sockets) = bind(behaviours.len().max(1));
    for ((number, behaviour), sockets) in behaviours.iter().enumerate().zip(sockets) {
        start(sockets, *behaviour);
        writeln!(text, "nameserver 127.0.0.{}", number + 1).unwrap();
    }
    std::fs::write(&config, text).unwrap();
    std::fs::write(&hosts, "127.0.0.1 listed.test\n").unwrap();
    support::set_environment(&[
        ("RUCHY_LAMBDA_RESOLV_CONF", config.to_str().unwrap()),
        ("RUCHY_LAMBDA_HOSTS_FILE", hosts.to_str().unwrap()),
        ("RUCHY_LAMBDA_DNS_PORT", &port.to_string()),
    ]);
    let result = Request::get(&format!("http://{host}:{}/", web_server())).attempts_max(1).send();
    result.map(|reply| reply.text()).map_err(|error| (error.kind(), error.message().to_owned()))
}

#[test]
fn lookup_handles_every_server_behaviour() {
    let _turn = support::alone();
    let ok = || Ok("ok".to_owned());
    assert_eq!(lookup("name.test", &[Behaviour::Answers]), ok());
    assert_eq!(lookup("listed.test", &[Behaviour::NoSuchName]), ok(), "the hosts file comes first");
    assert_eq!(lookup("name.test", &[Behaviour::Silent, Behaviour::Answers]), ok());
    assert_eq!(lookup("name.test", &[Behaviour::Fails, Behaviour::Answers]), ok());
    assert_eq!(lookup("name.test", &[Behaviour::Truncates]), ok(), "by TCP");
    assert_eq!(lookup("name.test", &[Behaviour::AnswersOthersFirst]), ok());
    let failed = |message: &str| Err((Kind::Dns, message.to_owned()));
    assert_eq!(lookup("name.test", &[Behaviour::NoSuchName]), failed("cannot resolve name.test: the host name does not exist"));
    assert_eq!(lookup("name.test", &[Behaviour::NoAddress]), failed("cannot resolve name.test: the name has no IPv4 or IPv6 address"));
    assert_eq!(lookup("name.test", &[Behaviour::Fails]), failed("cannot resolve name.test: the name server returned an error"));
    assert_eq!(lookup("name.test", &[Behaviour::Silent]), failed("cannot resolve name.test: the name server did not answer in time"));
    support::set_environment(&[]);
}
