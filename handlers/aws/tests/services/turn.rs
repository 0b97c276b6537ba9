//! One moto for all tests of the program, and the environment of functions for it.

use crate::moto::Moto;
use crate::support;
use std::path::Path;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

/// Locks the process, and sets the environment of functions for it.
pub fn lock() -> MutexGuard<'static, Moto> {
    static MOTO: LazyLock<Mutex<Moto>> = LazyLock::new(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        Mutex::new(Moto::start(&root))
    });
    let moto = MOTO.lock().unwrap_or_else(PoisonError::into_inner);
    support::set_environment(&[
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_SESSION_TOKEN", "token"),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ENDPOINT_URL", &moto.url),
        ("AWS_CA_BUNDLE", &moto.roots),
    ]);
    moto
}
