//! The series as a table for people, in Markdown.

use super::Series;
use crate::statistics::Ratio;

/// A row for each contestant and size: each figure beside the floor's of the same rounds, which the first contestant is.
#[must_use]
pub fn markdown(all: &[Series], seed: u64) -> String {
    let mut table = String::from(
        "| event and response | client | CPU to the floor's | invocations a second to the floor's | latency p50, p99 |\n|---:|---|---:|---:|---:|\n",
    );
    table.extend(all.iter().filter_map(|series| row(series, all, seed)));
    table
}

fn row(series: &Series, all: &[Series], seed: u64) -> Option<String> {
    let floor = all.iter().find(|floor| floor.event_bytes == series.event_bytes)?;
    let (cpu, throughput) = (ratio(series.cpu_ratio(floor, seed)?), ratio(series.throughput_ratio(floor, seed)?));
    let latency = series.latency()?;
    let (size, name) = (size(series.event_bytes), &series.contestant);
    Some(format!("| {size} | {name} | {cpu} | {throughput} | {} µs, {} µs |\n", latency.median / 1000, latency.p99 / 1000))
}

fn ratio(ratio: Ratio) -> String {
    format!("{:.2} ({:.2} to {:.2})", ratio.median, ratio.low, ratio.high)
}

fn size(bytes: usize) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KiB", bytes >> 10),
        _ => format!("{} MiB", bytes >> 20),
    }
}
