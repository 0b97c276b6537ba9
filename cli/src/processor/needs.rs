//! The extensions of x86-64 that the instructions of a file need, and the level of the psABI that
//! has them.

use crate::elf::Elf;
use iced_x86::{CpuidFeature, Decoder, DecoderOptions, Mnemonic};
use object::{Object as _, ObjectSection as _, SectionKind};
use std::collections::BTreeMap;

/// The levels of x86-64, and the extensions that each adds to those of the levels below.
/// Source: System V psABI for AMD64, section "Micro-architecture levels".
const LEVELS: [(&str, &[&str]); 4] = [
    (
        "x86-64",
        &[
            "INTEL8086",
            "INTEL186",
            "INTEL286",
            "INTEL386",
            "INTEL486",
            "X64",
            "CMOV",
            "CX8",
            "FPU",
            "FPU287",
            "FPU387",
            "FXSR",
            "MMX",
            "SYSCALL",
            "SSE",
            "SSE2",
            "CPUID",
            "MULTIBYTENOP",
            "PAUSE",
            "RDTSC",
            "CET_IBT",
            "INTEL8086_ONLY",
            "D3NOW",
        ],
    ),
    ("x86-64-v2", &["CMPXCHG16B", "SSE3", "SSE4_1", "SSE4_2", "SSSE3", "POPCNT"]),
    ("x86-64-v3", &["AVX", "AVX2", "BMI1", "BMI2", "F16C", "FMA", "LZCNT", "MOVBE", "XSAVE"]),
    ("x86-64-v4", &["AVX512F", "AVX512BW", "AVX512CD", "AVX512DQ", "AVX512VL"]),
];

/// The features that a file needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needs {
    /// The least level that suffices; `None` if an instruction belongs to no level.
    pub level: Option<&'static str>,
    /// The extensions that the level is needed for.
    pub because: Vec<String>,
    /// Every extension, and the number of instructions that need it.
    pub features: BTreeMap<String, u64>,
}

/// The needs of the code of `file`.
#[must_use]
pub fn of(file: &Elf<'_>) -> Needs {
    let mut features = BTreeMap::new();
    for section in file.sections().filter(|section| section.kind() == SectionKind::Text) {
        let data = section.data().unwrap_or_default();
        count(data, section.address(), &mut features);
    }
    from_features(features)
}

fn count(code: &[u8], address: u64, features: &mut BTreeMap<String, u64>) {
    for instruction in Decoder::with_ip(64, code, address, DecoderOptions::NONE).iter().filter(|instruction| !instruction.is_invalid()) {
        // Compilers write `bsf` this way: with a prefix that processors without `tzcnt` ignore.
        if instruction.mnemonic() == Mnemonic::Tzcnt {
            continue;
        }
        for feature in instruction.cpuid_features() {
            *features.entry(name(*feature)).or_default() += 1;
        }
    }
}

fn name(feature: CpuidFeature) -> String {
    format!("{feature:?}")
}

fn from_features(features: BTreeMap<String, u64>) -> Needs {
    let level_of = |feature: &str| LEVELS.iter().position(|(_, members)| members.contains(&feature));
    let highest = features.keys().map(|feature| level_of(feature)).try_fold(0, |highest, level| Some(highest.max(level?)));
    let because = features.keys().filter(|feature| level_of(feature) == highest && highest != Some(0)).cloned().collect();
    Needs { level: highest.map(|index| LEVELS[index].0), because, features }
}

#[cfg(test)]
mod tests {
    use super::{count, from_features};
    use std::collections::BTreeMap;

    fn needs(code: &[u8]) -> (Option<&'static str>, Vec<String>) {
        let mut features = BTreeMap::new();
        count(code, 0x1000, &mut features);
        let needs = from_features(features);
        (needs.level, needs.because)
    }

    #[test]
    fn needs_are_the_highest_level_of_any_instruction() {
        // xor eax, eax; addps xmm0, xmm1; syscall; ret
        assert_eq!(needs(b"\x31\xc0\x0f\x58\xc1\x0f\x05\xc3"), (Some("x86-64"), vec![]));
        // popcnt eax, eax
        assert_eq!(needs(b"\xf3\x0f\xb8\xc0"), (Some("x86-64-v2"), vec!["POPCNT".to_owned()]));
        // vpaddd ymm0, ymm0, ymm1, and popcnt
        assert_eq!(needs(b"\xc5\xfd\xfe\xc1\xf3\x0f\xb8\xc0"), (Some("x86-64-v3"), vec!["AVX2".to_owned()]));
        // tzcnt eax, eax, which is bsf to older processors
        assert_eq!(needs(b"\xf3\x0f\xbc\xc0").0, Some("x86-64"));
        // rdrand eax: of no level
        assert_eq!(needs(b"\x0f\xc7\xf0").0, None);
    }
}
