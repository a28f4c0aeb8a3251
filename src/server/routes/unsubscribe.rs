//! The link in every mail of a campaign: whoever follows it and agrees gets no more of them.
//!
//! Some mail programs open every link to look at it, so that `GET` changes nothing and shows a button; the button, and mail
//! programs that do without it (RFC 8058), `POST`. Neither needs a cookie.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse as _, Response};

use crate::campaign::token::{self, Unsubscribe};
use crate::server::clock::now_ms;
use crate::server::error::{ApiError, ProblemDetails};
use crate::server::extract::Names;
use crate::server::openapi::escaped;
use crate::server::state::App;
use crate::store::SuppressionRow;

/// What the page says, in one language.
struct Words {
    language: &'static str,
    direction: &'static str,
    title: &'static str,
    /// Before the address.
    ask: &'static str,
    button: &'static str,
    /// After the address was noted.
    done: &'static str,
    /// Of a link that no key of ours signed.
    broken: &'static str,
}

/// The first is for everybody whose language is none of these.
const WORDS: [Words; 4] = [
    Words {
        language: "en",
        direction: "ltr",
        title: "Unsubscribe",
        ask: "No more mail to this address:",
        button: "Unsubscribe",
        done: "This address gets no more mail from us:",
        broken: "This link is not whole, or too old. Open it from the mail again, or answer the mail: then we take your address off.",
    },
    Words {
        language: "de",
        direction: "ltr",
        title: "Abbestellen",
        ask: "Keine E-Mails mehr an diese Adresse:",
        button: "Abbestellen",
        done: "Diese Adresse bekommt keine E-Mails mehr von uns:",
        broken: "Dieser Link ist unvollständig oder zu alt. Öffnen Sie ihn noch einmal aus der E-Mail, oder antworten Sie darauf: dann streichen wir Ihre Adresse.",
    },
    Words {
        language: "es",
        direction: "ltr",
        title: "Darse de baja",
        ask: "No enviar más correos a esta dirección:",
        button: "Darme de baja",
        done: "Esta dirección ya no recibirá correos nuestros:",
        broken: "Este enlace está incompleto o es demasiado antiguo. Ábralo de nuevo desde el correo o responda a él y daremos de baja su dirección.",
    },
    Words {
        language: "ar",
        direction: "rtl",
        title: "إلغاء الاشتراك",
        ask: "لن تصل رسائل أخرى إلى هذا العنوان:",
        button: "إلغاء الاشتراك",
        done: "لن تصل منا رسائل أخرى إلى هذا العنوان:",
        broken: "هذا الرابط ناقص أو قديم جدًا. افتحه مرة أخرى من الرسالة أو أجب عليها لنحذف عنوانك.",
    },
];

/// The words for a visitor: those of the first language of theirs that there are.
fn words(headers: &HeaderMap) -> &'static Words {
    let wanted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let languages = wanted.split(',').map(|part| part.split(['-', ';']).next().unwrap_or_default().trim());
    let known =
        languages.filter_map(|language| WORDS.iter().find(|words| words.language.eq_ignore_ascii_case(language)));
    known.into_iter().next().unwrap_or(&WORDS[0])
}

/// Who asks. Everything that no key of ours signed is nobody, without a look into the database.
fn asked(app: &App, token: &str) -> Option<Unsubscribe> {
    token::check(&app.config.campaign_keys, token).ok()
}

/// The answer to a link that nobody signed: a page to whoever reads pages.
fn broken(headers: &HeaderMap) -> Response {
    if !reads_pages(headers) {
        return ApiError::not_found("link").into_response();
    }
    let words = words(headers);
    page(StatusCode::NOT_FOUND, words, &format!("<p>{}</p>\n", words.broken))
}

/// Whether it is a browser that asks: programs do not name HTML.
fn reads_pages(headers: &HeaderMap) -> bool {
    let accepted = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|kind| kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("text/html"))
}

/// Words and the address that they are about.
fn about(said: &str, email: &str) -> String {
    format!("<p>{said} <strong><bdi>{}</bdi></strong></p>\n", escaped(email))
}

fn page(status: StatusCode, words: &Words, said: &str) -> Response {
    let Words { language, direction, title, .. } = words;
    let html = format!(
        "<!doctype html>\n<html lang=\"{language}\" dir=\"{direction}\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <title>{title}</title>\n<link rel=\"stylesheet\" href=\"/docs.css\">\n<main>\n<h1>{title}</h1>\n\
         {said}</main>\n</html>\n"
    );
    let headers = [(CONTENT_TYPE, "text/html; charset=utf-8"), (HeaderName::from_static("x-robots-tag"), "noindex")];
    (status, headers, html).into_response()
}

/// The page that a link to unsubscribe opens: an address and a button. It changes nothing.
#[utoipa::path(
    get, path = "/u/{token}", tag = "suggestions", params(("token" = String, Path, description = "As the mail has it")),
    responses(
        (status = 200, description = "The page", body = String, content_type = "text/html"),
        (status = 404, description = "No key of this service signed it; a page for whoever accepts `text/html`", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn show(
    State(app): State<Arc<App>>,
    Names(token): Names<String>,
    headers: HeaderMap,
) -> Response {
    let Some(Unsubscribe { email, .. }) = asked(&app, &token) else { return broken(&headers) };
    let words = words(&headers);
    let form = format!("<form method=\"post\"><button>{}</button></form>\n", words.button);
    page(StatusCode::OK, words, &(about(words.ask, &email) + &form))
}

/// Unsubscribes the address that the token names, as mail programs ask with one click (RFC 8058): without a cookie, and
/// whatever the body is. From then on `platen campaign` writes no mail to it. Asked again, it changes nothing.
#[utoipa::path(
    post, path = "/u/{token}", tag = "suggestions", params(("token" = String, Path, description = "As the mail has it")),
    responses(
        (status = 200, description = "Nobody writes to the address any more", body = String, content_type = "text/html"),
        (status = 404, description = "No key of this service signed it; a page for whoever accepts `text/html`", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn confirm(
    State(app): State<Arc<App>>,
    Names(token): Names<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Some(Unsubscribe { campaign, email }) = asked(&app, &token) else { return Ok(broken(&headers)) };
    app.store.suppress(&SuppressionRow { email: email.clone(), campaign, at: now_ms() }).await?;
    let words = words(&headers);
    Ok(page(StatusCode::OK, words, &about(words.done, &email)))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_visitor_reads_the_first_of_their_languages_that_there_is() {
        for (wanted, language) in
            [("", "en"), ("fr", "en"), ("fr-CA, de-AT;q=0.8, en;q=0.5", "de"), ("AR", "ar"), (";;,", "en")]
        {
            let headers = HeaderMap::from_iter([(ACCEPT_LANGUAGE, HeaderValue::from_static(wanted))]);
            assert_eq!(words(&headers).language, language, "{wanted}");
        }
    }
}
