//! Processors like those of AWS Lambda, for the simulation of caches. Pure.

use crate::measure::valgrind::Caches;
use clap::ValueEnum;

/// A kind of processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Hardware {
    /// Intel Cascade Lake
    Intel,
    /// AMD Zen 3
    Amd,
    /// AWS Graviton2, Arm Neoverse N1
    Arm,
}

impl Hardware {
    /// The model whose caches are simulated.
    #[must_use]
    pub fn model(self) -> &'static str {
        match self {
            Self::Intel => "Intel Cascade Lake",
            Self::Amd => "AMD Zen 3",
            Self::Arm => "AWS Graviton2 (Neoverse N1)",
        }
    }

    /// Its first-level caches, and its second level as the last one: what one function has of the
    /// third depends on others.
    #[must_use]
    pub fn caches(self) -> Caches {
        const KIB: u32 = 1024;
        match self {
            Self::Intel => Caches { instructions: [32 * KIB, 8, 64], data: [32 * KIB, 8, 64], last: [1024 * KIB, 16, 64] },
            Self::Amd => Caches { instructions: [32 * KIB, 8, 64], data: [32 * KIB, 8, 64], last: [512 * KIB, 8, 64] },
            Self::Arm => Caches { instructions: [64 * KIB, 4, 64], data: [64 * KIB, 4, 64], last: [1024 * KIB, 8, 64] },
        }
    }

    /// The caches in words.
    #[must_use]
    pub fn description(self) -> String {
        let Caches { instructions, data, last } = self.caches();
        let words = |[bytes, ways, _]: [u32; 3]| format!("{} KiB, {ways} ways", bytes / 1024);
        format!(
            "{}: L1 for instructions {}, for data {}; L2 {}; lines of 64 bytes",
            self.model(),
            words(instructions),
            words(data),
            words(last)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Hardware;

    #[test]
    fn caches_have_a_power_of_two_of_sets() {
        for hardware in [Hardware::Intel, Hardware::Amd, Hardware::Arm] {
            let caches = hardware.caches();
            for [bytes, ways, line] in [caches.instructions, caches.data, caches.last] {
                assert!((bytes / ways / line).is_power_of_two(), "{hardware:?}");
            }
        }
        assert!(Hardware::Arm.description().contains("L1 for instructions 64 KiB, 4 ways"));
    }
}
