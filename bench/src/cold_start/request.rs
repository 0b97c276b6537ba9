//! A complete request of a runtime. Pure.

use httparse::{EMPTY_HEADER, Status};

/// More than any runtime sends.
const HEADERS_MAX: usize = 64;

/// One complete request.
#[derive(Debug, PartialEq, Eq)]
pub struct Request {
    /// `GET /path`.
    pub line: String,
    pub body: Vec<u8>,
}

impl Request {
    /// Parses the request at the front of `bytes`; `None` if it is incomplete.
    ///
    /// # Errors
    /// The reason why the bytes are not a request.
    pub fn parse(bytes: &[u8]) -> Result<Option<Self>, String> {
        let mut headers = [EMPTY_HEADER; HEADERS_MAX];
        let mut request = httparse::Request::new(&mut headers);
        let Status::Complete(head_bytes) = request.parse(bytes).map_err(|error| format!("not an HTTP request: {error}"))? else {
            return Ok(None);
        };
        let line = format!("{} {}", request.method.unwrap_or_default(), request.path.unwrap_or_default());
        let header = |name: &str| request.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name)).map(|header| header.value);
        let rest = bytes.get(head_bytes..).unwrap_or_default();
        let body = if let Some(length) = header("Content-Length") {
            let length = std::str::from_utf8(length).ok().and_then(|text| text.trim().parse().ok());
            rest.get(..length.ok_or("invalid Content-Length")?).map(<[u8]>::to_vec)
        } else if header("Transfer-Encoding").is_some() {
            unchunked(rest)?
        } else {
            Some(Vec::new())
        };
        Ok(body.map(|body| Self { line, body }))
    }
}

/// Returns the content of the chunks at the front of `rest`; `None` if the last chunk is missing.
fn unchunked(mut rest: &[u8]) -> Result<Option<Vec<u8>>, String> {
    let mut body = Vec::new();
    loop {
        let parsed = httparse::parse_chunk_size(rest).map_err(|_| "invalid chunk size")?;
        let Status::Complete((line_bytes, chunk_bytes)) = parsed else { return Ok(None) };
        rest = rest.get(line_bytes..).unwrap_or_default();
        if chunk_bytes == 0 {
            // The last chunk is followed by trailers, if any, and an empty line.
            let ended = rest.starts_with(b"\r\n") || rest.windows(4).any(|window| window == b"\r\n\r\n");
            return Ok(ended.then_some(body));
        }
        let chunk_bytes = usize::try_from(chunk_bytes).map_err(|_| "chunk size exceeds memory")?;
        let (Some(chunk), Some(after)) = (rest.get(..chunk_bytes), rest.get(chunk_bytes.saturating_add(2)..)) else { return Ok(None) };
        body.extend_from_slice(chunk);
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::Request;

    #[test]
    fn request_is_complete_with_its_last_byte() {
        let get = "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: a\r\n\r\n";
        let sized = "POST /x HTTP/1.1\r\ncontent-LENGTH: 2\r\n\r\n{}";
        let chunked = "POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1;a=b\r\n}\r\n0\r\n\r\n";
        let with_trailer = "POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nA: b\r\n\r\n";
        for (text, line, body) in [
            (get, "GET /2018-06-01/runtime/invocation/next", ""),
            (sized, "POST /x", "{}"),
            (chunked, "POST /x", "{}"),
            (with_trailer, "POST /x", "{}"),
        ] {
            for end in 0..text.len() {
                assert_eq!(Request::parse(&text.as_bytes()[..end]), Ok(None), "{end} bytes of {text}");
            }
            let request = Request::parse(text.as_bytes()).unwrap().unwrap();
            assert_eq!((request.line.as_str(), request.body.as_slice()), (line, body.as_bytes()));
        }
    }

    #[test]
    fn request_parse_reports_malformed_bytes() {
        for text in ["\0\0", "POST /x HTTP/1.1\r\nContent-Length: x\r\n\r\n", "POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n"]
        {
            assert!(Request::parse(text.as_bytes()).is_err(), "{text}");
        }
    }
}
