//! DNS messages (RFC 1035): a question for addresses, and its answer. Pure.

use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Maximum length of a chain of CNAME records that is followed.
pub const CNAMES_MAX: usize = 16;
/// Maximum number of addresses that are kept for a name.
pub const ADDRESSES_MAX: usize = 16;
/// Maximum length of a name in a message, in bytes.
const NAME_BYTES_MAX: usize = 255;
/// Length of a message's header, in bytes.
const HEADER_BYTES: usize = 12;

/// The type of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum RecordType {
    /// IPv4 addresses.
    A = 1,
    /// IPv6 addresses.
    Aaaa = 28,
}

const CNAME: u16 = 5;
const CLASS_IN: u16 = 1;

/// The answer to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Addresses, and the number of seconds for which they may be cached.
    Addresses(Vec<IpAddr>, u32),
    /// The name exists, but has no address of this type.
    NoAddress,
    /// The name does not exist.
    NoSuchName,
    /// The answer was truncated: repeat the question over TCP.
    Truncated,
    /// The server failed (SERVFAIL, REFUSED and others): try another one.
    ServerFailed,
    /// The message does not answer this question: continue waiting.
    Unrelated,
}

/// Returns the question for the `record_type` addresses of `name`, or `None` if `name` cannot be a
/// host name.
#[must_use]
pub fn question(id: u16, name: &str, record_type: RecordType) -> Option<Vec<u8>> {
    let name = name.strip_suffix('.').unwrap_or(name);
    let mut message = Vec::with_capacity(HEADER_BYTES + name.len() + 6);
    message.extend_from_slice(&id.to_be_bytes());
    // Recursion desired; one question.
    message.extend_from_slice(&[1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    for label in name.split('.') {
        let length = u8::try_from(label.len()).ok().filter(|length| (1..=63).contains(length))?;
        message.push(length);
        message.extend_from_slice(label.as_bytes());
    }
    message.push(0);
    if message.len() - HEADER_BYTES > NAME_BYTES_MAX {
        return None;
    }
    message.extend_from_slice(&(record_type as u16).to_be_bytes());
    message.extend_from_slice(&CLASS_IN.to_be_bytes());
    Some(message)
}

/// Parses the answer to `question` in `message`.
#[must_use]
pub fn answer(question: &[u8], message: &[u8]) -> Answer {
    read_answer(question, message).unwrap_or(Answer::Unrelated)
}

fn read_answer(question: &[u8], message: &[u8]) -> Option<Answer> {
    let expected = question.get(HEADER_BYTES..)?;
    let is_answer = message.get(..2)? == question.get(..2)? && message.get(2)? & 0xf8 == 0x80;
    // The server repeats the question, possibly in another case.
    let repeated = message.get(HEADER_BYTES..HEADER_BYTES + expected.len())?;
    if !is_answer || number_at(message, 4)? != 1 || !repeated.eq_ignore_ascii_case(expected) {
        return None;
    }
    let truncated = message.get(2)? & 2 != 0;
    match message.get(3)? & 0xf {
        0 => {}
        3 => return Some(Answer::NoSuchName),
        _ => return Some(Answer::ServerFailed),
    }
    if truncated {
        return Some(Answer::Truncated);
    }
    let record_type = number_at(expected, expected.len() - 4)?;
    let mut name = name_at(message, HEADER_BYTES)?.0;
    let records = records(message, HEADER_BYTES + expected.len(), number_at(message, 6)?)?;
    let (mut addresses, mut seconds) = (Vec::new(), u32::MAX);
    for _ in 0..=CNAMES_MAX {
        for record in records.iter().filter(|record| record.kind == record_type && record.name == name) {
            if addresses.len() < ADDRESSES_MAX {
                addresses.push(address(record.data)?);
            }
            seconds = seconds.min(record.seconds);
        }
        if !addresses.is_empty() {
            return Some(Answer::Addresses(addresses, seconds));
        }
        let Some(alias) = records.iter().find(|record| record.kind == CNAME && record.name == name) else {
            return Some(Answer::NoAddress);
        };
        seconds = seconds.min(alias.seconds);
        name = name_at(message, alias.data_start)?.0;
    }
    Some(Answer::ServerFailed) // the chain is too long or cyclic
}

struct Record<'message> {
    /// In lowercase, with labels separated by dots.
    name: Vec<u8>,
    kind: u16,
    seconds: u32,
    data: &'message [u8],
    data_start: usize,
}

fn records(message: &[u8], mut position: usize, count: u16) -> Option<Vec<Record<'_>>> {
    let mut records = Vec::new();
    for _ in 0..count {
        let (name, end) = name_at(message, position)?;
        let data_start = end + 10;
        let bytes = usize::from(number_at(message, end + 8)?);
        let seconds = u32::from(number_at(message, end + 4)?) << 16 | u32::from(number_at(message, end + 6)?);
        let data = message.get(data_start..data_start + bytes)?;
        if number_at(message, end + 2)? == CLASS_IN {
            records.push(Record { name, kind: number_at(message, end)?, seconds, data, data_start });
        }
        position = data_start + bytes;
    }
    Some(records)
}

/// Returns the name at `start`, with its pointers followed, and the position after it.
fn name_at(message: &[u8], start: usize) -> Option<(Vec<u8>, usize)> {
    let (mut name, mut position, mut after) = (Vec::new(), start, None);
    loop {
        let length = *message.get(position)?;
        match length {
            0 => return Some((name, after.unwrap_or(position + 1))),
            1..=63 => {
                let label = message.get(position + 1..position + 1 + usize::from(length))?;
                name.extend_from_slice(label);
                name.push(b'.');
                name.make_ascii_lowercase();
                if name.len() > NAME_BYTES_MAX {
                    return None;
                }
                position += 1 + usize::from(length);
            }
            192.. => {
                let target = usize::from(number_at(message, position)? & 0x3fff);
                after.get_or_insert(position + 2);
                // A pointer must point backwards, so that there are no cycles.
                if target >= position {
                    return None;
                }
                position = target;
            }
            _ => return None,
        }
    }
}

fn number_at(message: &[u8], position: usize) -> Option<u16> {
    message.get(position..)?.first_chunk().map(|bytes| u16::from_be_bytes(*bytes))
}

fn address(data: &[u8]) -> Option<IpAddr> {
    if let Ok(bytes) = <[u8; 4]>::try_from(data) {
        return Some(IpAddr::V4(Ipv4Addr::from(bytes)));
    }
    <[u8; 16]>::try_from(data).ok().map(|bytes| IpAddr::V6(Ipv6Addr::from(bytes)))
}

#[cfg(test)]
mod tests {
    use super::{Answer, RecordType, answer, question};
    use proptest::prelude::{any, prop, proptest};
    use simple_dns::rdata::{A, AAAA, CNAME, RData};
    use simple_dns::{CLASS, Name, Packet, PacketFlag, QCLASS, QTYPE, Question, RCODE, ResourceRecord, TYPE};
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
    use std::vec;
    use std::vec::Vec;

    const ID: u16 = 0x1234;

    fn asked(record_type: RecordType) -> Vec<u8> {
        question(ID, "Example.com", record_type).unwrap()
    }

    /// A reply as another library writes it.
    fn reply(change: impl FnOnce(&mut Packet<'static>)) -> Vec<u8> {
        let mut packet = Packet::new_reply(ID);
        packet.questions.push(Question::new(Name::new_unchecked("example.COM"), QTYPE::TYPE(TYPE::A), QCLASS::CLASS(CLASS::IN), false));
        change(&mut packet);
        packet.build_bytes_vec_compressed().unwrap()
    }

    fn record(name: &'static str, seconds: u32, data: RData<'static>) -> ResourceRecord<'static> {
        ResourceRecord::new(Name::new_unchecked(name), CLASS::IN, seconds, data)
    }

    fn a(last: u8) -> RData<'static> {
        RData::A(A { address: u32::from(Ipv4Addr::new(192, 0, 2, last)) })
    }

    fn alias(name: &'static str) -> RData<'static> {
        RData::CNAME(CNAME(Name::new_unchecked(name)))
    }

    fn addresses(last: &[u8]) -> Vec<IpAddr> {
        last.iter().map(|last| IpAddr::from(Ipv4Addr::new(192, 0, 2, *last))).collect()
    }

    #[test]
    fn question_is_readable_by_another_library() {
        let message = asked(RecordType::Aaaa);
        let packet = Packet::parse(&message).unwrap();
        assert_eq!((packet.id(), packet.has_flags(PacketFlag::RECURSION_DESIRED), packet.questions.len()), (ID, true, 1));
        assert_eq!(packet.questions[0].qname, Name::new_unchecked("Example.com"));
        assert_eq!(packet.questions[0].qtype, QTYPE::TYPE(TYPE::AAAA));
    }

    #[test]
    fn question_rejects_invalid_host_names() {
        for name in ["", ".", "a..b", &"a".repeat(64), &["a"; 130].join(".")] {
            assert_eq!(question(ID, name, RecordType::A), None, "{name}");
        }
        assert!(question(ID, "a.b.", RecordType::A).is_some());
    }

    #[test]
    fn answer_follows_aliases() {
        let message = reply(|packet| {
            packet.answers.push(record("unrelated.com", 1, a(9)));
            packet.answers.push(record("example.com", 300, alias("b.example.net")));
            packet.answers.push(record("b.example.net", 60, alias("c.example.net")));
            packet.answers.push(record("c.example.net", 90, a(1)));
            packet.answers.push(record("c.example.net", 90, a(2)));
        });
        assert_eq!(answer(&asked(RecordType::A), &message), Answer::Addresses(addresses(&[1, 2]), 60));
    }

    #[test]
    fn answer_has_ipv6_addresses() {
        let mut packet = Packet::new_reply(ID);
        packet.questions.push(Question::new(Name::new_unchecked("example.com"), QTYPE::TYPE(TYPE::AAAA), QCLASS::CLASS(CLASS::IN), false));
        packet.answers.push(record("example.com", 5, RData::AAAA(AAAA { address: 1 })));
        let message = packet.build_bytes_vec_compressed().unwrap();
        assert_eq!(answer(&asked(RecordType::Aaaa), &message), Answer::Addresses(vec![IpAddr::V6(Ipv6Addr::LOCALHOST)], 5));
    }

    #[test]
    fn answer_distinguishes_failures() {
        let with_code = |code| reply(|packet| *packet.rcode_mut() = code);
        assert_eq!(answer(&asked(RecordType::A), &with_code(RCODE::NameError)), Answer::NoSuchName);
        assert_eq!(answer(&asked(RecordType::A), &with_code(RCODE::ServerFailure)), Answer::ServerFailed);
        assert_eq!(answer(&asked(RecordType::A), &with_code(RCODE::Refused)), Answer::ServerFailed);
        assert_eq!(answer(&asked(RecordType::A), &reply(|_| {})), Answer::NoAddress);
        assert_eq!(answer(&asked(RecordType::A), &reply(|packet| packet.set_flags(PacketFlag::TRUNCATION))), Answer::Truncated);
        let circle = reply(|packet| packet.answers.push(record("example.com", 1, alias("example.com"))));
        assert_eq!(answer(&asked(RecordType::A), &circle), Answer::ServerFailed);
    }

    #[test]
    fn answer_to_another_question_is_ignored() {
        let right = reply(|packet| packet.answers.push(record("example.com", 1, a(1))));
        let other_id = question(ID + 1, "example.com", RecordType::A).unwrap();
        let other_name = question(ID, "example.org", RecordType::A).unwrap();
        for asked in [other_id, other_name, asked(RecordType::Aaaa)] {
            assert_eq!(answer(&asked, &right), Answer::Unrelated);
        }
        assert_eq!(answer(&asked(RecordType::A), &asked(RecordType::A)), Answer::Unrelated, "a question is not an answer");
    }

    #[test]
    fn truncated_dns_answer_is_ignored() {
        let message = reply(|packet| packet.answers.push(record("example.com", 1, a(1))));
        for end in 0..message.len() {
            assert_eq!(answer(&asked(RecordType::A), &message[..end]), Answer::Unrelated, "{end}");
        }
    }

    proptest! {
        #[test]
        fn answer_never_panics(tail in any::<Vec<u8>>(), changes in prop::collection::vec((12usize..90, any::<u8>()), 0..6)) {
            let mut message = reply(|packet| {
                packet.answers.push(record("example.com", 300, alias("b.example.net")));
                packet.answers.push(record("b.example.net", 60, a(1)));
            });
            for (at, byte) in changes {
                if let Some(place) = message.get_mut(at) {
                    *place = byte;
                }
            }
            message.extend_from_slice(&tail);
            let _ = answer(&asked(RecordType::A), &message);
            let _ = answer(&asked(RecordType::A), &tail);
        }
    }
}
