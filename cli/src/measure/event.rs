//! The event that a function is measured with.

use crate::home::Home;
use crate::{Error, event, fixtures};
use handlers_build::function::Function as Source;

/// An event, and where it is from.
#[derive(Clone, Debug)]
pub struct Named {
    pub name: String,
    pub event: Vec<u8>,
}

/// The event that `argument` names (JSON, `@FILE`, `-`), or that of the function's first fixture,
/// or an empty object.
///
/// # Errors
/// As [`event::read`] and [`fixtures::read`].
pub fn choose(argument: Option<&str>, home: &Home, source: &Source) -> Result<Named, Error> {
    if let Some(argument) = argument {
        return Ok(Named { name: "the event given".to_owned(), event: event::read(argument, false)? });
    }
    Ok(of_fixtures(home, source)?.into_iter().next().unwrap_or_else(|| Named { name: "the event {}".to_owned(), event: b"{}".to_vec() }))
}

/// The events of all fixtures of the function.
///
/// # Errors
/// As [`fixtures::read`].
pub fn of_fixtures(home: &Home, source: &Source) -> Result<Vec<Named>, Error> {
    let cases = fixtures::read(&home.fixtures_of(source))?;
    Ok(cases.into_iter().map(|case| Named { name: format!("the fixture {}", case.name), event: case.event }).collect())
}
