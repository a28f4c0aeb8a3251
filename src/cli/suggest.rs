//! `platen suggest`: a design in other styles, the history that suggestions come from, and how well they do on one.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use platen::cancel::Cancel;
use platen::catalog::{Garment, GarmentColor};
use platen::looks::{Ideas, Wardrobe, Wish, looks, patch, suggest_kin};
use platen::quote::ground_price;
use platen::shop::Choice;
use platen::suggest::{
    Ask, Attribute, DAY_MS, Event, History, Model, RecipeId, Settings, Vocabulary, evaluate, read_events, simulate,
};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::cli::campaign::bounded;
use crate::cli::document::{Document, assets_folder, open_shop};
use crate::cli::table::Format;
use crate::cli::terminal::Terminal;
use crate::cli::{Common, Outcome};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
    /// A design to see in other styles; without one, styles alone
    design: Option<PathBuf>,
    /// Whose taste counts: a customer of the history
    #[arg(long, value_name = "ID")]
    customer: Option<String>,
    /// The kind of customer, such as team
    #[arg(long, value_name = "KIND")]
    segment: Option<String>,
    /// What stays as it is; may be given several times, or with commas
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_parser = PossibleValuesParser::new(["garment", "garment_color", "text_color", "font"]))]
    lock: Vec<String>,
    /// How many
    #[arg(short, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=24))]
    n: u8,
    /// Which handful: 0 is the best, 1 the next
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u32,
    /// As of when: only what was before counts [default: now]
    #[arg(long, value_name = "TIME", value_parser = moment)]
    now: Option<i64>,
    /// A history, one event a line [default: what the data folder's service knows]
    #[arg(long, value_name = "FILE")]
    events: Option<PathBuf>,
    /// Show nothing that few have chosen yet
    #[arg(long)]
    no_explore: bool,
    /// For programs, with all that is known, or a table for people
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
    #[cfg(feature = "server")]
    #[command(flatten)]
    database: crate::cli::store::DatabaseOption,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Take a history of events into the service's log; events that are known change nothing
    #[cfg(feature = "server")]
    Import {
        /// Events, one JSON object a line
        events: PathBuf,
    },
    /// Forget all that the log has of one of the shop's own customers, as import and shop keys named them
    #[cfg(feature = "server")]
    Forget {
        /// The shop's name for the customer
        customer: String,
    },
    /// Learn from what was before a day, and count how much of what customers took up after it was among ten suggestions
    Evaluate {
        /// Events, one JSON object a line
        events: PathBuf,
        /// How many days before the last event are asked about
        #[arg(long, value_name = "DAYS", default_value_t = 14)]
        days: u16,
        /// For people or for programs
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Print events of made-up customers: for trials and demonstrations, nobody real
    Simulate {
        /// About how many
        #[arg(long, value_name = "N", default_value_t = 10_000)]
        events: u32,
        /// Over how many days before the end
        #[arg(long, value_name = "DAYS", default_value_t = 365)]
        days: u16,
        /// When they end: to show what is popular now, a moment of today [default: the first of January 2026]
        #[arg(long, value_name = "TIME", value_parser = moment)]
        until: Option<i64>,
        /// Another number makes other customers
        #[arg(long, value_name = "N", default_value_t = 1)]
        seed: u64,
    },
}

/// The first of January 2026, milliseconds since 1970.
const NEW_YEAR_MS: i64 = 1_767_225_600_000;

/// A moment as people write it: RFC 3339, or milliseconds since 1970.
fn moment(text: &str) -> Result<i64, String> {
    if let Ok(ms) = text.parse::<i64>() {
        return Ok(ms);
    }
    let told = || format!("\"{text}\" is no time; write 2026-01-31T12:00:00Z");
    let time = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| told())?;
    i64::try_from(time.unix_timestamp_nanos() / 1_000_000).map_err(|_| told())
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> anyhow::Result<Outcome> {
    match &arguments.action {
        None => suggest(arguments, common, terminal),
        #[cfg(feature = "server")]
        Some(Action::Import { events }) => import(events, arguments, common, terminal),
        #[cfg(feature = "server")]
        Some(Action::Forget { customer }) => forget(customer, arguments, common, terminal),
        Some(Action::Evaluate { events: file, days, format }) => {
            let (events, is_whole) = told(file, terminal)?;
            let Some(last) = events.iter().map(|event: &Event| event.at).max().filter(|_| is_whole) else {
                return Ok(Outcome::Refused);
            };
            let scores = evaluate(&events, last - i64::from(*days) * DAY_MS, Settings::default());
            let list: Vec<Value> = scores.iter().map(serde_json::to_value).collect::<Result<_, _>>()?;
            let columns = ["method", "ndcg", "ndcg_error", "hit_rate", "mrr", "coverage", "diversity", "customers"];
            terminal.data(&format.write(list, &columns))
        }
        Some(Action::Simulate { events, days, until, seed }) => {
            let mut text = String::new();
            for event in simulate(*events as usize, i64::from(*days), until.unwrap_or(NEW_YEAR_MS), *seed) {
                writeln!(text, "{}", serde_json::to_string(&event)?)?;
            }
            terminal.data(&text)
        }
    }
}

/// A history is held whole, as text and as events: some four million of them.
const HISTORY_BYTES: usize = 1 << 30;
/// Lines that cannot be taken are told one by one up to so many.
const TOLD: usize = 20;

/// The events of a file, and whether all of its lines could be taken; those that cannot are told.
fn told(file: &Path, terminal: &Terminal) -> anyhow::Result<(Vec<Event>, bool)> {
    let cannot = || format!("cannot read {}", file.display());
    let is_huge = std::fs::metadata(file).with_context(cannot)?.len() > HISTORY_BYTES as u64;
    // A pipe has no length.
    let bytes = if is_huge { Vec::new() } else { bounded(file, HISTORY_BYTES).with_context(cannot)? };
    anyhow::ensure!(
        !is_huge && bytes.len() <= HISTORY_BYTES,
        "{} has more than {HISTORY_BYTES} bytes; split it by lines and take the parts one after the other",
        file.display()
    );
    let no_text = || format!("{} is no text: a history has one event a line, in JSON (UTF-8)", file.display());
    let text = String::from_utf8(bytes).with_context(no_text)?;
    let (events, errors) = read_events(&text);
    for error in errors.iter().take(TOLD) {
        terminal.say(&format!("error: {}: {error}\n", file.display()));
    }
    if errors.len() > TOLD {
        terminal.say(&format!("error: {}: {} more lines cannot be taken\n", file.display(), errors.len() - TOLD));
    }
    anyhow::ensure!(!events.is_empty() || !errors.is_empty(), "{} has no events", file.display());
    Ok((events, errors.is_empty()))
}

/// What is known at a moment, the styles that were shown until then, and how a model of it is made.
type Past = (History, BTreeSet<RecipeId>, Settings);

/// What is known at a moment.
#[cfg_attr(not(feature = "server"), expect(unused_variables, reason = "only the service has a log"))]
fn history(
    arguments: &Arguments,
    common: &Common,
    (vocabulary, now): (&Vocabulary, i64),
    terminal: &Terminal,
) -> anyhow::Result<Option<Past>> {
    let mut history = History::new();
    if let Some(file) = &arguments.events {
        let (events, is_whole) = told(file, terminal)?;
        if !is_whole {
            return Ok(None);
        }
        for event in events.iter().filter(|event| event.at <= now) {
            // What is known twice counts once.
            let _ = history.add(event, now);
        }
        // A file may have nothing but days.
        return Ok(Some((history, BTreeSet::new(), Settings::default())));
    }
    #[cfg(feature = "server")]
    {
        let database = arguments.database.database.as_deref();
        if let Some((known, styles)) = crate::cli::store::past(common, database, vocabulary, now)? {
            return Ok(Some((known, styles, Settings::live())));
        }
    }
    Ok(Some((history, BTreeSet::new(), Settings::live())))
}

/// A kind of customer that nobody is would get what all get, and look as if it were of that kind.
fn told_kind(segment: Option<&str>, model: &Model) -> anyhow::Result<()> {
    let Some(kind) = segment else { return Ok(()) };
    let known: BTreeSet<&str> = model.segments().collect();
    anyhow::ensure!(
        known.contains(kind),
        "no kind of customers is called {kind:?} in this history; there are: {}",
        if known.is_empty() { "none".to_owned() } else { known.into_iter().collect::<Vec<_>>().join(", ") }
    );
    Ok(())
}

fn suggest(arguments: &Arguments, common: &Common, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let now = arguments.now.unwrap_or_else(clock);
    let shop = open_shop(common)?;
    let ideas = Ideas::open(&assets_folder(common)?, &shop)?;
    let Some((history, mut shown, settings)) = history(arguments, common, (&ideas.vocabulary, now), terminal)? else {
        return Ok(Outcome::Refused);
    };
    let model = Model::new(&history, now, settings, &mut shown);
    let customer = arguments.customer.as_deref().map(|name| known_as(name, &history, terminal));
    let customer = customer.as_deref();
    let segment = arguments.segment.as_deref();
    told_kind(segment, &model)?;
    let Some(path) = &arguments.design else {
        let ask = Ask { customer, segment, n: usize::from(arguments.n), ..Ask::default() };
        let found = suggest_kin(&model, &history, &ask, &shop.catalog).into_iter();
        let mut styles: Vec<Value> = found.map(|one| json!({ "recipe": one.recipe, "reasons": one.reasons })).collect();
        for look in &ideas.editorial {
            styles.push(json!({ "recipe": look.recipe, "reasons": [{ "type": "editorial", "name": look.name }] }));
        }
        styles.truncate(usize::from(arguments.n));
        return terminal.data(&written(arguments.format, &styles));
    };
    let Some(document) = Document::open(path, &shop, &Choice::default(), terminal)? else {
        return Ok(Outcome::Refused);
    };
    let locks: BTreeSet<Attribute> = Attribute::ALL
        .into_iter()
        .filter(|attribute| arguments.lock.iter().any(|name| name == attribute.name()))
        .collect();
    let drawing = |asset: &str| document.library.facts(asset).map(|facts| facts.drawn_colors()).unwrap_or_default();
    let price = |garment: &Garment, color: &GarmentColor| {
        Some(ground_price(&shop.profile, &document.design.technique, garment, color)?.0)
    };
    let wardrobe = Wardrobe::new(&document.design, (&shop, &ideas), &locks, (&drawing, &Cancel::NEVER)).priced(&price);
    let wish = Wish {
        customer,
        segment,
        dismissed: customer.map(|name| history.dismissed(name)).unwrap_or_default(),
        n: usize::from(arguments.n),
        seed: arguments.seed,
        explore: !arguments.no_explore,
        ..Wish::default()
    };
    let mut list = Vec::new();
    for chosen in looks(&model, &history, &wish, &wardrobe) {
        list.push(json!({
            "recipe": chosen.worn, "style": chosen.look.style, "contrast": chosen.look.contrast,
            "patch": patch(&document.design, &chosen.look.design)?, "reasons": chosen.about,
            "changed": chosen.look.changed.iter().map(|attribute| attribute.name()).collect::<Vec<_>>(),
        }));
    }
    terminal.data(&written(arguments.format, &list))
}

/// The suggestions for programs, or a line of each for people.
fn written(format: Format, list: &[Value]) -> String {
    if format == Format::Json {
        return format!("{:#}\n", json!({ "suggestions": list }));
    }
    let row = |(place, one): (usize, &Value)| {
        let of = |name: &str| one["recipe"][name].as_str().unwrap_or_default().replace('-', " ");
        let parts =
            [of("garment_color"), of("text_color"), one["recipe"]["font"].as_str().unwrap_or_default().to_owned()];
        let style: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let changed =
            one["changed"].as_array().into_iter().flatten().filter_map(Value::as_str).map(|name| match name {
                "garment_color" => "cloth",
                "text_color" => "inks",
                "font" => "letters",
                other => other,
            });
        let why: Vec<String> = one["reasons"].as_array().into_iter().flatten().map(reason).collect();
        let ratio = one["contrast"]["wcag"].as_f64().map_or_else(String::new, |ratio| format!("{ratio:.1} to 1"));
        json!({
            "rank": (place + 1).to_string(), "style": style.join(", "), "contrast": ratio,
            "changes": changed.collect::<Vec<_>>().join(", "), "why": why.join("; "),
        })
    };
    let columns: &[&str] = match list.first() {
        None => return "nothing else can be worn and read: unlock something\n".to_owned(),
        Some(one) if one["changed"].is_array() => &["rank", "style", "changes", "contrast", "why"],
        Some(_) => &["rank", "style", "why"],
    };
    format.write(list.iter().enumerate().map(row).collect(), columns)
}

/// Why something is suggested, in words.
fn reason(reason: &Value) -> String {
    let of = |name: &str| reason[name].as_str().unwrap_or_default();
    let all = |name: &str| {
        let values = reason[name].as_array().into_iter().flatten().filter_map(Value::as_str);
        values.map(|value| value.replace(['_', '-'], " ")).collect::<Vec<_>>().join(", ")
    };
    match of("type") {
        "popular" => format!("chosen by at least {} customers", reason["customers"]),
        "popular_among" => format!("popular among customers of the kind {}", of("segment")),
        "rising" => "rising".to_owned(),
        "because_you" => format!("goes with what they chose: {}", all("shared")),
        "pairs_well" => {
            format!("{} is often chosen on {}", of("with").replace('-', " "), of("color").replace('-', " "))
        }
        "like_color" => format!("popular on {}, which is like it", of("color").replace('-', " ")),
        "more_like" => format!("like it in {}", all("shared")),
        "sought" => format!("has what they looked for: {}", all("values")),
        "editorial" => format!("our designers: {}", of("name")),
        "legible" => "can be read well".to_owned(),
        "explore" => "few have chosen it yet".to_owned(),
        other => other.replace('_', " "),
    }
}

/// How the history names a customer: the shop's own names stand apart from the ids of customers who have a cookie.
fn known_as(name: &str, history: &History, terminal: &Terminal) -> String {
    let own = shops(name);
    if history.knows(name) {
        return name.to_owned();
    }
    if !history.knows(&own) {
        terminal.say(&format!("note: nothing is known of \"{name}\": the suggestions are those of a stranger\n"));
    }
    own
}

/// The shop's own name for a customer, as the log has it.
fn shops(name: &str) -> String {
    format!("+{name}")
}

/// The command's only clock.
fn clock() -> i64 {
    i64::try_from(OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}

#[cfg(feature = "server")]
fn import(file: &Path, arguments: &Arguments, common: &Common, terminal: &Terminal) -> anyhow::Result<Outcome> {
    use platen::store::EventRow;

    let (events, is_whole) = told(file, terminal)?;
    let shop = open_shop(common)?;
    let ideas = Ideas::open(&assets_folder(common)?, &shop)?;
    let (mut rows, mut strange, mut early) = (Vec::with_capacity(events.len()), 0_usize, 0_usize);
    let now = clock();
    for event in events {
        if let Some(attribute) = ideas.vocabulary.stranger(&event.recipe) {
            strange += 1;
            if strange <= TOLD {
                let (name, value) = (attribute.name(), event.recipe.get(attribute).unwrap_or_default());
                terminal.say(&format!("error: event \"{}\": the shop has no {name} \"{value}\"\n", event.id));
            }
            continue;
        }
        early += usize::from(event.at > now);
        let event = Event { customer: shops(&event.customer), at: event.at.min(now), ..event };
        let body = event.text()?;
        rows.push(EventRow {
            customer: event.customer,
            id: event.id,
            at: event.at,
            kind: event.kind.name().to_owned(),
            body,
        });
    }
    let open = crate::cli::store::open_store(common, arguments.database.database.as_deref(), None)?;
    let count = rows.len();
    let added = open.runtime.block_on(open.store.add_events(rows))?.into_iter().filter(|is_new| *is_new).count();
    open.runtime.block_on(open.store.close());
    terminal
        .say(&format!("{added} of {count} events are new; a service that runs takes them in when it starts again\n"));
    if early > 0 {
        terminal.say(&format!("note: {early} events say that they are yet to come, and count as of now\n"));
    }
    if strange > 0 {
        terminal.say(&format!("error: {strange} events have values that the shop does not have, and were left out\n"));
    }
    Ok(if is_whole && strange == 0 { Outcome::Done } else { Outcome::Refused })
}

#[cfg(feature = "server")]
fn forget(customer: &str, arguments: &Arguments, common: &Common, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let open = crate::cli::store::open_known_store(common, arguments.database.database.as_deref(), None)?;
    let forgotten = open.runtime.block_on(open.store.forget_events(&shops(customer), clock()));
    open.runtime.block_on(open.store.close());
    let forgotten = forgotten?;
    if forgotten == 0 {
        terminal.say(&format!("error: the log has no event of \"{customer}\": is that how the import named them?\n"));
        return Ok(Outcome::Refused);
    }
    terminal.say(&format!(
        "{forgotten} events were forgotten; a service that runs on the same database forgets them within seconds\n"
    ));
    Ok(Outcome::Done)
}
