//! A mail as HTML: tables and inline styles, since that is what mail programs understand, with a style sheet for small
//! and for dark screens where they read one.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::campaign::letter::Letter;
use crate::color::Color;
use crate::color::contrast::contrast_ratio;

/// Width of the mail on a wide screen, in CSS pixels.
const WIDTH: u32 = 600;
const FONTS: &str = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";

/// The style sheet of every mail, for screens that are small or dark. Some programs do not read it: what is inline must look
/// right without.
pub const MAIL_SHEET: &str = "
:root{color-scheme:light dark;supported-color-schemes:light dark}
body{-webkit-text-size-adjust:100%;text-size-adjust:100%}
a{text-decoration:none}
@media (max-width:480px){
.outer{padding:0!important}
.card{border-radius:0!important}
.inner{padding-left:22px!important;padding-right:22px!important}
.heading{font-size:25px!important;line-height:31px!important}
.wide{width:100%!important}
.button a{display:block!important}
}
@media (prefers-color-scheme:dark){
.page{background:#101113!important}
.card{background:#1b1c1f!important}
.shop,.heading,.code{color:#f4f3ef!important}
.words,.offer-text{color:#d3d1ca!important}
.offer{background:#232427!important;border-color:#55565a!important}
.foot,.foot a{color:#9c9a93!important}
.button{border-color:rgba(255,255,255,.28)!important}
}
";

pub(super) fn page(letter: &Letter, source: &str, size: (u32, u32)) -> String {
    let direction = if letter.right_to_left { "rtl" } else { "ltr" };
    let page = html! {
        (DOCTYPE)
        html lang=(letter.language) dir=(direction) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width,initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="supported-color-schemes" content="light dark";
                meta name="robots" content="noindex";
                title { (letter.subject) }
                style { (PreEscaped(MAIL_SHEET)) }
            }
            body class="page" style="margin:0;padding:0;background:#f2f0eb" {
                @if letter.preheader != letter.heading {
                    div style="display:none;max-height:0;overflow:hidden;opacity:0;mso-hide:all" { (letter.preheader) }
                }
                table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0"
                    style="background:#f2f0eb" {
                    tr { td class="outer" align="center" style="padding:28px 12px 0" { (card(letter, source, size)) } }
                    tr { td align="center" style="padding:22px 12px 36px" { (foot(letter)) } }
                }
            }
        }
    };
    page.into_string()
}

fn card(letter: &Letter, source: &str, (width, height): (u32, u32)) -> Markup {
    let shown = (height * WIDTH).div_ceil(width.max(1));
    let start = if letter.right_to_left { "right" } else { "left" };
    let inner = |padding: &str| format!("padding:{padding};text-align:{start};font-family:{FONTS}");
    html! {
        table role="presentation" class="card" width=(WIDTH) cellpadding="0" cellspacing="0" border="0"
            style=(format!("width:100%;max-width:{WIDTH}px;background:#ffffff;border-radius:14px;overflow:hidden;border-collapse:separate")) {
            tr { td class="inner" style=(inner("20px 36px")) {
                span class="shop" style="font-size:16px;line-height:24px;font-weight:700;color:#23221f" { (letter.shop) }
            } }
            tr { td style="padding:0;font-size:0;line-height:0" {
                img src=(source) alt=(letter.alt) width=(WIDTH) height=(shown)
                    style=(format!("display:block;width:100%;max-width:{WIDTH}px;height:auto;border:0;font:16px/24px {FONTS};color:#6f6d66;background:#e7e4dd"));
            } }
            tr { td class="inner" style=(inner("30px 36px 0")) {
                h1 class="heading" style="margin:0;font-size:29px;line-height:36px;font-weight:700;letter-spacing:-.3px;color:#1b1a18" { (letter.heading) }
                @for paragraph in &letter.paragraphs {
                    p class="words" style="margin:14px 0 0;font-size:16px;line-height:26px;color:#45433e" { (paragraph) }
                }
            } }
            @if let Some((text, code)) = &letter.offer {
                tr { td class="inner" style=(inner("24px 36px 0")) { (offer(text, code)) } }
            }
            tr { td class="inner" style=(inner("26px 36px 38px")) { (button(letter)) } }
        }
    }
}

fn offer(text: &str, code: &str) -> Markup {
    html! {
        table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:separate" {
            tr { td class="offer" align="center" style="padding:16px 18px 18px;border:1px dashed #b9b5aa;border-radius:10px;background:#faf9f6" {
                div class="offer-text" style=(format!("font:14px/21px {FONTS};color:#5b5952")) { (text) }
                div class="code" style="padding-top:6px;font:700 22px/28px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;letter-spacing:1.5px;color:#1b1a18" { (code) }
            } }
        }
    }
}

fn button(letter: &Letter) -> Markup {
    let color = hex(letter.accent);
    // White as long as it can be read, as people expect it.
    let white = Color::new(255, 255, 255);
    let ink = if contrast_ratio(letter.accent, white) >= 4.5 { "#ffffff" } else { "#161513" };
    html! {
        table role="presentation" class="wide" cellpadding="0" cellspacing="0" border="0" style="border-collapse:separate" {
            tr { td class="button" align="center" style=(format!("border:1px solid {color};border-radius:10px;background:{color}")) {
                a href=(letter.button.1) style=(format!("display:inline-block;padding:14px 30px;font:700 16px/22px {FONTS};color:{ink};text-decoration:none")) { (letter.button.0) }
            } }
        }
    }
}

fn foot(letter: &Letter) -> Markup {
    let words = format!("max-width:{WIDTH}px;font:13px/20px {FONTS};color:#6b6962;text-align:center");
    html! {
        div class="foot" style=(words) {
            div { (letter.reason) }
            div style="padding-top:8px" {
                @for (index, line) in letter.address.lines().enumerate() {
                    @if index > 0 { br; }
                    (line)
                }
            }
            div style="padding-top:8px" {
                a href=(letter.unsubscribe.1) style="color:#6b6962;text-decoration:underline" { (letter.unsubscribe.0) }
            }
        }
    }
}

fn hex(Color { r, g, b }: Color) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}
