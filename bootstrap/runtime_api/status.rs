//! Classifies the status of a reply to a POST. Pure.
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>.

/// The result of a POST.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Classification {
    /// Lambda accepted it.
    Accepted,
    /// Lambda refused it; it and the runtime continue.
    Refused,
    /// Lambda cannot continue with this process.
    Fatal,
}

/// The state of the previous attempt of a POST.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PreviousAttempt {
    /// No previous attempt.
    None,
    /// It was sent in part.
    CutShort,
    /// It was sent completely, and the reply was lost.
    Sent,
}

/// Classifies the status of a reply to a POST. If a previous attempt was sent completely, a refusal
/// means that Lambda accepted that attempt.
#[must_use]
pub fn classify(status: u16, previous: PreviousAttempt) -> Classification {
    match status {
        200..=299 => Classification::Accepted,
        400 | 403 if previous == PreviousAttempt::Sent => Classification::Accepted,
        403 if previous == PreviousAttempt::CutShort => Classification::Fatal,
        500.. => Classification::Fatal,
        _ => Classification::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::{Classification, PreviousAttempt, classify};

    #[test]
    fn classify_follows_the_api() {
        for (status, previous, expected) in [
            (202, PreviousAttempt::None, Classification::Accepted),
            (200, PreviousAttempt::Sent, Classification::Accepted),
            (400, PreviousAttempt::None, Classification::Refused),
            (400, PreviousAttempt::Sent, Classification::Accepted),
            (400, PreviousAttempt::CutShort, Classification::Refused),
            (403, PreviousAttempt::None, Classification::Refused),
            (403, PreviousAttempt::Sent, Classification::Accepted),
            (403, PreviousAttempt::CutShort, Classification::Fatal),
            (404, PreviousAttempt::Sent, Classification::Refused),
            (410, PreviousAttempt::None, Classification::Refused),
            (413, PreviousAttempt::None, Classification::Refused),
            (413, PreviousAttempt::CutShort, Classification::Refused),
            (500, PreviousAttempt::None, Classification::Fatal),
            (503, PreviousAttempt::Sent, Classification::Fatal),
        ] {
            assert_eq!(classify(status, previous), expected, "{status} {previous:?}");
        }
    }
}
