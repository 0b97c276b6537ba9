//! The benches whose results are summarised.

/// A bench whose results are summarised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bench {
    ColdStart,
    Warm,
    Compute,
    Scale,
    Handler,
}

impl Bench {
    pub const ALL: [Self; 5] = [Self::ColdStart, Self::Warm, Self::Compute, Self::Scale, Self::Handler];

    /// Returns the name of the file with its results.
    #[must_use]
    pub fn file(self) -> &'static str {
        match self {
            Self::ColdStart => "cold-start.json",
            Self::Warm => "warm.json",
            Self::Compute => "compute.json",
            Self::Scale => "scale.json",
            Self::Handler => "handler.json",
        }
    }

    /// Returns the command that measures them.
    #[must_use]
    pub fn command(self) -> &'static str {
        match self {
            Self::ColdStart => "just bench-cold-start",
            Self::Warm => "just bench-warm",
            Self::Compute => "just bench-compute",
            Self::Scale => "just bench-scale",
            Self::Handler => "just bench-handler",
        }
    }
}
