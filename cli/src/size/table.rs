//! Sizes and symbols as text; pure.

use super::Sizes;
use super::symbols::Symbol;
use crate::number::grouped;
use std::fmt::Write as _;

/// The sections, and what else is in the file.
#[must_use]
pub fn sizes(sizes: &Sizes) -> String {
    let mut text = format!("{:<14} {:>12} {:>12}  flags\n", "section", "in the file", "in memory");
    let mut row = |name: &str, file: u64, memory: u64, flags: &str| {
        let number = |bytes| if bytes == 0 { "-".to_owned() } else { grouped(bytes) };
        let line = format!("{name:<14} {:>12} {:>12}  {flags}", number(file), number(memory));
        let _ = writeln!(text, "{}", line.trim_end());
    };
    row("(headers)", sizes.headers, sizes.headers, "r-x");
    for section in &sizes.sections {
        row(&section.name, section.file_bytes, section.memory_bytes, section.flags);
    }
    row("(table)", sizes.section_table, 0, "");
    row("(padding)", sizes.padding(), 0, "");
    let memory = sizes.headers + sizes.sections.iter().map(|section| section.memory_bytes).sum::<u64>();
    row("total", sizes.total, memory, "");
    row("zip", sizes.zip, 0, "");
    text
}

/// The symbols, a line each.
#[must_use]
pub fn symbols(symbols: &[Symbol]) -> String {
    let mut text = format!("{:>12}  {:<12} name\n", "bytes", "section");
    for Symbol { name, section, bytes } in symbols {
        let _ = writeln!(text, "{:>12}  {section:<12} {name}", grouped(*bytes));
    }
    text
}

#[cfg(test)]
mod tests {
    use crate::size::{Section, Sizes};

    #[test]
    fn table_accounts_for_every_byte() {
        let section = |name: &str, file_bytes, memory_bytes, flags| Section { name: name.into(), file_bytes, memory_bytes, flags };
        let sizes = Sizes {
            sections: vec![
                section(".text", 7_000, 7_000, "r-x"),
                section(".reserve", 0, 8_454_144, "rw-"),
                section(".shstrtab", 55, 0, ""),
            ],
            headers: 232,
            section_table: 256,
            total: 7_550,
            zip: 4_100,
        };
        let table = super::sizes(&sizes);
        let lines: Vec<_> = table.lines().collect();
        assert_eq!(lines[0], "section         in the file    in memory  flags");
        assert_eq!(lines[2], ".text                 7,000        7,000  r-x");
        assert_eq!(lines[3], ".reserve                  -    8,454,144  rw-");
        assert_eq!(lines[4], ".shstrtab                55            -");
        assert_eq!(lines[6], "(padding)                 7            -");
        assert_eq!(lines[7], "total                 7,550    8,461,376");
        assert_eq!(lines[8], "zip                   4,100            -");
    }
}
