//! The processors that a function can be deployed for, by the names that AWS has for them; pure.

use clap::ValueEnum;
use object::elf::{EM_AARCH64, EM_X86_64, Machine};

/// The processors that `just build` can link for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Architecture {
    /// Intel's and AMD's
    #[value(name = "x86_64")]
    X86_64,
    /// Graviton
    #[value(name = "arm64")]
    Arm64,
}

impl Architecture {
    /// As Lambda writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
        }
    }

    /// As container images write it.
    #[must_use]
    pub fn image_name(self) -> &'static str {
        match self {
            Self::X86_64 => "amd64",
            Self::Arm64 => "arm64",
        }
    }

    /// As ELF headers write it.
    #[must_use]
    pub fn machine(self) -> Machine {
        match self {
            Self::X86_64 => EM_X86_64,
            Self::Arm64 => EM_AARCH64,
        }
    }

    /// Returns the architecture of this machine; `x86_64` on a machine that Lambda does not
    /// support.
    #[must_use]
    pub fn of_this_machine() -> Self {
        if Self::Arm64.is_this_machines() { Self::Arm64 } else { Self::X86_64 }
    }

    /// Returns true if this machine runs code of this architecture.
    #[must_use]
    pub fn is_this_machines(self) -> bool {
        let this = match std::env::consts::ARCH {
            "aarch64" => "arm64",
            other => other,
        };
        this == self.name()
    }
}

/// Returns the usual name of an ELF header's machine.
#[must_use]
pub fn machine_name(machine: Machine) -> String {
    match machine {
        EM_X86_64 => "x86_64".to_owned(),
        EM_AARCH64 => "arm64".to_owned(),
        other => format!("another machine (ELF machine {})", other.0),
    }
}
