//! The variables that the runtime reads before its first request, in one pass over the environment.

use crate::config::environment::{Environment, Variable};

/// The values of those variables; each is empty if its variable is unset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// `_HANDLER`.
    pub handler: &'static [u8],
    /// `AWS_LAMBDA_RUNTIME_API`.
    pub runtime_api: &'static [u8],
    /// `AWS_LAMBDA_MAX_CONCURRENCY`.
    pub max_concurrency: &'static [u8],
    /// `AWS_LAMBDA_INITIALIZATION_TYPE`.
    pub initialization_type: &'static [u8],
    /// `AWS_LAMBDA_LOG_FORMAT`.
    pub log_format: &'static [u8],
    /// `AWS_LAMBDA_LOG_LEVEL`.
    pub log_level: &'static [u8],
    /// `_LAMBDA_TELEMETRY_LOG_FD`.
    pub telemetry_descriptor: &'static [u8],
    /// True if there may be variables of this project, whose names begin with `RUCHY_LAMBDA_`.
    pub has_own: bool,
}

/// The part of a name after `AWS_LAMB`, with its `=`. In a separate section, which the linker
/// script places next to the code of the start.
struct Name {
    eight: [u8; 8],
    length: u8,
    rest: [u8; REST_BYTES_MAX],
}

const REST_BYTES_MAX: usize = 15;

impl Name {
    const fn new(text: &[u8]) -> Self {
        let (Some(eight), mut rest) = (text.first_chunk(), [0; REST_BYTES_MAX]) else { panic!("eight bytes at least") };
        let mut length = 0;
        while length + 8 < text.len() {
            rest[length] = text[8 + length];
            length += 1;
        }
        #[expect(clippy::cast_possible_truncation, reason = "fifteen at most")]
        Self { eight: *eight, length: length as u8, rest }
    }

    #[allow(unsafe_code, reason = "a section name")]
    #[unsafe(link_section = ".text..start")]
    fn after(&self, variable: Variable) -> Option<Variable> {
        let rest = self.rest.get(..self.length.into())?;
        variable.after_eight(self.eight)?.after(rest)
    }
}

/// In the order of [`Settings::read`]'s fields.
#[allow(unsafe_code, reason = "a section name")]
#[unsafe(link_section = ".rodata..start")]
static NAMES: [Name; 5] = [
    Name::new(b"DA_RUNTIME_API="),
    Name::new(b"DA_MAX_CONCURRENCY="),
    Name::new(b"DA_INITIALIZATION_TYPE="),
    Name::new(b"DA_LOG_FORMAT="),
    Name::new(b"DA_LOG_LEVEL="),
];

#[allow(unsafe_code, reason = "a section name")]
#[unsafe(link_section = ".rodata..start")]
static TELEMETRY: [u8; 17] = *b"TELEMETRY_LOG_FD=";

impl Settings {
    /// Reads the settings. If a variable is set twice, the first one counts, as in libc.
    #[allow(unsafe_code, reason = "a section name")]
    #[unsafe(link_section = ".text..start")]
    pub fn read(&mut self, environment: Environment) {
        let Self { handler, runtime_api, max_concurrency, initialization_type, log_format, log_level, telemetry_descriptor, has_own } =
            self;
        let mut values = [runtime_api, max_concurrency, initialization_type, log_format, log_level];
        for variable in environment.variables() {
            if let Some(rest) = variable.after_eight(*b"AWS_LAMB") {
                for (name, value) in NAMES.iter().zip(&mut values) {
                    if let Some(found) = name.after(rest) {
                        keep_first(value, found);
                        break;
                    }
                }
            } else if let Some(rest) = variable.after_eight(*b"_HANDLER") {
                if let Some(found) = rest.after_equals() {
                    keep_first(handler, found);
                }
            } else if let Some(rest) = variable.after_eight(*b"_LAMBDA_") {
                if let Some(found) = rest.after(&TELEMETRY) {
                    keep_first(telemetry_descriptor, found);
                }
            } else if variable.after_eight(*b"RUCHY_LA").is_some() {
                *has_own = true;
            }
        }
    }
}

/// Sets `value` to the value of `found`, unless it is already set.
#[allow(unsafe_code, reason = "a section name")]
#[unsafe(link_section = ".text..start")]
fn keep_first(value: &mut &'static [u8], found: Variable) {
    if value.is_empty() {
        *value = found.bytes();
    }
}

#[cfg(test)]
mod tests {
    use super::Settings;
    use crate::config::environment::tests::environment;

    #[test]
    fn settings_use_the_first_of_two_values() {
        let twice = [
            "_HANDLER=a",
            "_HANDLER=b",
            "_LAMBDA_TELEMETRY_LOG_FD=3",
            "_LAMBDA_TELEMETRY_LOG_FD=4",
            "AWS_LAMBDA_LOG_LEVEL=WARN",
            "AWS_LAMBDA_LOG_LEVEL=INFO",
        ];
        let environment = environment(&twice);
        let mut read = Settings::default();
        read.read(environment);
        assert_eq!((read.handler, read.telemetry_descriptor, read.log_level), (&b"a"[..], &b"3"[..], &b"WARN"[..]));
        // So functions that ask for them see the same.
        assert_eq!(environment.variable(b"_HANDLER"), Some(read.handler));
    }

    #[test]
    fn settings_are_found_among_other_variables() {
        let mut read = Settings::default();
        read.read(environment(&[]));
        assert_eq!(read, Settings::default());
        read.read(environment(&[
            "AWS_LAMBDA_FUNCTION_NAME=f",
            "AWS_LAMBDA_RUNTIME_API=127.0.0.1:9001",
            "AWS_LAMBDA_RUNTIME_APIS=no",
            "AWS_LAMBDA_LOG_LEVEL=DEBUG",
            "_HANDLERS=no",
            "_HANDLER=minimal",
            "AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME=no",
            "AWS_LAMBDA_LOG_FORMAT=JSON",
            "AWS_LAMBDA_MAX_CONCURRENCY=2",
            "AWS_LAMB",
            "_LAMBDA_TELEMETRY_LOG_FD=62",
            "_LAMBDA_SB_ID=no",
            "RUCHY_LAMBDA_ON_DEADLINE=log",
            "A",
            "",
        ]));
        assert_eq!(
            read,
            Settings {
                handler: b"minimal",
                runtime_api: b"127.0.0.1:9001",
                max_concurrency: b"2",
                initialization_type: b"on-demand",
                log_format: b"JSON",
                log_level: b"DEBUG",
                telemetry_descriptor: b"62",
                has_own: true,
            }
        );
    }
}
