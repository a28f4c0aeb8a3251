//! `platen campaign`: mail with a picture of each recipient's design, as files. It sends nothing.

mod designs;
mod folder;
mod progress;
mod work;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use platen::campaign::token::Key;
use platen::campaign::{
    self, Consents, Documents, Entry, Issue, Lists, Moment, Place, Plan, Recipients, Status, Stylist, Template, limits,
    manifest, moment,
};
use platen::cancel::Cancel;
use platen::looks::Ideas;
use platen::shop::Shop;
use platen::suggest::{History, Model, Settings};

use crate::cli::campaign::designs::Designs;
use crate::cli::campaign::folder::{Folder, Inputs};
use crate::cli::campaign::work::{Desk, Work};
use crate::cli::diagnostics::{self, Marked};
use crate::cli::document::{assets_folder, open_shop};
use crate::cli::table::Format;
use crate::cli::terminal::Terminal;
use crate::cli::{Common, Outcome};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// What the mails say, and to whom: a .toml (docs/CAMPAIGNS.md)
    template: PathBuf,
    /// The list of recipients, a .csv
    #[arg(long, value_name = "FILE")]
    recipients: PathBuf,
    /// The list of who agreed to mail and who wants none any more, a .csv
    #[arg(long, value_name = "FILE")]
    consent: PathBuf,
    /// The folder to write: a new or empty one, or one of the same command before
    #[arg(short, long, value_name = "DIR", required_unless_present = "dry_run")]
    output: Option<PathBuf>,
    /// File with the key that unsubscribe links are signed with [default: what the variable `PLATEN_CAMPAIGN_KEY` holds]
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// The moment to compile for, such as 2026-06-01T09:00:00Z [default: now]
    #[arg(long, value_name = "TIME", value_parser = time)]
    now: Option<Moment>,
    /// How many mails are made at once [default: as many as there are processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,
    /// Say who would get what, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// How a dry run says it
    #[arg(long, value_enum, default_value_t = Format::Text, requires = "dry_run")]
    format: Format,
    #[cfg(feature = "server")]
    #[command(flatten)]
    database: crate::cli::store::DatabaseOption,
}

fn time(text: &str) -> Result<Moment, String> {
    moment(text).ok_or_else(|| "expected a day or a time with its offset, such as 2026-06-01T09:00:00Z".to_owned())
}

/// The files that a campaign is made of, read.
struct Read {
    text: String,
    template: Template,
    recipients: Recipients,
    consents: Consents,
    inputs: Inputs,
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let key = if arguments.dry_run {
        None
    } else {
        let missing = || {
            anyhow::anyhow!(
                "unsubscribe links are signed with a key: name its file with --key-file, or set PLATEN_CAMPAIGN_KEY; \
                 {NEW_KEY}"
            )
        };
        Some(key(arguments.key_file.as_deref())?.ok_or_else(missing)?)
    };
    let Some(mut read) = read(arguments, key.as_ref(), terminal)? else { return Ok(Outcome::Refused) };
    suppress(arguments, common, &mut read.consents, terminal)?;
    let shop = open_shop(common)?;
    let base = folder_of(&arguments.template);
    let Some(designs) = Designs::open(&shop, base, &read.template.picture, terminal)? else {
        return Ok(Outcome::Refused);
    };
    let mut issues = read.template.check(&read.text, &read.recipients.columns, designs.common());
    issues.extend(read.template.check_garment(&read.text, designs.common(), &shop));
    tell(&arguments.template, &read.text, &issues, terminal);
    let columns = campaign::check_columns(&read.template, &read.recipients, designs.common());
    tell(&arguments.recipients, "", &columns.errors, terminal);
    if !issues.is_empty() || !columns.errors.is_empty() {
        return Ok(Outcome::Refused);
    }
    for note in &columns.notes {
        terminal.say(&format!(
            "note: {}: {}\n",
            arguments.recipients.display(),
            diagnostics::visible(&note.to_string())
        ));
    }
    let lists = Lists { recipients: &read.recipients, consents: &read.consents };
    let (Some(key), Some(output)) = (&key, &arguments.output) else {
        let mut plan = campaign::plan(&read.template, lists, arguments.now.unwrap_or_else(clock));
        let own = |name: &str| designs.own(name);
        let documents = Documents { common: designs.opened(), own: &own, shop: &shop, stylist: None };
        let desk = campaign::Desk { template: &read.template, key: None, now: plan.now };
        campaign::try_own_designs(desk, &mut plan, &documents);
        let faults = tell_rows(arguments, &plan, &read.consents, terminal);
        show(&plan, arguments.format, terminal)?;
        let failed = plan.entries.iter().filter(|entry| entry.status == Status::Failed);
        tell_failed(arguments, failed.map(|entry| (entry, entry.why.clone())), terminal);
        let is_whole = !faults && plan.count(Status::Failed) == 0;
        return Ok(if is_whole { Outcome::Done } else { Outcome::Refused });
    };
    let folder = Folder::open(output, &read.inputs, arguments.now, clock)?;
    let plan = campaign::plan(&read.template, lists, folder.now());
    let faults = tell_rows(arguments, &plan, &read.consents, terminal);
    let styles = if read.template.picture.is_styled {
        Some(Styles::open(arguments, common, &shop, folder.now())?)
    } else {
        None
    };
    let stylist = styles.as_ref().map(|styles| styles.stylist(&shop));
    let desk = Desk { shop: &shop, template: &read.template, designs: &designs, key, folder: &folder, stylist };
    let work = Work { plan: &plan, jobs: arguments.jobs };
    let made = work.run(&desk, terminal)?;
    folder.finish(&read.template, &plan, &made)?;
    let failed = plan.entries.iter().zip(&made).filter(|(_, made)| made.failed);
    tell_failed(arguments, failed.map(|(entry, made)| (entry, made.notes.join("; "))), terminal);
    let failed = made.iter().any(|made| made.failed);
    terminal.say(&summary(&plan, made.iter().filter(|made| made.failed).count(), output));
    Ok(if failed || faults { Outcome::Refused } else { Outcome::Done })
}

#[expect(clippy::disallowed_methods, reason = "a campaign is compiled for now unless --now says otherwise")]
fn clock() -> Moment {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    // Whole seconds, as a mail's date has them.
    i64::try_from(since.as_secs()).ok().and_then(|s| Moment::from_ms(s * 1000)).expect("a clock of this age")
}

/// How to make a key.
const NEW_KEY: &str = "make one with: openssl rand -hex 32 > campaign.key";

/// The key in a file, or else in the environment; `None` if neither is given.
pub(crate) fn key(file: Option<&Path>) -> anyhow::Result<Option<Key>> {
    #[expect(clippy::disallowed_methods, reason = "a secret is not for a command line, which others can read")]
    let variable = std::env::var("PLATEN_CAMPAIGN_KEY").ok();
    let bytes = match (file, variable) {
        (Some(file), _) => std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?,
        (None, Some(key)) => key.into_bytes(),
        (None, None) => return Ok(None),
    };
    Key::new(&bytes).map(Some).map_err(|error| anyhow::anyhow!("{error}; {NEW_KEY}"))
}

/// What styles are suggested from.
struct Styles {
    ideas: Ideas,
    model: Model,
    history: History,
}

impl Styles {
    /// As far as the service in the data folder knows at a moment; where there is none, from editorial looks alone.
    #[cfg_attr(not(feature = "server"), expect(unused_mut, unused_variables, reason = "only the service has a log"))]
    fn open(arguments: &Arguments, common: &Common, shop: &Shop, now: Moment) -> anyhow::Result<Self> {
        let ideas = Ideas::open(&assets_folder(common)?, shop)?;
        let mut history = History::new();
        let mut shown = BTreeSet::new();
        #[cfg(feature = "server")]
        if let Some((known, styles)) =
            crate::cli::store::past(common, arguments.database.database.as_deref(), &ideas.vocabulary, now.ms())?
        {
            (history, shown) = (known, styles);
        }
        let model = Model::new(&history, now.ms(), Settings::live(), &mut shown);
        Ok(Self { ideas, model, history })
    }

    const fn stylist<'a>(&'a self, shop: &'a Shop) -> Stylist<'a> {
        // Whoever calls the command off ends the program.
        static NEVER: Cancel = Cancel::NEVER;
        Stylist { shop, ideas: &self.ideas, model: &self.model, history: &self.history, cancel: &NEVER }
    }
}

/// Whoever followed the link of a mail to the service, since the lists were written, is not on them: the service knows.
fn suppress(
    arguments: &Arguments,
    common: &Common,
    consents: &mut Consents,
    terminal: &Terminal,
) -> anyhow::Result<()> {
    #[cfg(feature = "server")]
    let database = arguments.database.database.as_deref();
    #[cfg(not(feature = "server"))]
    let database: Option<&str> = None;
    let local = common.data.join("platen.db");
    if database.is_none() && !local.exists() {
        consents.lacks_links = true;
        terminal.say(&format!(
            "note: there is no {}: whoever unsubscribed by the link of a mail since the lists were written gets mail; name \
             the service's folder with --data, or its database with --database\n",
            local.display()
        ));
        return Ok(());
    }
    #[cfg(feature = "server")]
    {
        let open = crate::cli::store::open_known_store(common, database, None)?;
        let rows = open.runtime.block_on(open.store.suppressions());
        open.runtime.block_on(open.store.close());
        for row in rows? {
            consents.unsubscribe(&row.email, row.at);
        }
    }
    Ok(())
}

fn read(arguments: &Arguments, key: Option<&Key>, terminal: &Terminal) -> anyhow::Result<Option<Read>> {
    let bytes =
        |path: &Path, most: usize| bounded(path, most).with_context(|| format!("cannot read {}", path.display()));
    let template = bytes(&arguments.template, limits::TEMPLATE_BYTES)?;
    let recipients = bytes(&arguments.recipients, limits::LIST_BYTES)?;
    let consent = bytes(&arguments.consent, limits::LIST_BYTES)?;
    let inputs = Inputs::new(&[&template, &recipients, &consent], key);
    let text = String::from_utf8_lossy(&template).into_owned();
    let template = Template::text(&template).map_err(|issue| vec![issue]).and_then(Template::read);
    let template = template.map_err(|issues| tell(&arguments.template, &text, &issues, terminal));
    let recipients =
        campaign::read_recipients(&recipients).map_err(|issue| tell(&arguments.recipients, "", &[issue], terminal));
    let consents = campaign::read_consent(&consent).map_err(|issue| tell(&arguments.consent, "", &[issue], terminal));
    let (Ok(template), Ok(recipients), Ok(consents)) = (template, recipients, consents) else { return Ok(None) };
    Ok(Some(Read { text, template, recipients, consents, inputs }))
}

/// Reads at most one byte more than a file may have.
pub(super) fn bounded(path: &Path, most: usize) -> std::io::Result<Vec<u8>> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(most as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Tells what is wrong with a file: in a text with the words that are meant.
fn tell(path: &Path, text: &str, issues: &[Issue], terminal: &Terminal) {
    let name = path.display().to_string();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for Issue { place, message, hint } in issues {
        let range = if let Place::Text { range, .. } = place { Some(range.clone()) } else { None };
        let message = if let Place::Row { .. } = place { format!("{place}: {message}") } else { message.clone() };
        let marked = Marked { code: "campaign", range, message, hint: hint.clone() };
        terminal.say(&diagnostics::marked(&name, text, &marked, terminal.coloring()));
    }
}

/// Tells bad rows of both lists, and whether there are any.
fn tell_rows(arguments: &Arguments, plan: &Plan<'_>, consents: &Consents, terminal: &Terminal) -> bool {
    let rows = plan.entries.iter().filter_map(|entry| entry.recipient.fault.as_ref());
    let rows = rows.map(|issue| (&arguments.recipients, issue));
    let all: Vec<_> = rows.chain(consents.issues.iter().map(|issue| (&arguments.consent, issue))).collect();
    for (path, issue) in all.iter().take(limits::ISSUES) {
        terminal.say(&format!("error: {}: {}\n", path.display(), diagnostics::visible(&issue.to_string())));
    }
    if let Some(more) = all.len().checked_sub(limits::ISSUES).filter(|more| *more > 0) {
        terminal.say(&format!("error: {more} more rows like these\n"));
    }
    !all.is_empty()
}

/// Tells whose mail cannot be made, and why.
fn tell_failed<'a>(arguments: &Arguments, failed: impl Iterator<Item = (&'a Entry<'a>, String)>, terminal: &Terminal) {
    for (entry, why) in failed {
        let place = format!("{}, line {}", arguments.recipients.display(), entry.recipient.line);
        terminal.say(&format!("error: {place}: {}\n", diagnostics::visible(&why)));
    }
}

fn show(plan: &Plan<'_>, format: Format, terminal: &Terminal) -> anyhow::Result<()> {
    let made = manifest::Made::default();
    let rows = plan.entries.iter().map(|entry| {
        let cells = manifest::COLUMNS.iter().zip(manifest::row(entry, &made));
        cells.map(|(name, cell)| ((*name).to_owned(), serde_json::Value::String(cell))).collect()
    });
    let rows = rows.map(serde_json::Value::Object).collect();
    let columns = ["row", "recipient", "status", "rule", "variant", "offer", "not_before", "why"];
    terminal.data(&format.write(rows, &columns))?;
    terminal.say(&counts(plan, 0));
    Ok(())
}

fn summary(plan: &Plan<'_>, failed: usize, output: &Path) -> String {
    format!("{}look at {} before anything is sent\n", counts(plan, failed), output.join("preview.html").display())
}

fn counts(plan: &Plan<'_>, failed: usize) -> String {
    let all = [
        ("ready", plan.count(Status::Ready) - failed),
        ("failed", plan.count(Status::Failed) + failed),
        ("suppressed", plan.count(Status::Suppressed)),
        ("without consent", plan.count(Status::NoConsent)),
        ("capped", plan.count(Status::Capped)),
        ("withheld", plan.count(Status::Withheld)),
        ("without a rule", plan.count(Status::NoRule)),
        ("bad rows", plan.count(Status::BadRow)),
    ];
    let told = all.iter().enumerate().filter(|(index, (_, count))| *index == 0 || *count > 0);
    let parts: Vec<String> = told.map(|(_, (name, count))| format!("{count} {name}")).collect();
    format!("{}\n", parts.join(", "))
}
