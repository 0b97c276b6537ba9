//! The variables that Lambda sets for a function's process; pure.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// A function as its configuration on Lambda would describe it.
#[derive(Clone, Debug)]
pub struct Function {
    /// The value of `_HANDLER`; also the function's name.
    pub handler: String,
    /// The file to start.
    pub bootstrap: PathBuf,
    /// The value of `AWS_LAMBDA_FUNCTION_MEMORY_SIZE`; also the limit of the process's
    /// data, unless an emulator runs it.
    pub memory_mb: u32,
    /// The region that the developer's environment names, or Lambda's first.
    pub region: String,
    /// The environment variables of its configuration. They replace those of the developer's
    /// environment, and the `TZ` that Lambda sets.
    pub variables: BTreeMap<String, String>,
}

/// Names that Lambda refuses in a function's configuration (AWS Lambda, "Working with environment
/// variables", reserved variables).
const RESERVED: [&str; 18] = [
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
];

/// Checks that `name` has the form that Lambda accepts for a variable in a function's
/// configuration.
///
/// # Errors
/// States the form.
pub fn check_name(name: &str) -> Result<(), String> {
    let is_name = name.len() >= 2
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_name {
        Ok(())
    } else {
        Err(format!("`{name}`: expected a name of two or more letters, digits and `_` that begins with a letter"))
    }
}

/// Checks that Lambda accepts the variable `name` in a function's configuration.
///
/// # Errors
/// States that the name is reserved.
pub fn check_not_reserved(name: &str) -> Result<(), String> {
    if RESERVED.contains(&name) {
        return Err(format!("`{name}` is reserved: Lambda sets it, and refuses it in a function's configuration. Choose another name"));
    }
    Ok(())
}

/// The account in every ARN: the one that AWS's documentation and emulator use.
const ACCOUNT: &str = "012345678912";

impl Function {
    /// The function's ARN.
    #[must_use]
    pub fn arn(&self) -> String {
        format!("arn:aws:lambda:{}:{ACCOUNT}:function:{}", self.region, self.handler)
    }

    /// Returns the process's variables, which are added to the developer's environment,
    /// `now_ms` after the epoch.
    #[must_use]
    pub fn variables(&self, runtime_api: SocketAddr, log_stream_id: &str, now_ms: u64) -> Vec<(String, String)> {
        let (year, month, day) = date(now_ms / 86_400_000);
        let folder = self.bootstrap.parent().unwrap_or(Path::new("/")).display().to_string();
        let own = [
            ("AWS_LAMBDA_RUNTIME_API", runtime_api.to_string()),
            ("_HANDLER", self.handler.clone()),
            ("LAMBDA_TASK_ROOT", folder),
            ("AWS_LAMBDA_FUNCTION_NAME", self.handler.clone()),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", self.memory_mb.to_string()),
            ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{}", self.handler)),
            ("AWS_LAMBDA_LOG_STREAM_NAME", format!("{year}/{month:02}/{day:02}/[$LATEST]{log_stream_id}")),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
            // One event at a time is handed out here, whatever the developer's own environment
            // says.
            ("AWS_LAMBDA_MAX_CONCURRENCY", "1".to_owned()),
            ("AWS_REGION", self.region.clone()),
            ("AWS_DEFAULT_REGION", self.region.clone()),
        ];
        let defaults = [("TZ".to_owned(), ":UTC".to_owned())];
        let configured = self.variables.iter().map(|(name, value)| (name.clone(), value.clone()));
        defaults.into_iter().chain(configured).chain(own.map(|(name, value)| (name.to_owned(), value))).collect()
    }
}

/// Year, month and day of the day that is `days` after the first of January 1970, in the Gregorian
/// calendar. (Howard Hinnant's `civil_from_days`: years begin in March, so that the leap day is a
/// year's last.)
pub(crate) fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::{Function, check_name, check_not_reserved, date};
    use std::collections::BTreeMap;

    #[test]
    fn dates() {
        let cases = [(0, (1970, 1, 1)), (59, (1970, 3, 1)), (11_016, (2000, 2, 29)), (20_514, (2026, 3, 2)), (20_779, (2026, 11, 22))];
        for (days, expected) in cases {
            assert_eq!(date(days), expected);
        }
    }

    #[test]
    fn environment_refuses_names_of_another_form() {
        for (name, is_name) in
            [("TABLE", true), ("a1", true), ("A_", true), ("A", false), ("1A", false), ("_A", false), ("A-B", false), ("É1", false)]
        {
            assert_eq!(check_name(name).is_ok(), is_name, "{name}");
        }
    }

    #[test]
    fn environment_refuses_reserved_names() {
        assert!(check_not_reserved("AWS_REGION").unwrap_err().starts_with("`AWS_REGION` is reserved"));
        assert_eq!(check_not_reserved("TZ"), Ok(()));
        assert!(super::RESERVED.is_sorted());
    }

    #[test]
    fn environment_has_the_variables_lambda_sets() {
        let function = Function {
            handler: "greeting".into(),
            bootstrap: "/task/bootstrap".into(),
            memory_mb: 256,
            region: "eu-central-1".into(),
            variables: [("TABLE", "orders"), ("TZ", ":Europe/Rome"), ("AWS_LAMBDA_FUNCTION_NAME", "mine")]
                .map(|(name, value)| (name.into(), value.into()))
                .into(),
        };
        let variables: BTreeMap<_, _> =
            function.variables("127.0.0.1:9001".parse().unwrap(), "0123", 1_795_337_525_875).into_iter().collect();
        assert_eq!(variables["AWS_LAMBDA_RUNTIME_API"], "127.0.0.1:9001");
        assert_eq!(variables["_HANDLER"], "greeting");
        assert_eq!(variables["AWS_LAMBDA_FUNCTION_NAME"], "greeting");
        assert_eq!(variables["LAMBDA_TASK_ROOT"], "/task");
        assert_eq!(variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"], "256");
        assert_eq!(variables["AWS_LAMBDA_LOG_GROUP_NAME"], "/aws/lambda/greeting");
        assert_eq!(variables["AWS_LAMBDA_LOG_STREAM_NAME"], "2026/11/22/[$LATEST]0123");
        assert_eq!(variables["AWS_REGION"], "eu-central-1");
        assert_eq!((variables["TABLE"].as_str(), variables["TZ"].as_str()), ("orders", ":Europe/Rome"));
        assert_eq!(function.arn(), "arn:aws:lambda:eu-central-1:012345678912:function:greeting");
    }
}
