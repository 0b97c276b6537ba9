//! A function URL: its access, and the web pages that may call it. Pure.

use super::value::{NONE, Setting, boolean, choice, number, shown, strings, unknown};
use toml_edit::{Item, TableLike};

/// Who may call a function's URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Access {
    /// Signed requests of those who have the permission.
    Iam,
    /// All callers.
    Public,
}

impl Access {
    /// As Lambda calls it.
    #[must_use]
    pub fn auth_type(self) -> &'static str {
        match self {
            Self::Iam => "AWS_IAM",
            Self::Public => "NONE",
        }
    }
}

/// A function URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    pub access: Access,
    /// Responses are streamed; `None` keeps what AWS has.
    pub stream: Option<bool>,
    pub cors: Setting<Cors>,
}

impl Url {
    #[must_use]
    pub fn new(access: Access) -> Self {
        Self { access, stream: None, cors: Setting::Keep }
    }
}

/// Returns Lambda's name for the way responses are returned.
#[must_use]
pub fn invoke_mode(streams: bool) -> &'static str {
    if streams { "RESPONSE_STREAM" } else { "BUFFERED" }
}

/// The web pages that may call a function URL. Absent settings are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cors {
    pub origins: Vec<String>,
    pub methods: Vec<String>,
    pub headers: Vec<String>,
    pub exposed_headers: Vec<String>,
    pub max_age_seconds: Option<u32>,
    pub credentials: bool,
}

/// The longest time that browsers may cache an answer about CORS.
pub const MAX_AGE_SECONDS_MAX: u32 = 86_400;
const KEYS: [&str; 3] = ["access", "stream", "cors"];
const CORS_KEYS: [&str; 6] = ["origins", "methods", "headers", "exposed-headers", "max-age", "credentials"];
const METHODS: [&str; 7] = ["*", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
const ACCESSES: [(&str, Access); 2] = [("iam", Access::Iam), ("public", Access::Public)];

/// Reads `url`: a word or a table.
pub(super) fn parse(item: &Item, at: &str) -> Result<Setting<Url>, String> {
    let Some(table) = item.as_table_like() else {
        let words = [(NONE, None), ("iam", Some(Access::Iam)), ("public", Some(Access::Public))];
        let found = choice(item, at, &[words[1], words[2], words[0]])?;
        return Ok(found.map_or(Setting::Off, |access| Setting::Set(Url::new(access))));
    };
    let mut url = Url::new(Access::Iam);
    for (key, item) in table.iter() {
        let at = format!("{at}.{key}");
        match key {
            "access" => url.access = choice(item, &at, &ACCESSES)?,
            "stream" => url.stream = Some(boolean(item, &at)?),
            "cors" if item.as_str() == Some(NONE) => url.cors = Setting::Off,
            "cors" => url.cors = Setting::Set(cors(super::value::table(item, &at, "{ origins = [\"https://example.com\"] }")?, &at)?),
            _ => return Err(unknown(&at, key, KEYS.into_iter())),
        }
    }
    if !table.contains_key("access") {
        return Err(format!("{at} = {}: expected access = \"iam\" or access = \"public\"", shown(item)));
    }
    Ok(Setting::Set(url))
}

fn cors(table: &dyn TableLike, at: &str) -> Result<Cors, String> {
    let mut cors = Cors::default();
    let any = |text: &str| !text.is_empty();
    for (key, item) in table.iter() {
        let at = format!("{at}.{key}");
        match key {
            "origins" => cors.origins = strings(item, &at, 100, any, "origins such as \"https://example.com\"")?,
            "methods" => cors.methods = strings(item, &at, 6, is_method, "methods such as \"GET\"")?,
            "headers" => cors.headers = strings(item, &at, 100, any, "names of headers")?,
            "exposed-headers" => cors.exposed_headers = strings(item, &at, 100, any, "names of headers")?,
            "max-age" => cors.max_age_seconds = Some(number(item, &at, 0, MAX_AGE_SECONDS_MAX, "seconds")?),
            "credentials" => cors.credentials = boolean(item, &at)?,
            _ => return Err(unknown(&at, key, CORS_KEYS.into_iter())),
        }
    }
    Ok(cors)
}

/// Returns true if Lambda accepts `text` as a method for CORS.
#[must_use]
pub fn is_method(text: &str) -> bool {
    METHODS.contains(&text)
}
