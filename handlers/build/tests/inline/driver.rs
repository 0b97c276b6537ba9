// `main.rs` appends this to the modules `original` and `level_1` to `level_3`. It calls each
// function and its copies with many arguments, and compares the results: the bits of the value, or
// the message of the panic.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};

/// One function for all calls: a generic one would be compiled for each call, which would take most
/// of the test's time.
fn outcome(call: &dyn Fn() -> u128) -> Result<u128, String> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|payload: Box<dyn Any + Send>| match payload.downcast::<&str>() {
        Ok(text) => text.to_string(),
        Err(payload) => payload.downcast::<String>().map_or_else(|_| "?".to_owned(), |text| *text),
    })
}

trait Bits {
    fn bits(self) -> u128;
}
macro_rules! integers { ($($kind:ty)+) => { $(impl Bits for $kind { fn bits(self) -> u128 { self as u128 } })+ } }
integers!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize bool char);
impl Bits for f64 {
    fn bits(self) -> u128 {
        if self.is_nan() { 1 << 100 } else { self.to_bits().into() } // Rust does not specify the bits of a NaN
    }
}
impl Bits for f32 {
    fn bits(self) -> u128 {
        if self.is_nan() { 1 << 100 } else { self.to_bits().into() }
    }
}

static mut CALLS: usize = 0;
static mut PANICS: usize = 0;

macro_rules! compare {
    ($function:ident: $([$($argument:expr),+])+) => { $(compare!(@one $function, $($argument),+);)+ };
    (@one $function:ident, $($argument:expr),+) => {{
        compare_outcomes(
            &|| format!("{} {:?}", stringify!($function), ($($argument),+)),
            &|| original::$function($($argument),+).bits(),
            [
                &|| level_1::$function($($argument),+).bits(),
                &|| level_2::$function($($argument),+).bits(),
                &|| level_3::$function($($argument),+).bits(),
            ],
        )
    }};
}

fn compare_outcomes(name: &dyn Fn() -> String, original: &dyn Fn() -> u128, copies: [&dyn Fn() -> u128; 3]) {
    let expected = outcome(original);
    for (level, copy) in (1..).zip(copies) {
        let got = outcome(copy);
        if got != expected {
            println!("{}, {level} levels: {got:?} instead of {expected:?}", name());
            std::process::exit(1);
        }
    }
    unsafe {
        CALLS += 1;
        PANICS += usize::from(expected.is_err());
    }
}

fn numbers(count: usize) -> impl Iterator<Item = u64> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    })
    .take(count)
}

fn main() {
    set_hook(Box::new(|_| ()));
    compare_all();
    let (calls, panics) = unsafe { (CALLS, PANICS) };
    println!("{calls} {panics}");
}
