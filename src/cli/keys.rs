//! `platen keys`: keys for the shop's own programs.

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Args, Subcommand};
use platen::server::{now_ms, rfc3339};
use platen::store::{KeyRow, KeySecret, Scope, is_id};
use serde_json::{Value, json};

use crate::cli::store::{DatabaseOption, OpenStore, open_known_store, open_store};
use crate::cli::table::Format;
use crate::cli::terminal::Terminal;
use crate::cli::{Common, Outcome};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    database: DatabaseOption,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Make a key and print it, once: only its hash is kept
    Create {
        /// What the key is for, such as "press room"
        #[arg(long, value_parser = name)]
        name: String,
        /// What it may do; may be given several times
        #[arg(long = "scope", value_name = "SCOPE", required = true, value_parser = scopes())]
        scopes: Vec<Scope>,
    },
    /// List all keys, without their secrets
    List {
        /// For people or for programs
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Revoke a key for good
    Revoke {
        /// Its id, as `list` shows it
        id: String,
    },
}

fn scopes() -> impl clap::builder::TypedValueParser<Value = Scope> {
    PossibleValuesParser::new(Scope::ALL.map(Scope::name)).try_map(|name| Scope::parse(&name).ok_or("no such scope"))
}

fn name(text: &str) -> Result<String, String> {
    let length = text.chars().count();
    if !(1..=100).contains(&length) || text.chars().any(char::is_control) {
        return Err("a name has 1 to 100 characters and no control characters".to_owned());
    }
    Ok(text.to_owned())
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let database = arguments.database.database.as_deref();
    match &arguments.what {
        What::Create { name, scopes } => create(&open_store(common, database, None)?, name, scopes, terminal),
        What::List { format } => list(&open_known_store(common, database, None)?, *format, terminal),
        What::Revoke { id } => revoke(&open_known_store(common, database, None)?, id, terminal),
    }
}

fn create(open: &OpenStore, name: &str, scopes: &[Scope], terminal: &Terminal) -> anyhow::Result<Outcome> {
    let secret = KeySecret::random()?;
    let row = open.runtime.block_on(open.store.add_key(&secret, name, scopes, now_ms()))?;
    open.runtime.block_on(open.store.close());
    let scopes: Vec<&str> = row.scopes.iter().map(|scope| scope.name()).collect();
    terminal.say(&format!("Key {} may do {}. It is shown this once; keep it safe:\n", row.id, scopes.join(", ")));
    terminal.data(&format!("{}\n", secret.reveal()))
}

fn list(open: &OpenStore, format: Format, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let keys = open.runtime.block_on(open.store.keys())?;
    open.runtime.block_on(open.store.close());
    let columns = ["id", "name", "scopes", "created_at", "last_used_at", "revoked_at"];
    terminal.data(&format.write(keys.iter().map(entry).collect(), &columns))
}

fn entry(key: &KeyRow) -> Value {
    json!({
        "id": key.id, "name": key.name, "scopes": key.scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>(),
        "created_at": rfc3339(key.created_at), "last_used_at": key.last_used_at.map(rfc3339),
        "revoked_at": key.revoked_at.map(rfc3339),
    })
}

fn revoke(open: &OpenStore, id: &str, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let known = is_id(id) && open.runtime.block_on(open.store.revoke_key(id, now_ms()))?;
    open.runtime.block_on(open.store.close());
    if known {
        terminal.say(&format!("Key {id} is revoked: whoever uses it is refused from now on.\n"));
        Ok(Outcome::Done)
    } else {
        terminal.say(&format!("there is no key {id:?}; `platen keys list` shows all\n"));
        Ok(Outcome::Refused)
    }
}
