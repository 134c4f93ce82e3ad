//! Commands about services outside this computer: set up, chosen for steps, tested; and what was sent to them.

use std::io::Read as _;

use clap::{Args, Subcommand};
use papertray_engine::{Engine, Secret};
use papertray_model::{
    ErrorCode, ProviderSettings, ReadMode, Service, ServiceKind, Step, UserError, WorkSettings,
};
use serde_json::json;

use crate::output::Output;

type Result<T> = std::result::Result<T, UserError>;

#[derive(Debug, Subcommand)]
pub(crate) enum ProviderVerb {
    /// The services, what they do, and what was used in 30 days.
    List,
    /// Set a service up or change it. Its key is read by `provider key`.
    Add(Add),
    /// Take a service away, with its key.
    Remove {
        /// The name it was given.
        name: String,
    },
    /// Read a service's key from standard input and keep it in the system's keychain.
    Key {
        /// The name it was given.
        name: String,
    },
    /// Let a service do a step: ocr, fields, describe; without a service it is done on this computer.
    Use {
        /// The step.
        #[arg(value_parser = parse_step)]
        step: Step,
        /// The service.
        name: Option<String>,
    },
    /// Let services be asked (off), or let nothing leave this computer (on).
    Offline {
        /// on or off.
        #[arg(value_parser = parse_switch, action = clap::ArgAction::Set)]
        switch: bool,
    },
    /// Limits of 30 days over all services; 0: none.
    Limit {
        /// Pages.
        #[arg(long)]
        pages: Option<u32>,
        /// Money, in millionths of the account's currency.
        #[arg(long)]
        micros: Option<u64>,
        /// Seconds an answer is waited for.
        #[arg(long)]
        timeout: Option<u32>,
    },
    /// Ask a service one small question; nothing of yours is sent.
    Test {
        /// The name it was given.
        name: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Add {
    /// A name for it.
    name: String,
    /// mistral_ocr, anthropic or open_ai (also Ollama, LM Studio, llama.cpp, vLLM).
    #[arg(long, value_parser = parse_kind)]
    kind: ServiceKind,
    /// The model that is asked.
    #[arg(long)]
    model: String,
    /// Its address [default: the usual one of its kind].
    #[arg(long)]
    url: Option<String>,
    /// Cost of a page in millionths.
    #[arg(long, default_value_t = 0)]
    page_micros: u32,
    /// Cost of a million tokens in, in millionths.
    #[arg(long, default_value_t = 0)]
    input_micros: u32,
    /// Cost of a million tokens out, in millionths.
    #[arg(long, default_value_t = 0)]
    output_micros: u32,
}

fn parse_step(word: &str) -> std::result::Result<Step, String> {
    Step::parse(word).ok_or_else(|| format!("`{word}` is none of ocr, fields, describe"))
}

fn parse_kind(word: &str) -> std::result::Result<ServiceKind, String> {
    ServiceKind::parse(word).ok_or_else(|| format!("`{word}` is none of mistral_ocr, anthropic, open_ai"))
}

fn parse_switch(word: &str) -> std::result::Result<bool, String> {
    match word {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err(format!("`{word}` is none of on, off")),
    }
}

pub(crate) async fn provider(engine: &Engine, verb: ProviderVerb, output: &Output) -> Result<()> {
    match verb {
        ProviderVerb::List => {}
        ProviderVerb::Add(add) => {
            let service = Service {
                kind: add.kind,
                base_url: add.url.unwrap_or_else(|| add.kind.usual_url().to_owned()),
                model: add.model,
                page_micros: add.page_micros,
                input_micros: add.input_micros,
                output_micros: add.output_micros,
            };
            change(engine, |settings| drop(settings.services.insert(add.name, service))).await?;
        }
        ProviderVerb::Remove { name } => {
            known(engine, &name)?;
            change(engine, |settings| {
                settings.services.remove(&name);
                settings.steps.retain(|_, service| *service != name);
            })
            .await?;
            engine.remove_service_key(&name).await?;
        }
        ProviderVerb::Key { name } => {
            known(engine, &name)?;
            let mut key = String::new();
            std::io::stdin()
                .take(10_000)
                .read_to_string(&mut key)
                .map_err(|e| UserError::new(ErrorCode::Io, format!("The key could not be read: {e}."), ""))?;
            engine.set_service_key(&name, Secret::new(key.trim())).await?;
        }
        ProviderVerb::Use { step, name } => {
            if let Some(name) = &name {
                known(engine, name)?;
            }
            change(engine, |settings| {
                match name {
                    Some(name) => settings.steps.insert(step, name),
                    None => settings.steps.remove(&step),
                };
            })
            .await?;
        }
        ProviderVerb::Offline { switch } => change(engine, |settings| settings.offline = switch).await?,
        ProviderVerb::Limit { pages, micros, timeout } => {
            change(engine, |settings| {
                settings.page_cap = pages.unwrap_or(settings.page_cap);
                settings.spend_cap_micros = micros.unwrap_or(settings.spend_cap_micros);
                settings.timeout_s = timeout.unwrap_or(settings.timeout_s);
            })
            .await?;
        }
        ProviderVerb::Test { name } => {
            let took = engine.test_service(&name).await?;
            output.answer(&json!({"provider": name, "outcome": "answered", "took_ms": took}), || {
                format!("{name} answered in {took} ms")
            });
            return Ok(());
        }
    }
    list(engine, output)
}

fn list(engine: &Engine, output: &Output) -> Result<()> {
    let settings = engine.work_settings()?.providers;
    let spent = engine.spent()?;
    let answer = json!({"providers": settings, "used": spent});
    output.answer(&answer, || {
        let mut lines = vec![if settings.offline {
            "offline: nothing leaves this computer".to_owned()
        } else {
            format!("used in 30 days: {} pages, {:.2}", spent.pages, spent.cost_micros as f64 / 1e6)
        }];
        for (name, service) in &settings.services {
            let steps: Vec<&str> =
                settings.steps.iter().filter(|(_, s)| *s == name).map(|(step, _)| step.as_str()).collect();
            let pause = engine.service_pause(name).map(|s| format!("  pauses {s} s")).unwrap_or_default();
            let (kind, model, url) = (service.kind.as_str(), &service.model, &service.base_url);
            lines.push(format!("{name:<16} {kind:<12} {model:<24} {url}  {}{pause}", steps.join(", ")));
        }
        lines.join("\n")
    });
    Ok(())
}

async fn change(engine: &Engine, change: impl FnOnce(&mut ProviderSettings)) -> Result<()> {
    let mut settings: WorkSettings = engine.work_settings()?;
    change(&mut settings.providers);
    engine.set_work_settings(settings).await
}

fn known(engine: &Engine, name: &str) -> Result<()> {
    if engine.work_settings()?.providers.services.contains_key(name) {
        return Ok(());
    }
    Err(UserError::new(
        ErrorCode::UnknownId,
        format!("There is no service `{name}`."),
        "`papertray-cli provider add` sets one up.",
    ))
}

/// What was sent, newest first.
pub(crate) fn privacy(engine: &Engine, limit: u32, output: &Output) -> Result<()> {
    for row in engine.sendings(None, limit)? {
        output.answer(&row, || {
            let outcome = row.outcome.as_deref().unwrap_or("under way, or cut short");
            let at = json!(row.at);
            let at = at.as_str().unwrap_or_default();
            format!(
                "{at}  {:<16} {:<9} {:>9} bytes  {}: {}  {outcome}",
                row.sent.provider, row.sent.step, row.sent.bytes, row.sent.host, row.sent.what
            )
        });
    }
    Ok(())
}

/// Whether a page that cannot be read ends its document's reading.
pub(crate) async fn bad_pages(engine: &Engine, stop: Option<bool>, output: &Output) -> Result<()> {
    let mut settings = engine.work_settings()?;
    if let Some(stop) = stop {
        settings.stop_at_bad_page = stop;
        engine.set_work_settings(settings.clone()).await?;
    }
    output.answer(&json!({"stop_at_bad_page": settings.stop_at_bad_page}), || {
        let word = if settings.stop_at_bad_page {
            "ends its document's reading"
        } else {
            "is left out; the others go on"
        };
        format!("a page that cannot be read {word}")
    });
    Ok(())
}

/// Says when pages are recognised, and sets it.
pub(crate) async fn read_mode(engine: &Engine, mode: Option<ReadMode>, output: &Output) -> Result<()> {
    let mut settings = engine.work_settings()?;
    if let Some(mode) = mode {
        settings.read_mode = mode;
        engine.set_work_settings(settings.clone()).await?;
    }
    let word = settings.read_mode.as_str();
    output.answer(&json!({"read_mode": word}), || word.to_owned());
    Ok(())
}
