//! AWS's event stream encoding, of the replies of `InvokeWithResponseStream`: big-endian lengths,
//! headers, a payload, and CRC-32s. Pure.
//!
//! Source: Smithy, "Amazon Event Stream specification". A message is
//! `total bytes: u32, header bytes: u32, CRC of these: u32, headers, payload, CRC of all before it:
//! u32`.

use serde_json::json;

/// The type of a header's value: a string.
const STRING: u8 = 7;
/// The most bytes of a payload in one message. Lambda's limit of a message is 16 MiB.
const PAYLOAD_BYTES_MAX: usize = 1024 * 1024;

/// The messages with the bytes of a response.
#[must_use]
pub fn payload(bytes: &[u8]) -> Vec<u8> {
    bytes.chunks(PAYLOAD_BYTES_MAX).flat_map(|bytes| message("PayloadChunk", "application/octet-stream", bytes)).collect()
}

/// The message that ends a response. An error is its code and its details.
#[must_use]
pub fn complete(error: Option<(&str, &str)>, log_result: Option<&str>) -> Vec<u8> {
    let mut payload = json!({});
    if let Some((code, details)) = error {
        payload["ErrorCode"] = code.into();
        payload["ErrorDetails"] = details.into();
    }
    if let Some(log) = log_result {
        payload["LogResult"] = log.into();
    }
    message("InvokeComplete", "application/json", payload.to_string().as_bytes())
}

/// One message of an event.
fn message(event_type: &str, content_type: &str, payload: &[u8]) -> Vec<u8> {
    let mut headers = Vec::new();
    for (name, value) in [(":message-type", "event"), (":event-type", event_type), (":content-type", content_type)] {
        headers.push(u8::try_from(name.len()).unwrap_or_default());
        headers.extend_from_slice(name.as_bytes());
        headers.push(STRING);
        headers.extend_from_slice(&u16::try_from(value.len()).unwrap_or_default().to_be_bytes());
        headers.extend_from_slice(value.as_bytes());
    }
    let length = |bytes: usize| u32::try_from(bytes).unwrap_or_default().to_be_bytes();
    let mut message = Vec::with_capacity(16 + headers.len() + payload.len());
    message.extend_from_slice(&length(16 + headers.len() + payload.len()));
    message.extend_from_slice(&length(headers.len()));
    message.extend_from_slice(&crc32fast::hash(&message).to_be_bytes());
    message.extend_from_slice(&headers);
    message.extend_from_slice(payload);
    message.extend_from_slice(&crc32fast::hash(&message).to_be_bytes());
    message
}

#[cfg(test)]
mod tests {
    use super::{PAYLOAD_BYTES_MAX, complete, payload};

    /// Headers and payload.
    type Message = (Vec<(String, String)>, Vec<u8>);

    /// The messages in `bytes`: their headers and payloads, with lengths and checksums checked.
    fn decoded(mut bytes: &[u8]) -> Vec<Message> {
        let number = |bytes: &[u8]| u32::from_be_bytes(bytes[..4].try_into().unwrap());
        let mut messages = Vec::new();
        while !bytes.is_empty() {
            let (total, head) = (number(bytes) as usize, number(&bytes[4..]) as usize);
            assert_eq!(number(&bytes[8..]), crc32fast::hash(&bytes[..8]));
            assert_eq!(number(&bytes[total - 4..]), crc32fast::hash(&bytes[..total - 4]));
            let (mut headers, mut pairs) = (&bytes[12..12 + head], Vec::new());
            while let [length, rest @ ..] = headers {
                let (name, rest) = rest.split_at(*length as usize);
                assert_eq!(rest[0], 7);
                let bytes = u16::from_be_bytes([rest[1], rest[2]]) as usize;
                let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
                pairs.push((text(name), text(&rest[3..3 + bytes])));
                headers = &rest[3 + bytes..];
            }
            messages.push((pairs, bytes[12 + head..total - 4].to_vec()));
            bytes = &bytes[total..];
        }
        messages
    }

    #[test]
    fn event_stream_has_payloads_and_an_end() {
        let bytes = [payload(b"piece"), complete(Some(("Unhandled", "{}")), Some("bG9n"))].concat();
        let messages = decoded(&bytes);
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let event = header(":message-type", "event");
        let chunk = vec![event.clone(), header(":event-type", "PayloadChunk"), header(":content-type", "application/octet-stream")];
        let end = vec![event, header(":event-type", "InvokeComplete"), header(":content-type", "application/json")];
        let complete = br#"{"ErrorCode":"Unhandled","ErrorDetails":"{}","LogResult":"bG9n"}"#.to_vec();
        assert_eq!(messages, [(chunk, b"piece".to_vec()), (end, complete)]);
    }

    #[test]
    fn event_stream_splits_what_is_too_long_for_a_message() {
        let bytes = vec![7; 2 * PAYLOAD_BYTES_MAX + 1];
        let messages = decoded(&payload(&bytes));
        assert_eq!(messages.len(), 3);
        assert_eq!(messages.into_iter().flat_map(|(_, payload)| payload).collect::<Vec<u8>>(), bytes);
    }
}
