//! One fault played to a function: what comes before it, and what must be true after it.

use super::wire;
use crate::support::function::{Ended, Function};
use crate::support::runtime_api::{Connection, Request, RuntimeApi};
use std::path::Path;
use std::thread;

/// The request id of every invocation in which a fault is played.
pub const ID: &str = "id";
/// Its event, which `echo` answers with.
pub const EVENT: &str = "{}";

/// A function that has served one invocation and asked for the next.
pub struct Play {
    pub api: RuntimeApi,
    pub function: Function,
    pub connection: Connection,
    /// How many descriptors it had open before the fault.
    descriptors: usize,
}

impl Play {
    /// `handler` of `bootstrap`.
    pub fn begin(bootstrap: &Path, handler: &str) -> Self {
        Self::begin_at(RuntimeApi::listen(), bootstrap, handler)
    }

    /// As [`Play::begin`], on a connection that keeps little of what nobody reads.
    pub fn begin_narrow(bootstrap: &Path, handler: &str) -> Self {
        let api = RuntimeApi::listen();
        wire::keep(&api, 16 << 10);
        let play = Self::begin_at(api, bootstrap, handler);
        wire::keep(&play.api, 1 << 20); // the next connection takes it all again
        play
    }

    /// As [`Play::begin`], with the API at `api`.
    pub fn begin_at(api: RuntimeApi, bootstrap: &Path, handler: &str) -> Self {
        let (function, connection) = api.start(bootstrap, handler);
        Self::after_one(api, function, connection)
    }

    /// A function that has connected, and serves its first invocation now.
    pub fn after_one(api: RuntimeApi, function: Function, mut connection: Connection) -> Self {
        connection.invoke("first", b"1");
        connection.next();
        let descriptors = function.descriptors();
        Self { api, function, connection, descriptors }
    }

    /// Delivers the event and takes the POST that answers it, without a reply.
    pub fn deliver(&mut self) -> Request {
        self.connection.deliver(ID, EVENT.as_bytes());
        self.take_post()
    }

    /// The POST that answers the event.
    pub fn take_post(&mut self) -> Request {
        let post = self.connection.request();
        assert_eq!(post.line, format!("POST /2018-06-01/runtime/invocation/{ID}/response HTTP/1.1"));
        post
    }

    /// The function closes its connection without another byte, and opens a new one.
    pub fn reconnected(&mut self) {
        assert_eq!(self.connection.try_request(), None);
        self.connection = self.api.accept();
    }

    /// The end of a fault that is survived, once `next` has been asked for again: the next invocation is served, no descriptor was lost,
    /// nobody called who was not accepted, and SIGTERM ends the process with status 0. Returns what it left on stderr.
    pub fn goes_on(mut self) -> String {
        self.connection.deliver("last", b"2");
        let post = self.connection.answer("last");
        assert!(post.body == b"2" || post.line.ends_with("/error HTTP/1.1"), "{post:?}");
        self.connection.next();
        assert_eq!(self.function.descriptors(), self.descriptors, "descriptors");
        assert!(!self.api.is_called(), "a connection too many");
        self.function.terminate();
        let ended = self.function.end();
        assert_eq!(ended.status.code(), Some(0), "{ended:?}");
        ended.error
    }

    /// [`Play::goes_on`], where nothing is said of the fault.
    pub fn goes_on_silently(self) {
        assert_eq!(self.goes_on(), "");
    }

    /// The end of a fault that is not survived: the process ends with this status, having asked for nothing more.
    pub fn ends(mut self, status: i32) -> Ended {
        assert_eq!(self.connection.try_request(), None);
        let ended = self.function.end();
        assert_eq!(ended.status.code(), Some(status), "{ended:?}");
        assert!(!self.api.is_called(), "a connection too many");
        ended
    }
}

/// Plays every row of a table, whose first column is its name, and says how many there were.
pub fn play_all<'rows, T: 'rows>(group: &str, rows: impl IntoIterator<Item = &'rows (&'static str, T)>, play: impl Fn(&T)) {
    let mut count = 0;
    for (name, row) in rows {
        let _playing = Playing { group, name };
        play(row);
        count += 1;
    }
    println!("faults played: {count}");
}

/// [`play_all`], all rows at once: for those that mostly wait.
pub fn play_at_once<T: Sync>(group: &str, rows: &[(&'static str, T)], play: impl Fn(&T) + Sync) {
    thread::scope(|scope| {
        for (name, row) in rows {
            let play = &play;
            scope.spawn(move || {
                let _playing = Playing { group, name };
                play(row);
            });
        }
    });
    println!("faults played: {}", rows.len());
}

/// Names the row in whose midst a test fails.
struct Playing<'text> {
    group: &'text str,
    name: &'text str,
}

impl Drop for Playing<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("while playing {}: {}", self.group, self.name);
        }
    }
}
