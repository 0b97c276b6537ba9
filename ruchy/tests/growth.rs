//! The memory that the compiler allocates grows in proportion to the length of a program: four times the text needs about four times the
//! bytes. A pass that copies the same data repeatedly fails the test.

use ruchy::compile;
use std::alloc::{GlobalAlloc, Layout, System};
use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts the bytes that are asked for.
struct Counting;

static BYTES: AtomicU64 = AtomicU64::new(0);

// SAFETY: all calls are passed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.fetch_add(layout.size() as u64, Ordering::Relaxed);
        // SAFETY: as for this function.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as for this function.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        BYTES.fetch_add(size as u64, Ordering::Relaxed);
        // SAFETY: as for this function.
        unsafe { System.realloc(memory, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// The bytes that the compiler asks for to compile `text`.
fn bytes_for(name: &str, text: &str) -> u64 {
    let path = Path::new("growth.ruchy");
    let mut loader = |asked: &Path| -> io::Result<Option<Vec<u8>>> { Ok((asked == path).then(|| text.as_bytes().to_vec())) };
    let before = BYTES.load(Ordering::Relaxed);
    let compiled = compile(path, &mut loader);
    let asked = BYTES.load(Ordering::Relaxed) - before;
    assert!(compiled.rust.is_some(), "{name}: {:?}", compiled.diagnostics.sorted().first().map(|error| error.message.clone()));
    asked
}

fn repeated(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, index| {
        let _ = writeln!(text, "{}", part(index));
        text
    })
}

fn main_of(body: &str) -> String {
    format!("fun main() {{\n{body}}}\n")
}

type Shape = (&'static str, fn(usize) -> String);

/// Programs of as many equal parts as the argument says.
const SHAPES: [Shape; 11] = [
    ("functions", |count| {
        repeated(count, |index| format!("fun f{index}(x: i64) -> i64 {{ x + {index} }}"))
            + &main_of(&repeated(count, |index| format!("println(f{index}(1));")))
    }),
    ("functions without types", |count| {
        repeated(count, |index| format!("fun f{index}(x) {{ x + {index} }}"))
            + &main_of(&repeated(count, |index| format!("println(f{index}(1));")))
    }),
    ("variables", |count| main_of(&repeated(count, |index| format!("let a{index} = {index};\nprintln(f\"{{a{index}}}\");")))),
    ("structs", |count| {
        repeated(count, |index| format!("struct S{index} {{ x: i64 }}\nimpl S{index} {{ fun get(&self) -> i64 {{ self.x }} }}"))
            + &main_of(&repeated(count, |index| format!("println(S{index} {{ x: 1 }}.get());")))
    }),
    ("arms", |count| {
        let arms = repeated(count, |index| format!("{index} => \"n{index}\","));
        format!("fun name(n: i64) -> &str {{\nmatch n {{\n{arms}_ => \"other\"\n}}\n}}\nfun main() {{ println(name(1)) }}\n")
    }),
    ("variants", |count| {
        let variants = repeated(count, |index| format!("V{index}(i64),"));
        let arms = repeated(count, |index| format!("E::V{index}(n) => n + {index},"));
        format!("enum E {{\n{variants}}}\nfun f(e: E) -> i64 {{\nmatch e {{\n{arms}}}\n}}\nfun main() {{ println(f(E::V1(1))) }}\n")
    }),
    ("elements", |count| main_of(&format!("let list = [\n{}];\nprintln(list.len());\n", repeated(count, |index| format!("{index},"))))),
    ("members", |count| {
        main_of(&format!("let map = {{\n{}}};\nprintln(map.len());\n", repeated(count, |index| format!("\"k{index}\": {index},"))))
    }),
    ("holes", |count| {
        let declared = repeated(count, |index| format!("let a{index} = \"t\".to_string();"));
        let holes: String = (0..count).fold(String::new(), |text, index| text + &format!("{{a{index}}} "));
        main_of(&format!("{declared}println(f\"{holes}\");\n"))
    }),
    ("modules", |count| {
        repeated(count, |index| format!("mod m{index} {{ pub fun f() -> i64 {{ {index} }} }}"))
            + &main_of(&repeated(count, |index| format!("println(m{index}::f());")))
    }),
    ("closures", |count| main_of(&repeated(count, |index| format!("let f{index} = |x| x + {index};\nprintln(f{index}(2));")))),
];

/// Parts of the shorter program. In the longer one there are four times as many.
const PARTS: usize = 200;
/// Four, and a tenth more for tables that double when they are full.
const GROWTH_MAX: f64 = 4.6;

#[test]
fn memory_that_is_asked_for_grows_with_the_text() {
    let _ = bytes_for("tables that are made once", "fun main() { println([1].map(|x| x + 1)) }\n");
    let mut faults = String::new();
    for (name, program) in SHAPES {
        let (short, long) = (program(PARTS), program(4 * PARTS));
        #[allow(clippy::cast_precision_loss, reason = "a ratio")]
        let growth = (bytes_for(name, &long) as f64 / bytes_for(name, &short) as f64) * (4.0 * short.len() as f64 / long.len() as f64);
        if growth > GROWTH_MAX {
            let _ = writeln!(faults, "{name}: {growth:.1} times the memory for 4 times the text");
        }
    }
    assert!(faults.is_empty(), "{faults}");
}
