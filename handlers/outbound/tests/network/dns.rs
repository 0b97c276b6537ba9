//! Lookups with name servers of the tests.

use crate::refusing::Refusing;
use crate::support;
use outbound::{Kind, Request};
use simple_dns::rdata::{A, AAAA, RData};
use simple_dns::{CLASS, Packet, PacketFlag, QTYPE, RCODE, ResourceRecord, TYPE};
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, UdpSocket};
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
    /// Answers once it has the questions for both types of address.
    AnswersPairs,
    /// Does not answer questions for IPv6.
    SilentForIpv6,
    FailsForIpv6,
    /// Has an IPv6 address alone.
    OnlyIpv6,
    /// Has [`REFUSING`] and an IPv6 address.
    BothTypes,
    /// Knows names below [`DOMAIN`] alone.
    OnlyDomain,
}

/// An IPv4 address without a web server.
const REFUSING: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
/// A domain of `search`, as in a message.
const DOMAIN: &[u8] = b"\x06search\x04test\0";

fn reply(question: &[u8], change: impl FnOnce(&mut Packet<'_>)) -> Vec<u8> {
    let asked = Packet::parse(question).unwrap();
    let mut packet = Packet::new_reply(asked.id());
    packet.questions.clone_from(&asked.questions);
    change(&mut packet);
    packet.build_bytes_vec().unwrap()
}

/// Answers with addresses of the type that is asked for, if there are any.
fn with_addresses(question: &[u8], addresses: &[IpAddr]) -> Vec<u8> {
    reply(question, |packet| {
        let asked = packet.questions[0].clone();
        for address in addresses {
            let (kind, data) = match address {
                IpAddr::V4(address) => (TYPE::A, RData::A(A { address: u32::from(*address) })),
                IpAddr::V6(address) => (TYPE::AAAA, RData::AAAA(AAAA { address: u128::from(*address) })),
            };
            if asked.qtype == QTYPE::TYPE(kind) {
                packet.answers.push(ResourceRecord::new(asked.qname.clone(), CLASS::IN, 0, data));
            }
        }
    })
}

fn with_address(question: &[u8]) -> Vec<u8> {
    with_addresses(question, &[Ipv4Addr::LOCALHOST.into()])
}

fn is_for_ipv6(question: &[u8]) -> bool {
    Packet::parse(question).unwrap().questions[0].qtype == QTYPE::TYPE(TYPE::AAAA)
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

/// The answers by UDP. `earlier` are questions that were not answered.
fn answers(behaviour: Behaviour, question: &[u8], earlier: &mut Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let failure = || reply(question, |packet| *packet.rcode_mut() = RCODE::ServerFailure);
    let no_such_name = || reply(question, |packet| *packet.rcode_mut() = RCODE::NameError);
    let ipv6 = IpAddr::from(Ipv6Addr::LOCALHOST);
    vec![match behaviour {
        Behaviour::Silent => return Vec::new(),
        Behaviour::SilentForIpv6 if is_for_ipv6(question) => return Vec::new(),
        Behaviour::FailsForIpv6 if is_for_ipv6(question) => failure(),
        Behaviour::OnlyDomain if !question[12..question.len() - 4].ends_with(DOMAIN) => no_such_name(),
        Behaviour::Answers | Behaviour::SilentForIpv6 | Behaviour::FailsForIpv6 | Behaviour::OnlyDomain => with_address(question),
        Behaviour::Fails => failure(),
        Behaviour::NoSuchName => no_such_name(),
        Behaviour::NoAddress => with_addresses(question, &[]),
        Behaviour::Truncates => reply(question, |packet| packet.set_flags(PacketFlag::TRUNCATION)),
        Behaviour::OnlyIpv6 => with_addresses(question, &[ipv6]),
        Behaviour::BothTypes => with_addresses(question, &[REFUSING.into(), ipv6]),
        Behaviour::AnswersPairs => {
            earlier.push(question.to_vec());
            let has_both = earlier.iter().any(|question| is_for_ipv6(question)) && earlier.iter().any(|question| !is_for_ipv6(question));
            return if has_both { earlier.iter().map(|question| with_address(question)).collect() } else { Vec::new() };
        }
        Behaviour::AnswersOthersFirst => {
            let mut other = with_address(question);
            other[0] ^= 1;
            let mut name = with_address(question);
            name[13] ^= 1;
            return vec![other, name, vec![0; 3], with_address(question)];
        }
    }]
}

/// Starts a name server with UDP and TCP.
fn start((socket, listener): (UdpSocket, TcpListener), behaviour: Behaviour) {
    thread::spawn(move || {
        let (mut buffer, mut earlier) = ([0; 512], Vec::new());
        while let Ok((bytes, client)) = socket.recv_from(&mut buffer) {
            for answer in answers(behaviour, &buffer[..bytes], &mut earlier) {
                socket.send_to(&answer, client).unwrap();
            }
        }
    });
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, mut length) = (stream.unwrap(), [0; 2]);
            // Until the client closes the connection, which it may do before the last answer.
            while stream.read_exact(&mut length).is_ok() {
                let mut question = vec![0; usize::from(u16::from_be_bytes(length))];
                stream.read_exact(&mut question).unwrap();
                let answer = with_address(&question);
                let answer = [&u16::try_from(answer.len()).unwrap().to_be_bytes()[..], &answer].concat();
                // In two parts, as a network may deliver it.
                stream.write_all(&answer[..7]).and_then(|()| stream.write_all(&answer[7..])).ok();
            }
        }
    });
}

/// Starts a server at `address` that answers one request of each connection, and returns its port.
fn web_server(address: IpAddr) -> u16 {
    let listener = TcpListener::bind((address, 0)).unwrap();
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
    lookup_at(&format!("{host}:{}", web_server(Ipv4Addr::LOCALHOST.into())), behaviours, "")
}

/// As [`lookup`], of a host and port, and with further lines in `resolv.conf`.
fn lookup_at(authority: &str, behaviours: &[Behaviour], lines: &str) -> Result<String, (Kind, String)> {
    let folder = tempfile::tempdir().unwrap();
    let (config, hosts) = (folder.path().join("resolv.conf"), folder.path().join("hosts"));
    // A server that answers has ten seconds, for a busy machine. Only a silent server times out
    // quickly.
    let options = match behaviours {
        [Behaviour::Silent] => "timeout:1 attempts:1",
        [Behaviour::Silent, ..] => "timeout:1 attempts:10",
        _ => "timeout:10 attempts:1",
    };
    let mut text = format!("options {options}\n{lines}\n");
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
    let result = Request::get(&format!("http://{authority}/")).attempts_max(1).send();
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

#[test]
fn lookup_asks_for_both_types_of_address_at_once() {
    let _turn = support::alone();
    let ok = || Ok("ok".to_owned());
    assert_eq!(lookup("name.test", &[Behaviour::AnswersPairs]), ok());
    assert_eq!(lookup("name.test", &[Behaviour::SilentForIpv6]), ok());
    assert_eq!(lookup("name.test", &[Behaviour::FailsForIpv6]), ok());
    support::set_environment(&[]);
}

#[test]
fn lookup_uses_ipv6_where_ipv4_does_not_connect() {
    let _turn = support::alone();
    if TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_err() {
        eprintln!("not run: this machine has no IPv6");
        return;
    }
    let ok = || Ok("ok".to_owned());
    let server = web_server(Ipv6Addr::LOCALHOST.into());
    assert_eq!(lookup_at(&format!("name.test:{server}"), &[Behaviour::OnlyIpv6], ""), ok());
    // Another program may have the server's port at the other address: then another port is tried.
    let (port, _refusing) = loop {
        let port = web_server(Ipv6Addr::LOCALHOST.into());
        if let Ok(refusing) = Refusing::bind_to(SocketAddr::from((REFUSING, port))) {
            break (port, refusing);
        }
    };
    assert_eq!(lookup_at(&format!("name.test:{port}"), &[Behaviour::BothTypes], ""), ok());
    // Without any address that connects, the error is that of the last one.
    let refusing = Refusing::bind();
    let (kind, message) = lookup_at(&format!("name.test:{}", refusing.address().port()), &[Behaviour::Answers], "").unwrap_err();
    assert_eq!(kind, Kind::Connect);
    assert!(message.ends_with(" of name.test: connection refused"), "{message}");
    support::set_environment(&[]);
}

#[test]
fn lookup_completes_names_by_search() {
    let _turn = support::alone();
    let lookup =
        |host: &str, lines: &str| lookup_at(&format!("{host}:{}", web_server(Ipv4Addr::LOCALHOST.into())), &[Behaviour::OnlyDomain], lines);
    let ok = || Ok("ok".to_owned());
    assert_eq!(lookup("db", "search other.test search.test"), ok());
    assert_eq!(lookup("db.prod", "domain search.test"), ok(), "after the name as written");
    assert_eq!(lookup("db.prod", "search search.test\noptions ndots:2"), ok());
    let missing = Err((Kind::Dns, "cannot resolve db: the host name does not exist".to_owned()));
    assert_eq!(lookup("db", "search other.test"), missing);
    support::set_environment(&[]);
}
