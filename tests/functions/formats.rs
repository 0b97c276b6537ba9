//! Formats the event in all forms that the build lowers, and in others. Results must be equal.
#![allow(clippy::all, clippy::pedantic, unused)]

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt::{self, Display, Write as _};
use std::rc::Rc;
use std::sync::Arc;

struct Point {
    x: i32,
    y: f64,
}

impl Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({}, {})", self.x, format!("y{}", self.y))
    }
}

impl Point {
    fn text(&self) -> String {
        format!("{self}|{}|{}", self.x, self.y)
    }
}

/// A constant whose initializer contains a panic: it must not be lowered.
const LIMIT: usize = if usize::BITS < 16 { panic!("too few bits") } else { 3 };

const fn checked(n: usize) -> usize {
    if n > 1 << 30 { panic!("too large") } else { n }
}

fn generic<T: Display>(value: T) -> String {
    format!("<{}{value}>", value)
}

fn unsized_one<T: Display + ?Sized>(value: &T) -> String {
    format!("{}", value)
}

fn opaque(n: u8) -> impl Display {
    n
}

macro_rules! twice {
    ($value:expr) => {
        format!("{} {}", $value, $value)
    };
}

fn strings(event: &str) -> Vec<String> {
    let owned = event.to_owned();
    let (boxed, counted, shared) = (Box::new(owned.clone()), Rc::new(owned.clone()), Arc::new(owned.clone()));
    let narrow: Box<str> = event.into();
    let (cow, own): (Cow<'_, str>, Cow<'_, str>) = (Cow::Borrowed(event), Cow::Owned(owned.clone()));
    let mut changed = owned.clone();
    let changing = &mut changed;
    changing.push('!');
    let cell = RefCell::new(owned.clone());
    let displayed: &dyn Display = &owned;
    vec![
        format!("{}", event),
        format!("{event}{owned}{}", &owned),
        format!("{}{}{}{}", &&event, boxed, counted, shared),
        format!("{}{}{}{}", narrow, cow, own, changing),
        format!("[{}] [{}]", cell.borrow(), displayed),
        format!("{0}{1}{0}", event, "literal {}"),
        format!("{name} is {}, {name}", 1, name = event),
        format!("{{{}}} }}{{ {{{{", event),
        format!(""),
        format!("no holes\n\t\u{301}\"\\"),
        format!(r#"raw "{}" \n"#, event),
        format!(
            "several {} \
             lines {}
             of it", // a comment with "quotes" {}
            event,
            event
                .len()
        ),
        generic(event) + &generic(7) + &generic(2.5) + &generic(Point { x: 1, y: 0.1 }) + &unsized_one(event) + &unsized_one(displayed),
        format!("{}{}", format!("inner {}", event), vec![format!("{}", 1), format!("{}", event)].concat()),
        format!("{}", opaque(9)),
        format!("{}", format_args!("{} {:?}", event, event)),
        twice!(event),
        format!("{:?} {:>8} {:03} {:.2} {}", event, event, 7, 2.345, event),
        [1, 2, 3].iter().map(|n| format!("{}", n)).collect::<Vec<_>>().join(","),
        format!("{}", if event.is_empty() { "nothing" } else { event }),
        format!("{}", { let event = 3; event + LIMIT + checked(4) }),
        format!("{}", event).len().to_string(),
        Point { x: -5, y: 1e21 }.text(),
    ]
}

/// Arguments are evaluated once and in order, and their temporaries are dropped.
fn effects(event: &str) -> Vec<String> {
    let count = Cell::new(0);
    let next = || {
        count.set(count.get() + 1);
        count.get()
    };
    let shared = RefCell::new(vec![event.to_owned()]);
    let text = format!("{1} {0} {1} {last}", next(), next(), last = next());
    let pair = (format!("{}", shared.borrow_mut()[0]), shared.borrow_mut().len());
    let p0 = "a name of the expansion's";
    let text_of = format!("{} {p0} {}", p0, { let text = p0; text });
    if event == "return" {
        format!("{}", return vec!["returned".to_owned()]);
    }
    let mut written = String::new();
    write!(written, "{} {}", next(), event).unwrap();
    writeln!(written, "{}", format!("{}", next())).unwrap();
    vec![text, pair.0, pair.1.to_string(), text_of, written, next().to_string()]
}

fn numbers(event: &str) -> Vec<String> {
    let mut lines = Vec::new();
    macro_rules! integers {
        ($($kind:ty)+) => { $(
            let value: $kind = event.parse().unwrap_or(<$kind>::MIN);
            lines.push(shown(value) + &shown(<$kind>::MAX) + &shown(<$kind>::MIN) + &value.to_string());
        )+ };
    }
    integers!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);
    let double: f64 = event.parse().unwrap_or(0.1);
    let single: f32 = event.parse().unwrap_or(0.1);
    lines.push(format!("{double} {single} {} {}", -double, &(single * 3.0)));
    lines.push(double.to_string() + " " + &single.to_string() + &(&double).to_string() + &1.5.to_string());
    lines.push(format!("{} {} {} {}", f64::MAX, f64::MIN_POSITIVE, f32::MAX, f32::MIN_POSITIVE));
    lines.push(format!("{} {} {} {} {}", f64::NAN, f64::INFINITY, f32::NEG_INFINITY, -0.0, 5e-324));
    lines.push(format!("{} {} {}", event.is_empty(), 'ü', event.chars().next().unwrap_or('😀')));
    lines.push(format!("{} {} {} {}", i8::MIN, 3_u8 as char, event.len() as i64 - 3, event.len()));
    lines.push(format!("{} {} {}", i128::MIN, u128::MAX, u64::MAX));
    lines
}

fn shown(value: impl Display) -> String {
    format!("{value} ")
}

fn print_all(event: &str) {
    println!();
    println!("plain");
    println!("{}", event);
    println!("{event} and {}", event.len());
    print!("{}", event);
    println!("{:?}", event);
    eprint!("");
    eprintln!("{} {}", "an error:", event);
    match event {
        "" => println!("nothing"),
        other => println!("{other}"),
    }
    let mut counts = BTreeMap::new();
    *counts.entry(event).or_insert(0) += 1;
    for (name, count) in &counts {
        println!("{}: {}", name, count);
    }
    std::println!("{}", event)
}

pub fn lambda_handler(event: &str) -> String {
    if let Some(text) = event.strip_prefix("panic ") {
        panic!("{} {text} {}", "as asked:", text.len());
    }
    print_all(event);
    [strings(event), effects(event), numbers(event)].concat().join("\n")
}
