//! DynamoDB on this machine, for functions whose settings name tables: moto's server, which this
//! module starts, or the one that `AWS_ENDPOINT_URL_DYNAMODB` names.

use crate::Error;
use crate::process::die_with_parent;
use crate::project::settings::Settings;
use crate::project::settings::tables::TableKey;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::Stdio;
use tokio::process::{Child, Command};
use tokio::sync::oneshot;

/// moto's program.
const MOTO: &str = "moto_server";
/// The variables that name an endpoint, the more specific one first: those of AWS's SDKs.
const ENDPOINTS: [&str; 2] = ["AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL"];
/// The access key and the secret key of calls. Stand-ins do not check them.
const KEY: &str = "local";

/// A running stand-in with the tables of one function. Dropping it ends what was started.
#[derive(Debug)]
pub struct StandIn {
    endpoint: String,
    _process: Option<Child>,
}

impl StandIn {
    /// The stand-in for a function with these settings, with its tables created; `None` if it has
    /// no tables, or if the endpoint that is named is reached by `https`, and so is AWS's own.
    ///
    /// # Errors
    /// [`Error::Refused`]: moto is missing or does not start, or a table cannot be created.
    pub async fn start(settings: &Settings, region: &str) -> Result<Option<Self>, Error> {
        if settings.tables.is_empty() {
            return Ok(None);
        }
        let stand_in = match named_endpoint(&settings.environment) {
            Some(endpoint) if endpoint.starts_with("https:") => return Ok(None),
            Some(endpoint) => Self { endpoint, _process: None },
            None => moto().await?,
        };
        for (name, key) in &settings.tables {
            create(&stand_in.endpoint, region, name, key)?;
        }
        Ok(Some(stand_in))
    }

    /// Adds what the function has to know to `variables`.
    pub fn add_to(&self, variables: &mut BTreeMap<String, String>) {
        // An empty token is none. The real credentials of the developer are kept from a function
        // that runs against a stand-in.
        for (name, value) in
            [(ENDPOINTS[0], self.endpoint.as_str()), ("AWS_ACCESS_KEY_ID", KEY), ("AWS_SECRET_ACCESS_KEY", KEY), ("AWS_SESSION_TOKEN", "")]
        {
            variables.insert(name.to_owned(), value.to_owned());
        }
    }
}

fn named_endpoint(configured: &BTreeMap<String, String>) -> Option<String> {
    let own = |name: &str| configured.get(name).cloned().or_else(|| std::env::var(name).ok()).filter(|url| !url.is_empty());
    ENDPOINTS.into_iter().find_map(own)
}

/// Starts moto on a free port.
async fn moto() -> Result<StandIn, Error> {
    let mut command = Command::new(MOTO);
    command.args(["-H", "127.0.0.1", "-p", "0"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    // Ctrl-C in a terminal reaches this process alone.
    command.process_group(0);
    die_with_parent(&mut command);
    let mut process = command.spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Error::Refused(format!(
            "{MOTO}: not found. A function with `tables` runs against moto's DynamoDB on this machine. Install it with\n    \
             pip install 'moto[server]'\nor start another one, such as DynamoDB Local, and name it: {}=http://localhost:8000",
            ENDPOINTS[0]
        )),
        _ => Error::Refused(format!("{MOTO}: {error}")),
    })?;
    let log = process.stderr.take().and_then(|log| log.into_owned_fd().ok());
    let log = log.ok_or_else(|| Error::Refused(format!("{MOTO}: its output cannot be read")))?;
    let (sender, endpoint) = oneshot::channel();
    std::thread::spawn(move || follow(File::from(log), sender));
    match endpoint.await {
        Ok(Ok(endpoint)) => Ok(StandIn { endpoint, _process: Some(process) }),
        Ok(Err(log)) => Err(Error::Refused(format!("{MOTO} does not start:\n{log}"))),
        Err(_) => Err(Error::Refused(format!("{MOTO}: its output cannot be read"))),
    }
}

/// Reads the log of moto to its end, so that moto is never blocked by it. Sends the URL once the
/// log has it, or the whole log.
fn follow(log: File, sender: oneshot::Sender<Result<String, String>>) {
    let (mut log, mut text) = (BufReader::new(log), String::new());
    while log.read_line(&mut text).is_ok_and(|bytes| bytes > 0) {
        if let Some(url) = url_in(&text) {
            sender.send(Ok(url)).ok();
            io::copy(&mut log, &mut io::sink()).ok();
            return;
        }
    }
    sender.send(Err(text)).ok();
}

/// The URL in ` * Running on http://127.0.0.1:34567`.
fn url_in(log: &str) -> Option<String> {
    let (_, after) = log.split_once("Running on ")?;
    Some(after.lines().next()?.trim().to_owned())
}

/// Creates a table. An existing one is not changed.
fn create(endpoint: &str, region: &str, name: &str, key: &TableKey) -> Result<(), Error> {
    let attributes = |values: [&str; 2], member: &str| -> Value {
        let of = |((name, _), value): (&(String, char), &str)| json!({ "AttributeName": name, member: value });
        key.attributes.iter().zip(values).map(of).collect()
    };
    let types = [0, 1].map(|number: usize| key.attributes.get(number).map_or("S", |(_, kind)| if *kind == 'N' { "N" } else { "S" }));
    let input = json!({
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": attributes(["HASH", "RANGE"], "KeyType"),
        "AttributeDefinitions": attributes(types, "AttributeType"),
    });
    let reply = post(endpoint, region, &input.to_string()).map_err(|error| {
        Error::Refused(format!("table {name:?}: {endpoint}: {error}. Is a stand-in for DynamoDB listening there, by http?"))
    })?;
    if reply.starts_with("HTTP/1.1 200") || reply.contains("ResourceInUseException") {
        return Ok(());
    }
    Err(Error::Refused(format!("table {name:?} cannot be created at {endpoint}:\n{reply}")))
}

/// Calls `CreateTable`, and returns the reply with its head.
fn post(endpoint: &str, region: &str, body: &str) -> io::Result<String> {
    let authority = endpoint.strip_prefix("http://").unwrap_or(endpoint).trim_end_matches('/');
    let mut stream = if authority.contains(':') { TcpStream::connect(authority) } else { TcpStream::connect((authority, 80)) }?;
    // Stand-ins take the region and the access key from the header, and do not check the signature.
    let request = format!(
        "POST / HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\nContent-Length: {}\r\nContent-Type: application/x-amz-json-1.0\r\n\
         X-Amz-Target: DynamoDB_20120810.CreateTable\r\nX-Amz-Date: 20260101T000000Z\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential={KEY}/20260101/{region}/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes())?;
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply)?;
    Ok(String::from_utf8_lossy(&reply).into_owned())
}

#[cfg(test)]
mod tests {
    use super::url_in;

    #[test]
    fn url_is_read_from_the_log() {
        let log = "WARNING: This is a development server.\n * Running on http://127.0.0.1:34567\nPress CTRL+C to quit\n";
        assert_eq!(url_in(log).as_deref(), Some("http://127.0.0.1:34567"));
        assert_eq!(url_in("WARNING\n"), None);
    }
}
