//! The page with the plot: counts and fitted curves over the sizes, both axes logarithmic.

use super::fit::{Fit, Point, Verdict};
use super::variant::{Variant, sentence};
use crate::html::{self, escaped};
use crate::number::grouped;
use std::fmt::Write as _;

/// The size of the plot and of its margin, in the units of its view box.
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 420.0;
const MARGIN: f64 = 70.0;
/// The colour of each way to link the subject.
const COLOURS: [&str; 2] = ["#1f5fa8", "#b4531a"];

/// The page.
#[must_use]
pub fn page(description: &str, version: &str, variants: &[Variant]) -> String {
    let mut body = format!("<p>Instructions of {}, counted by callgrind ({}).</p>\n", escaped(description), escaped(version));
    body += &plot(variants);
    for (variant, colour) in variants.iter().zip(COLOURS.iter().cycle()) {
        let _ = writeln!(
            body,
            "<h2 style=\"color:{colour}\">{}</h2>\n<p>{}</p>\n<table><tr><th>n</th><th>instructions</th></tr>",
            escaped(variant.name),
            escaped(&sentence(&variant.verdict))
        );
        for Point { n, count } in &variant.points {
            let _ = writeln!(body, "<tr><td>{}</td><td>{}</td></tr>", grouped(*n), grouped(*count));
        }
        body += "</table>\n";
    }
    body += "<p>For these inputs: others of the same size may cost more.</p>\n";
    html::page(&format!("Growth of {description}"), &body)
}

/// Maps sizes and counts to the plot.
struct Axes {
    n: (f64, f64),
    count: (f64, f64),
}

impl Axes {
    fn of(variants: &[Variant]) -> Self {
        let points = || variants.iter().flat_map(|variant| &variant.points);
        let range = |values: &mut dyn Iterator<Item = u64>| {
            values.map(logarithm).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
        };
        Self { n: range(&mut points().map(|point| point.n)), count: range(&mut points().map(|point| point.count)) }
    }

    fn place(&self, n: f64, count: f64) -> (f64, f64) {
        let part = |value: f64, (low, high): (f64, f64)| if high > low { (value - low) / (high - low) } else { 0.5 };
        let x = MARGIN + part(n, self.n) * (WIDTH - 2.0 * MARGIN);
        (x, HEIGHT - MARGIN - part(count, self.count) * (HEIGHT - 2.0 * MARGIN))
    }
}

fn plot(variants: &[Variant]) -> String {
    let axes = Axes::of(variants);
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"Instructions over the size n, logarithmic\">\n\
         <path d=\"M{MARGIN} {MARGIN}V{bottom}H{right}\" fill=\"none\" stroke=\"currentColor\"/>\n",
        bottom = HEIGHT - MARGIN,
        right = WIDTH - MARGIN
    );
    for (variant, colour) in variants.iter().zip(COLOURS.iter().cycle()) {
        if let Verdict::Named { best, .. } = &variant.verdict {
            let _ = writeln!(svg, "<path d=\"{}\" fill=\"none\" stroke=\"{colour}\"/>", curve(&axes, best));
        }
        for point in &variant.points {
            let (x, y) = axes.place(logarithm(point.n), logarithm(point.count));
            let title = format!("n = {}: {} instructions", grouped(point.n), grouped(point.count));
            let _ = writeln!(svg, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"{colour}\"><title>{title}</title></circle>");
        }
    }
    let labels =
        [(axes.n.0, axes.count.0, true), (axes.n.1, axes.count.0, true), (axes.n.0, axes.count.0, false), (axes.n.0, axes.count.1, false)];
    for (n, count, is_size) in labels {
        let (x, y) = axes.place(n, count);
        let (x, y, anchor, value) = if is_size { (x, y + 20.0, "middle", n) } else { (x - 8.0, y + 4.0, "end", count) };
        let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>", grouped(rounded(value.exp())));
    }
    svg + "</svg>\n"
}

fn curve(axes: &Axes, fit: &Fit) -> String {
    const STEPS: u32 = 100;
    let mut path = String::new();
    for step in 0..=STEPS {
        let n = axes.n.0 + (axes.n.1 - axes.n.0) * f64::from(step) / f64::from(STEPS);
        let count = fit.constant + fit.factor * fit.class.at(n.exp());
        if count > 0.0 {
            let (x, y) = axes.place(n, count.ln());
            let _ = write!(path, "{}{x:.1} {y:.1}", if path.is_empty() { "M" } else { "L" });
        }
    }
    path
}

#[expect(clippy::cast_precision_loss, reason = "counts and sizes are far below 2^53")]
fn logarithm(value: u64) -> f64 {
    (value.max(1) as f64).ln()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the exponential of a count's logarithm")]
fn rounded(value: f64) -> u64 {
    value.round() as u64
}

#[cfg(test)]
mod tests {
    use super::super::fit;
    use super::super::variant::Variant;
    use super::page;
    use fit::Point;

    #[test]
    fn page_has_a_point_for_each_size_and_a_curve_for_a_verdict() {
        let points: Vec<Point> = (0..8).map(|power| Point { n: 16 << power, count: 100 + 4 * (16 << power) }).collect();
        let variant =
            Variant { name: "as linked", verdict: fit::verdict(&points), points, probe: None, allocations: Vec::new(), stopped: None };
        let page = page("f(n) of <a>", "valgrind-3.19.0", &[variant]);
        assert_eq!(page.matches("<circle").count(), 8);
        assert_eq!(page.matches("stroke=\"#1f5fa8\"").count(), 1);
        assert!(page.contains("f(n) of &lt;a&gt;") && !page.contains("NaN"), "{page}");
    }
}
