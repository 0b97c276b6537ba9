//! Frames of a stack as text, `NAME (FILE:LINE:COLUMN)`, the innermost first, filtered to those of
//! the author's functions. Pure.

/// The function that an author writes.
const HANDLER: &str = "lambda_handler (";
/// The path prefixes of the runtime's and musl's files. Files of generated packages are in
/// folders with the function's name.
const RUNTIME: [&str; 4] = ["bootstrap/", "arch/", "src/", "handlers/registry/"];

/// `frames` up to the handler. Of a function that `has_crashed` without the runtime's, which
/// reports the crash.
#[must_use]
pub fn of_handler(mut frames: Vec<String>, has_crashed: bool) -> Vec<String> {
    if let Some(handler) = frames.iter().rposition(|frame| frame.starts_with(HANDLER)) {
        frames.truncate(handler + 1);
        if has_crashed {
            let report = frames.iter().take_while(|frame| is_of_runtime(frame)).count();
            frames.drain(..report);
        }
    }
    frames
}

fn is_of_runtime(frame: &str) -> bool {
    let place = frame.rsplit_once('(').map_or(frame, |(_, place)| place);
    RUNTIME.iter().any(|folder| place.starts_with(folder)) || place.contains("/bootstrap/main.rs:")
}

#[cfg(test)]
mod tests {
    use super::of_handler;

    fn frames(text: &[&str], has_crashed: bool) -> Vec<String> {
        of_handler(text.iter().map(|frame| (*frame).to_owned()).collect(), has_crashed)
    }

    #[test]
    fn frames_exclude_runtime_and_crash_report() {
        let stack = [
            "__syscall6 (arch/x86_64/syscall_arch.h:59:2)",
            "bootstrap/sys/process.rs:130:5",
            "shop/bootstrap/main.rs:42:5",
            "core::panicking::panic_fmt (library/core/src/panicking.rs:80:14)",
            "deep (functions/shop.ruchy:2:17)",
            "lambda_handler (functions/shop.ruchy:14:29)",
            "invoke (handlers/registry/lib.rs:149:9)",
            "serve (bootstrap/event_loop.rs:137:5)",
        ];
        assert_eq!(frames(&stack, true), stack[3..6]);
        assert_eq!(frames(&stack, false), stack[..6]);
        // Without a handler all frames are kept.
        assert_eq!(frames(&stack[..2], true), stack[..2]);
    }
}
