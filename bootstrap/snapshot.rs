//! SnapStart: after its start the process is frozen into a snapshot, from which it resumes any
//! number of times, on any machine. Source:
//! <https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html>.

use crate::config::settings::Settings;
use crate::in_flight;
use crate::runtime_api::client::{Client, Fatal};
use crate::runtime_api::report::{Report, error_type};
use crate::signals::crash;
use crate::text::bytes::eq_ignore_ascii_case;
use registry::{Hook, Hooks};

/// Returns true if a snapshot of this process will be taken.
#[must_use]
#[allow(unsafe_code, reason = "a section name")]
#[unsafe(link_section = ".text..start")]
pub fn is_snap_start(settings: &Settings) -> bool {
    eq_ignore_ascii_case(settings.initialization_type, b"snap-start")
}

/// Runs the function's before-snapshot hook, waits until the process has been restored from its
/// snapshot, and runs the after-restore hook. Returns early if Lambda replies that there will be no
/// snapshot.
///
/// # Errors
/// [`Fatal`]: a hook failed and Lambda received the report, or Lambda cannot be reached.
#[cold]
#[inline(never)]
pub fn wait(client: &mut Client<'_>, hooks: &Hooks, inbox: &mut [u8]) -> Result<(), Fatal> {
    run(client, inbox, hooks.before_snapshot, "init/error", error_type::BEFORE_SNAPSHOT)?;
    if client.restore_next(inbox)? {
        run(client, inbox, hooks.after_restore, "restore/error", error_type::AFTER_RESTORE)?;
    }
    Ok(())
}

fn run(client: &mut Client<'_>, inbox: &mut [u8], hook: Option<Hook>, name: &'static str, error_type: &str) -> Result<(), Fatal> {
    let Some(hook) = hook else { return Ok(()) };
    let client = &mut client.responder(inbox);
    crash::report_to(name);
    let result = in_flight::run_handler(client, hook);
    let Err(failure) = &result else { return Ok(()) };
    client.report_start(name, &Report { error_type, message: failure.message().as_bytes(), place: None }).ok(); // it was logged, and the process ends
    Err(Fatal)
}
