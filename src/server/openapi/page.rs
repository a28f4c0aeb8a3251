//! The description of the API as a page for people.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::server::openapi::SHOP_KEY;
use crate::server::openapi::schemas::{self, Schemas};

/// The page of a description: every call by its tag, with its parameters, its body and its answers, and below them what
/// these are made of.
pub(super) fn written(description: &Value) -> String {
    let mut page = String::from(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Platen: API</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <link rel=\"icon\" href=\"/icon.svg\"><link rel=\"stylesheet\" href=\"/docs.css\"></head><body><main>",
    );
    let text = |value: &Value| escaped(value.as_str().unwrap_or_default());
    let _ = write!(
        page,
        "<h1>{} API</h1><p>{}</p><p>For programs: <a href=\"/api/openapi.json\">openapi.json</a> (OpenAPI 3.1). \
         Errors are <code>application/problem+json</code> with a stable <code>code</code>.</p>\
         <p>A customer is known by the cookie that the first call which saves something sets: send it with every call. A \
         shop's own program sends <code>Authorization: Bearer platen_…</code> instead. Calls that save or draw cost points \
         of a bucket that fills every minute; <code>RateLimit-Remaining</code> tells what is left, \
         <a href=\"/api/v1/limits\">limits</a> what calls cost. An order wants an <code>Idempotency-Key</code>, so that \
         one sent twice is placed once.</p>",
        text(&description["info"]["title"]),
        prose(description["info"]["description"].as_str().unwrap_or_default())
    );
    let mut by_tag: Vec<(&str, Vec<Entry<'_>>)> = Vec::new();
    for (path, calls) in description["paths"].as_object().into_iter().flatten() {
        for (method, call) in calls.as_object().into_iter().flatten() {
            let tag = call["tags"][0].as_str().unwrap_or("other");
            let entry = Entry { path, method, call };
            match by_tag.iter_mut().find(|(known, _)| *known == tag) {
                Some((_, list)) => list.push(entry),
                None => by_tag.push((tag, vec![entry])),
            }
        }
    }
    let schemas = Schemas::of(description);
    page.push_str("<nav>");
    for (tag, _) in &by_tag {
        let _ = write!(page, "<a href=\"#tag-{0}\">{0}</a> ", escaped(tag));
    }
    page.push_str("<a href=\"#schemas\">schemas</a></nav>");
    for (tag, calls) in &by_tag {
        let _ = write!(page, "<h2 id=\"tag-{0}\">{0}</h2>", escaped(tag));
        for entry in calls {
            write_call(&mut page, entry, schemas);
        }
    }
    page.push_str("<h2 id=\"schemas\">schemas</h2>");
    if let Some(schemas) = schemas {
        schemas.write_all(&mut page);
    }
    page.push_str("</main></body></html>");
    page
}

/// A call, and where it is made.
struct Entry<'d> {
    path: &'d str,
    method: &'d str,
    call: &'d Value,
}

fn write_call<'d>(page: &mut String, Entry { path, method, call }: &Entry<'d>, schemas: Option<Schemas<'d>>) {
    let words = |value: &Value| prose(value.as_str().unwrap_or_default());
    let method = method.to_uppercase();
    let _ = write!(
        page,
        "<details><summary><b class=\"{0}\">{0}</b> <code>{1}</code> <span>{2}</span></summary>",
        escaped(&method),
        escaped(path),
        words(&call["summary"])
    );
    if let Some(more) = call["description"].as_str() {
        let _ = write!(page, "<p>{}</p>", prose(more));
    }
    write_key(page, call);
    write_parameters(page, call);
    if let Some(content) = call["requestBody"]["content"].as_object() {
        for (media_type, body) in content {
            let _ = write!(page, "<h4>Body: <code>{}</code></h4>", escaped(media_type));
            write_schema(page, &body["schema"], schemas);
            let example = if media_type == "multipart/form-data" {
                form_example(path)
            } else {
                serde_json::to_string_pretty(&body["example"]).unwrap_or_default()
            };
            let _ = write!(page, "<p>For example:</p><pre tabindex=\"0\">{}</pre>", escaped(&example));
        }
    }
    write_answers(page, call, schemas);
    page.push_str("</details>");
}

fn form_example(path: &str) -> String {
    let files = match path.rsplit('/').next() {
        Some("preview") => "-F template=@reunion.toml -F recipients=@recipients.csv -F consent=@consent.csv",
        _ => "-F file=@logo.png",
    };
    format!("curl {files} {path}")
}

/// Which key the call needs, if any.
fn write_key(page: &mut String, call: &Value) {
    // An empty requirement among them: it can be done without a key.
    let is_open = call["security"]
        .as_array()
        .is_some_and(|list| list.iter().any(|one| one.as_object().is_some_and(Map::is_empty)));
    for scopes in call["security"].as_array().into_iter().flatten().filter_map(|needed| needed[SHOP_KEY].as_array()) {
        let scopes = scopes.iter().filter_map(Value::as_str).map(|scope| format!("<code>{}</code>", escaped(scope)));
        let scopes: Vec<String> = scopes.collect();
        let with = if scopes.is_empty() { String::new() } else { format!(" with {}", scopes.join(", ")) };
        let needs = if is_open { "For the customer by cookie, or for the shop by" } else { "Needs" };
        let _ = write!(page, "<p>{needs} a shop key{with}: <code>Authorization: Bearer platen_…</code></p>");
    }
}

fn write_parameters(page: &mut String, call: &Value) {
    let Some(parameters) = call["parameters"].as_array() else { return };
    page.push_str("<h4>Parameters</h4><dl>");
    for parameter in parameters {
        let text = |name: &str| parameter[name].as_str().unwrap_or_default();
        let required = if parameter["required"] == true { " <b>required</b>" } else { "" };
        let _ = write!(
            page,
            "<dt><code>{}</code> <span>{}, in the {}</span>{required}</dt><dd>{}</dd>",
            escaped(text("name")),
            schemas::type_of(&parameter["schema"]),
            escaped(text("in")),
            prose(text("description"))
        );
    }
    page.push_str("</dl>");
}

fn write_answers<'d>(page: &mut String, call: &'d Value, schemas: Option<Schemas<'d>>) {
    page.push_str("<table><caption>Answers</caption>");
    for (status, answer) in call["responses"].as_object().into_iter().flatten() {
        let content = answer["content"].as_object();
        let types: Vec<&str> = content.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td><code>{}</code></td></tr>",
            escaped(status),
            prose(answer["description"].as_str().unwrap_or_default()),
            escaped(&types.join(", "))
        );
    }
    page.push_str("</table>");
    let done = call["responses"].as_object().into_iter().flatten().filter(|(status, _)| status.starts_with('2'));
    for (status, answer) in done {
        if let Some(content) = answer["content"].get("application/json") {
            let _ = write!(page, "<h4>Answer {}: <code>application/json</code></h4>", escaped(status));
            write_schema(page, &content["schema"], schemas);
        }
    }
}

fn write_schema<'d>(page: &mut String, schema: &'d Value, schemas: Option<Schemas<'d>>) {
    if let Some(schemas) = schemas {
        schemas.write_body(page, schema);
    }
}

pub(in crate::server) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Text of the code's comments: what stands between backticks is code.
pub(super) fn prose(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts.fold(String::new(), |page, (index, part)| {
        if index % 2 == 0 { page + &escaped(part) } else { page + "<code>" + &escaped(part) + "</code>" }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_backticks_is_code() {
        assert_eq!(prose("a `<b>` and `c`"), "a <code>&lt;b&gt;</code> and <code>c</code>");
        assert_eq!(prose("plain & simple"), "plain &amp; simple");
    }
}
