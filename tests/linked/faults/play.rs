//! Plays one fault to a function: the invocation before it, and the checks after it.

use super::wire;
use crate::support::function::{Ended, Function};
use crate::support::runtime_api::{Connection, Request, RuntimeApi};
use std::path::Path;
use std::thread;

/// The request id of every invocation in which a fault is played.
pub const ID: &str = "id";
/// Its event, which `echo` returns.
pub const EVENT: &str = "{}";

/// A function that has served one invocation and requested the next.
pub struct Play {
    pub api: RuntimeApi,
    pub function: Function,
    pub connection: Connection,
    /// The number of descriptors that it had open before the fault.
    descriptors: usize,
}

impl Play {
    /// Starts `handler` of `bootstrap`.
    pub fn begin(bootstrap: &Path, handler: &str) -> Self {
        Self::begin_at(RuntimeApi::listen(), bootstrap, handler)
    }

    /// [`Play::begin`] on a connection with a small receive buffer.
    pub fn begin_narrow(bootstrap: &Path, handler: &str) -> Self {
        let api = RuntimeApi::listen();
        wire::keep(&api, 16 << 10);
        let play = Self::begin_at(api, bootstrap, handler);
        wire::keep(&play.api, 1 << 20); // the next connection has a large buffer again
        play
    }

    /// [`Play::begin`] with the API at `api`.
    pub fn begin_at(api: RuntimeApi, bootstrap: &Path, handler: &str) -> Self {
        let (function, connection) = api.start(bootstrap, handler);
        Self::after_one(api, function, connection)
    }

    /// Serves the first invocation of a function that has connected.
    pub fn after_one(api: RuntimeApi, function: Function, mut connection: Connection) -> Self {
        connection.invoke("first", b"1");
        connection.next();
        let descriptors = function.descriptors();
        Self { api, function, connection, descriptors }
    }

    /// Delivers the event and returns the POST that answers it, without a reply.
    pub fn deliver(&mut self) -> Request {
        self.connection.deliver(ID, EVENT.as_bytes());
        self.take_post()
    }

    /// Returns the POST that answers the event.
    pub fn take_post(&mut self) -> Request {
        let post = self.connection.request();
        assert_eq!(post.line, format!("POST /2018-06-01/runtime/invocation/{ID}/response HTTP/1.1"));
        post
    }

    /// Checks that the function closes its connection without another byte, and accepts the new
    /// one.
    pub fn reconnected(&mut self) {
        assert_eq!(self.connection.try_request(), None);
        self.connection = self.api.accept();
    }

    /// Ends a fault that the process survives, after `next` was requested again: the next
    /// invocation is served, no descriptor leaked, no further connection was opened, and SIGTERM
    /// ends the process with status 0. Returns its stderr.
    pub fn continues(mut self) -> String {
        self.connection.deliver("last", b"2");
        let post = self.connection.answer("last");
        assert!(post.body == b"2" || post.line.ends_with("/error HTTP/1.1"), "{post:?}");
        self.connection.next();
        assert_eq!(self.function.descriptors(), self.descriptors, "descriptors");
        assert!(!self.api.is_called(), "an additional connection");
        self.function.terminate();
        let ended = self.function.end();
        assert_eq!(ended.status.code(), Some(0), "{ended:?}");
        ended.error
    }

    /// [`Play::continues`] without a message about the fault.
    pub fn continues_silently(self) {
        assert_eq!(self.continues(), "");
    }

    /// Ends a fault that the process does not survive: it ends with this status, without a further
    /// request.
    pub fn ends(mut self, status: i32) -> Ended {
        assert_eq!(self.connection.try_request(), None);
        let ended = self.function.end();
        assert_eq!(ended.status.code(), Some(status), "{ended:?}");
        assert!(!self.api.is_called(), "an additional connection");
        ended
    }
}

/// Plays every row of a table, whose first column is its name, and prints the number of rows.
pub fn play_all<'rows, T: 'rows>(group: &str, rows: impl IntoIterator<Item = &'rows (&'static str, T)>, play: impl Fn(&T)) {
    let mut count = 0;
    for (name, row) in rows {
        let _playing = Playing { group, name };
        play(row);
        count += 1;
    }
    println!("faults played: {count}");
}

/// [`play_all`] with all rows at once, for rows that mostly wait.
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

/// Prints the row in which a test fails.
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
