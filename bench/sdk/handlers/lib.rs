//! Registers the function. The build of a project writes such a crate.

mod get_item;

registry::register!("get_item", ".handlers.get_item", get_item, registry::awaited!(get_item::lambda_handler, tokio));
