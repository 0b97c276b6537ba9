//! The path that a function's patterns match: without the stage of an HTTP API, and without the
//! base path of a custom domain.

use super::origin::Origin;
use crate::json::Json;

/// Returns `path` without its stage or base path.
#[inline(never)]
pub(super) fn without_prefix<'event>(origin: Origin, event: &'event Json, path: &'event str) -> &'event str {
    let context = &event["requestContext"];
    let is_http_api = origin == Origin::HttpApi || origin == Origin::RestApi && is_payload_1_0(event);
    match context["stage"].as_text() {
        // The stage is part of the path for API Gateway's own domain names, but not for custom
        // domain names.
        Some(stage) if is_http_api && !is_custom_domain(context) => without_stage(path, stage),
        Some(_) => resource(event).and_then(|resource| without_base_path(path, resource, &event["pathParameters"])).unwrap_or(path),
        None => path,
    }
}

/// Returns `true` for an event of an HTTP API with payload format 1.0. Events of a REST API have no
/// version.
pub(super) fn is_payload_1_0(event: &Json) -> bool {
    event["version"].as_text() == Some("1.0")
}

fn is_custom_domain(context: &Json) -> bool {
    let domain = context["domainName"].as_text().unwrap_or_default();
    // Not `contains`, whose search is optimised for long strings.
    !domain.is_empty() && !has(domain, b".execute-api.") && !has(domain, b".lambda-url.")
}

#[inline(never)]
fn has(domain: &str, part: &[u8]) -> bool {
    domain.as_bytes().windows(part.len()).any(|window| window == part)
}

/// Returns the path template of API Gateway's route: `/orders/{id}`, `/{proxy+}`.
fn resource(event: &Json) -> Option<&str> {
    let route = event["routeKey"].as_text().or_else(|| event["requestContext"]["routeKey"].as_text());
    let resource = event["resource"].as_text().or(route)?;
    // A route key is `GET /orders/{id}`, or `$default`.
    resource.get(resource.bytes().position(|byte| byte == b'/')?..)
}

/// Removes the stage from a path. The stage `$default` is not part of paths.
fn without_stage<'event>(path: &'event str, stage: &str) -> &'event str {
    match path.strip_prefix('/').and_then(|path| path.strip_prefix(stage)) {
        Some("") => "/",
        Some(tail) if tail.starts_with('/') => tail,
        _ => path,
    }
}

/// Returns the end of `path` that matches the template `resource` with these `parameters`. The part
/// before it is the base path.
fn without_base_path<'event>(path: &'event str, resource: &str, parameters: &Json) -> Option<&'event str> {
    let (mut segments, mut template) = (0, resource);
    while let Some((segment, tail)) = next_segment(template) {
        (segments, template) = (segments + segments_at(segment, parameters), tail);
    }
    let mut start = path.strip_suffix('/').unwrap_or(path).len();
    for _ in 0..segments {
        start = path.as_bytes().get(..start)?.iter().rposition(|byte| *byte == b'/')?;
    }
    let own = path.get(start..)?;
    if !matches_literals(own, resource) {
        return None;
    }
    Some(if own.is_empty() { "/" } else { own })
}

/// Returns `true` if `path` has the literal segments of `template` that come before a greedy
/// parameter.
fn matches_literals(mut path: &str, mut template: &str) -> bool {
    while let Some((expected, template_tail)) = next_segment(template)
        && !expected.ends_with("+}")
    {
        let Some((segment, path_tail)) = next_segment(path) else { return false };
        if !expected.starts_with('{') && expected != segment {
            return false;
        }
        (path, template) = (path_tail, template_tail);
    }
    true
}

/// Returns the first segment of `path`, and the path after it.
#[inline(never)]
fn next_segment(path: &str) -> Option<(&str, &str)> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let length = path.bytes().position(|byte| byte == b'/').unwrap_or(path.len());
    if path.is_empty() { None } else { Some((path.get(..length)?, path.get(length..)?)) }
}

/// Returns the number of path segments that the template's `segment` matches.
fn segments_at(segment: &str, parameters: &Json) -> usize {
    let Some(name) = segment.strip_prefix('{').and_then(|segment| segment.strip_suffix("+}")) else { return 1 };
    let (mut count, mut value) = (0, parameters[name].as_text().unwrap_or("one"));
    while let Some((_, tail)) = next_segment(value) {
        (count, value) = (count + 1, tail);
    }
    count
}
