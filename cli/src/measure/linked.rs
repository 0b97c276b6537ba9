//! A function linked to be measured: the code that ships, with symbols.

use crate::engine::{LinkOptions, Linked};
use crate::environment::Function;
use crate::home::Home;
use crate::local::MEMORY_MB;
use crate::{Error, functions};
use handlers_build::function::Function as Source;

/// Links `source`; the file of the result has symbols and line tables. For errors in the source,
/// their messages.
///
/// # Errors
/// As [`Home::link`] and [`functions::configured`].
pub async fn function(home: &Home, source: &Source, options: &LinkOptions) -> Result<Result<Function, String>, Error> {
    let Linked { with_symbols, .. } = match home.link(source, options).await? {
        Ok(linked) => linked,
        Err(messages) => return Ok(Err(messages)),
    };
    let function = functions::configured(&source.name, &with_symbols, MEMORY_MB)?;
    let variables = match home {
        Home::Project(project) => project.settings_of(&source.name).environment.clone(),
        Home::Repository => std::collections::BTreeMap::new(),
    };
    Ok(Ok(Function { variables, ..function }))
}
