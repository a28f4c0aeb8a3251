//! The description of the API as a page for people.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::server::openapi::SHOP_KEY;

/// The page of a description: every call by its tag, with its parameters, its body and its answers.
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
         Errors are <code>application/problem+json</code> with a stable <code>code</code>.</p>",
        text(&description["info"]["title"]),
        prose(description["info"]["description"].as_str().unwrap_or_default())
    );
    let mut by_tag: Map<String, Value> = Map::new();
    for (path, calls) in description["paths"].as_object().into_iter().flatten() {
        for (method, call) in calls.as_object().into_iter().flatten() {
            let tag = call["tags"][0].as_str().unwrap_or("other").to_owned();
            let list = by_tag.entry(tag).or_insert_with(|| json!([]));
            if let Some(list) = list.as_array_mut() {
                list.push(json!({ "path": path, "method": method, "call": call }));
            }
        }
    }
    for (tag, calls) in &by_tag {
        let _ = write!(page, "<h2>{}</h2>", escaped(tag));
        for entry in calls.as_array().into_iter().flatten() {
            write_call(&mut page, entry);
        }
    }
    page.push_str("</main></body></html>");
    page
}

fn write_call(page: &mut String, entry: &Value) {
    let text = |value: &Value| escaped(value.as_str().unwrap_or_default());
    let words = |value: &Value| prose(value.as_str().unwrap_or_default());
    let call = &entry["call"];
    let method = entry["method"].as_str().unwrap_or_default().to_uppercase();
    let _ = write!(
        page,
        "<details><summary><b class=\"{0}\">{0}</b> <code>{1}</code> <span>{2}</span></summary>",
        escaped(&method),
        text(&entry["path"]),
        words(&call["summary"])
    );
    if let Some(more) = call["description"].as_str() {
        let _ = write!(page, "<p>{}</p>", prose(more));
    }
    // An empty requirement among them: it can be done without a key.
    let is_open = call["security"]
        .as_array()
        .is_some_and(|list| list.iter().any(|one| one.as_object().is_some_and(Map::is_empty)));
    for scopes in call["security"].as_array().into_iter().flatten().filter_map(|needed| needed[SHOP_KEY].as_array()) {
        let scopes: Vec<String> = scopes.iter().map(|scope| format!("<code>{}</code>", text(scope))).collect();
        let with = if scopes.is_empty() { String::new() } else { format!(" with {}", scopes.join(", ")) };
        let needs = "<p>Needs";
        let needs = if is_open { "<p>For the customer by cookie, or for the shop by" } else { needs };
        let _ = write!(page, "{needs} a shop key{with}: <code>Authorization: Bearer platen_…</code></p>");
    }
    if let Some(parameters) = call["parameters"].as_array() {
        page.push_str("<table><caption>Parameters</caption>");
        for parameter in parameters {
            let needed = if parameter["required"] == true { ", required" } else { "" };
            let _ = write!(
                page,
                "<tr><th scope=\"row\"><code>{}</code></th><td>{}{needed}</td><td>{}</td></tr>",
                text(&parameter["name"]),
                text(&parameter["in"]),
                words(&parameter["description"])
            );
        }
        page.push_str("</table>");
    }
    if let Some(content) = call["requestBody"]["content"].as_object() {
        for (media_type, body) in content {
            let example = if media_type == "multipart/form-data" {
                format!("curl -F file=@logo.png {}", entry["path"].as_str().unwrap_or_default())
            } else {
                serde_json::to_string_pretty(&body["example"]).unwrap_or_default()
            };
            let _ = write!(
                page,
                "<p>Body: <code>{}</code></p><pre tabindex=\"0\">{}</pre>",
                escaped(media_type),
                escaped(&example)
            );
        }
    }
    page.push_str("<table><caption>Answers</caption>");
    for (status, answer) in call["responses"].as_object().into_iter().flatten() {
        let types: Vec<&str> =
            answer["content"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td><code>{}</code></td></tr>",
            escaped(status),
            words(&answer["description"]),
            escaped(&types.join(", "))
        );
    }
    page.push_str("</table></details>");
}

pub(in crate::server) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Text of the code's comments: what stands between backticks is code.
fn prose(text: &str) -> String {
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
