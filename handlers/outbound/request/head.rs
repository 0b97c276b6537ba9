//! The head of a request in HTTP/1.1 (RFC 9112, sections 3 and 5). Pure.

use super::Request;
use crate::url::{Url, push_number};
use alloc::string::String;
use alloc::vec::Vec;

impl Request {
    /// Writes the head for `url`, with the absolute URL if `to_proxy`.
    pub(crate) fn write_head(&self, url: &Url, to_proxy: bool, proxy_authorization: &str, head: &mut Vec<u8>) {
        let mut text = String::with_capacity(256 + self.headers.len());
        for part in [self.method.as_str(), " "] {
            text.push_str(part);
        }
        if to_proxy {
            text.push_str("http://");
            text.push_str(&url.host_header());
        }
        for part in [url.target.as_str(), " HTTP/1.1\r\nHost: ", &url.host_header(), "\r\n", &self.headers] {
            text.push_str(part);
        }
        if to_proxy {
            text.push_str(proxy_authorization);
        }
        if !self.is_streamed && (self.has_body || matches!(self.method.as_str(), "POST" | "PUT" | "PATCH")) {
            text.push_str("Content-Length: ");
            push_number(&mut text, self.body.len());
            text.push_str("\r\n");
        }
        text.push_str("\r\n");
        head.extend_from_slice(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::Request;
    use std::string::String;
    use std::vec::Vec;

    fn head(request: &Request, to_proxy: bool) -> String {
        let mut head = Vec::new();
        request.write_head(request.url.as_ref().unwrap(), to_proxy, "Proxy-Authorization: Basic x\r\n", &mut head);
        String::from_utf8(head).unwrap()
    }

    #[test]
    fn head_contains_the_options() {
        let request = Request::post("http://a.b:81/c?d").header("X-Y", "z").body("12345");
        assert_eq!(head(&request, false), "POST /c?d HTTP/1.1\r\nHost: a.b:81\r\nX-Y: z\r\nContent-Length: 5\r\n\r\n");
        assert_eq!(head(&Request::get("https://a"), false), "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_eq!(head(&Request::put("https://a"), false), "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    }

    #[test]
    fn head_for_a_proxy_has_the_whole_url() {
        assert_eq!(head(&Request::get("http://a/b"), true), "GET http://a/b HTTP/1.1\r\nHost: a\r\nProxy-Authorization: Basic x\r\n\r\n");
    }
}
