//! An HTTP API over a DynamoDB table with the string partition key `id`. The environment variable
//! `TABLE` has the name of the table.
//!
//! | request | response |
//! |---|---|
//! | `GET /items`, `GET /items?after=ID` | a page of items; `next` is the `ID` for the next page |
//! | `GET /items/{id}` | the item |
//! | `PUT /items/{id}` | creates the item; with `"version": N` replaces that version of it; otherwise 409 |
//! | `DELETE /items/{id}` | deletes the item |

use aws::dynamodb::{self, Table};
use events::Json;
use events::http::{Request, Response};
use lambda::Failure;

/// Items per page.
const PAGE_ITEMS: u32 = 50;

pub fn lambda_handler(request: &Request) -> Result<Response, Failure> {
    request.route().get("/items", list).get("/items/{id}", get).put("/items/{id}", put).delete("/items/{id}", delete).answer()
}

fn table() -> Result<Table, Failure> {
    let name =
        std::env::var("TABLE").map_err(|_| Failure::new("Function.NoTable", "TABLE is not set; expected the name of a DynamoDB table"))?;
    Ok(dynamodb::table(name))
}

fn key(id: &str) -> Json {
    Json::object().put("id", id)
}

/// Selects and orders the members of the response: items of DynamoDB have no order.
fn shown(item: &Json) -> Json {
    let members = ["id", "name", "price", "version"];
    members.into_iter().fold(Json::object(), |shown, name| shown.put(name, item.get(name).unwrap_or(&Json::Null)))
}

fn not_found(id: &str) -> Failure {
    Failure::new("Function.NotFound", format!("item {id} does not exist"))
}

fn list(request: &Request) -> Result<Response, Failure> {
    let mut scan = table()?.scan().limit(PAGE_ITEMS);
    if let Some(id) = request.query("after") {
        scan = scan.start(&key(id))?;
    }
    let page = scan.page()?;
    let items: Vec<Json> = page.items.iter().map(shown).collect();
    let next = page.next.map(|mut key| key.take("id"));
    Ok(Response::json(200, Json::object().put("items", items).put("next", next.unwrap_or_default())))
}

fn get(request: &Request) -> Result<Response, Failure> {
    let id = request.parameter("id")?;
    match table()?.get(key(id))? {
        Some(item) => Ok(Response::json(200, shown(&item))),
        None => Err(not_found(id)),
    }
}

fn put(request: &Request) -> Result<Response, Failure> {
    let (id, mut item) = (request.parameter("id")?, request.json()?);
    item.text("name")?;
    item.number("price")?;
    let replaced = if item.has("version") { item.integer("version")? } else { 0 };
    item.set("id", id);
    item.set("version", replaced + 1);
    let written = if replaced == 0 {
        table()?.put_if(&item, "attribute_not_exists(id)", Json::Null)
    } else {
        table()?.put_if(&item, "#version = :replaced", Json::object().put("replaced", replaced))
    };
    match written {
        Ok(()) => Ok(Response::json(if replaced == 0 { 201 } else { 200 }, shown(&item))),
        Err(error) if error.is("ConditionalCheckFailed") => {
            let message = format!("item {id} has another version; GET it, and send its version with the change");
            Err(Failure::new("Function.Conflict", message))
        }
        Err(error) => Err(error.into()),
    }
}

fn delete(request: &Request) -> Result<Response, Failure> {
    let id = request.parameter("id")?;
    match table()?.delete(key(id))? {
        Some(_) => Ok(Response::empty(204)),
        None => Err(not_found(id)),
    }
}
