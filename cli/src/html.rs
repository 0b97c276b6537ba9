//! Pages of results: one file without links to others. Pure.

use std::fmt::Write as _;

/// The style of all pages; light and dark.
const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}\
table{border-collapse:collapse}td,th{padding:.1rem .8rem;text-align:right;font-variant-numeric:tabular-nums}\
td.code,pre{font-family:ui-monospace,monospace;text-align:left;white-space:pre}svg{max-width:100%;height:auto}svg text{font:12px system-ui;fill:currentColor}\
tr.reached{background:#00a00022}tr.missed{background:#ff000033}";

/// A page with `title` and `body`, which is HTML.
#[must_use]
pub fn page(title: &str, body: &str) -> String {
    let title = escaped(title);
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><style>{STYLE}</style></head>\n<body><h1>{title}</h1>\n{body}</body></html>\n"
    )
}

/// `text` as HTML, also within an attribute.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut html = String::new();
    for letter in text.chars() {
        match letter {
            '<' => html += "&lt;",
            '>' => html += "&gt;",
            '&' => html += "&amp;",
            '"' => html += "&quot;",
            letter => drop(write!(html, "{letter}")),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::{escaped, page};

    #[test]
    fn page_escapes_html() {
        assert_eq!(escaped("a < b && \"c\""), "a &lt; b &amp;&amp; &quot;c&quot;");
        assert!(page("<x>", "<p>y</p>").contains("<h1>&lt;x&gt;</h1>\n<p>y</p>"));
    }
}
