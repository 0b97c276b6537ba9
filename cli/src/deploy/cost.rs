//! The highest cost of a number of invocations. Pure. Prices are the list prices of us-east-1,
//! beyond the free tier, without tax: <https://aws.amazon.com/lambda/pricing/>.

/// Dollars for a gigabyte of memory held for a second, on `x86_64`.
const GIGABYTE_SECOND: f64 = 0.000_016_666_7;
/// Dollars for an invocation.
const REQUEST: f64 = 0.20 / 1e6;
/// The assumed duration of an invocation, its start included. Small functions stay far below.
const BILLED_SECONDS: f64 = 1.0;
/// Dollars for a gigabyte that is logged, and what an invocation logs.
const LOGGED_GIGABYTE: f64 = 0.50;
const LOGGED_BYTES: f64 = 1024.0;

/// Returns the cost of `invocations` of functions with `memory_mb` of memory, in US dollars.
#[must_use]
pub fn dollars(invocations: u32, memory_mb: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "megabytes of memory are few")]
    let gigabytes = memory_mb as f64 / 1024.0;
    f64::from(invocations) * (REQUEST + gigabytes * BILLED_SECONDS * GIGABYTE_SECOND + LOGGED_BYTES / 1e9 * LOGGED_GIGABYTE)
}

/// Describes the cost before the user is asked to agree.
#[must_use]
pub fn estimate(invocations: u32, memory_mb: u64) -> String {
    format!(
        "{invocations} invocations of functions with up to {memory_mb} MB cost at most {:.5} US dollars, at a second each and the list prices of us-east-1",
        dollars(invocations, memory_mb)
    )
}

#[cfg(test)]
mod tests {
    use super::{dollars, estimate};

    #[test]
    fn cost_of_1000_gigabyte_seconds() {
        // 0.0166667 for memory, 0.0002 for requests, 0.000512 for the log.
        assert!((dollars(1_000, 1024) - 0.017_378_7).abs() < 1e-9, "{}", dollars(1_000, 1024));
        assert!(
            estimate(50, 128).starts_with("50 invocations of functions with up to 128 MB cost at most 0.00014 US dollars"),
            "{}",
            estimate(50, 128)
        );
    }
}
