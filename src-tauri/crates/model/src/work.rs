//! How work is done: what happens at a bad page, and which services outside this computer may be asked. Kept beside
//! [`crate::Settings`], which are the window's.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// See the module. A missing value has its default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct WorkSettings {
    /// A page that cannot be read ends its document's reading; else the others go on.
    pub stop_at_bad_page: bool,
    /// When pages are recognised, and when their own text is taken.
    pub read_mode: ReadMode,
    /// Services outside this computer.
    pub providers: ProviderSettings,
}

/// When a page is recognised, and when the text is taken that it brings along.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ReadMode {
    /// A page's own text where it is good; else the page is recognised.
    #[default]
    Auto,
    /// As `auto`, but what another program recognised and hid behind the page is recognised anew.
    Redo,
    /// Every page is recognised, whatever text it has.
    Force,
    /// Nothing is recognised: a page says what its own text says, however bad.
    Off,
}

impl ReadMode {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Auto, Self::Redo, Self::Force, Self::Off];

    /// The word used in JSON and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Redo => "redo",
            Self::Force => "force",
            Self::Off => "off",
        }
    }

    /// The mode of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == word)
    }
}

/// Which services may be asked, and for what. As it comes, none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct ProviderSettings {
    /// Nothing leaves this computer, whatever else is set.
    pub offline: bool,
    /// The services a person set up, by the name they gave them.
    pub services: BTreeMap<String, Service>,
    /// Which service does which step; a step without one is done on this computer.
    pub steps: BTreeMap<Step, String>,
    /// At most so many pages in 30 days, over all services; 0: no limit.
    pub page_cap: u32,
    /// At most so much in 30 days, in millionths of the account's currency; 0: no limit.
    #[cfg_attr(feature = "specta", specta(type = f64))]
    pub spend_cap_micros: u64,
    /// How long an answer is waited for, in seconds.
    pub timeout_s: u32,
}

impl Default for ProviderSettings {
    fn default() -> Self {
        Self {
            offline: true,
            services: BTreeMap::new(),
            steps: BTreeMap::new(),
            page_cap: 500,
            spend_cap_micros: 5_000_000,
            timeout_s: 60,
        }
    }
}

impl ProviderSettings {
    /// The service that does a step, with its name; none where the step is done on this computer.
    pub fn service_for(&self, step: Step) -> Option<(&str, &Service)> {
        if self.offline {
            return None;
        }
        let name = self.steps.get(&step)?;
        self.services.get_key_value(name).map(|(name, service)| (name.as_str(), service))
    }
}

/// What a service may be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Reading pages that have no text of their own.
    Ocr,
    /// Values the rules did not find.
    Fields,
    /// Name, tags and summary.
    Describe,
}

impl Step {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Ocr, Self::Fields, Self::Describe];

    /// The word used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ocr => "ocr",
            Self::Fields => "fields",
            Self::Describe => "describe",
        }
    }

    /// The step that `word` names.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == word)
    }
}

/// The language a service speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ServiceKind {
    /// Mistral's `/v1/ocr` with annotations.
    MistralOcr,
    /// Anthropic's `/v1/messages`.
    Anthropic,
    /// `/v1/chat/completions` as OpenAI defines it: Ollama, LM Studio, llama.cpp, vLLM and others.
    OpenAi,
}

impl ServiceKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::MistralOcr, Self::Anthropic, Self::OpenAi];

    /// The word used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MistralOcr => "mistral_ocr",
            Self::Anthropic => "anthropic",
            Self::OpenAi => "open_ai",
        }
    }

    /// The kind that `word` names.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Where it lives unless a person says otherwise.
    pub fn usual_url(self) -> &'static str {
        match self {
            Self::MistralOcr => "https://api.mistral.ai",
            Self::Anthropic => "https://api.anthropic.com",
            Self::OpenAi => "http://127.0.0.1:11434",
        }
    }
}

/// A service as a person set it up. Its key is in the system's keychain, under its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Service {
    /// The language it speaks.
    pub kind: ServiceKind,
    /// Where it lives, without the path.
    pub base_url: String,
    /// Which model is asked.
    pub model: String,
    /// Cost of a page in millionths of the account's currency.
    #[serde(default)]
    pub page_micros: u32,
    /// Cost of a million tokens in, in millionths.
    #[serde(default)]
    pub input_micros: u32,
    /// Cost of a million tokens out, in millionths.
    #[serde(default)]
    pub output_micros: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_it_comes_nothing_leaves_this_computer() {
        let mut settings = ProviderSettings::default();
        assert!(Step::ALL.iter().all(|step| settings.service_for(*step).is_none()));
        let kind = ServiceKind::OpenAi;
        let service = Service {
            kind,
            base_url: kind.usual_url().to_owned(),
            model: "m".to_owned(),
            page_micros: 0,
            input_micros: 0,
            output_micros: 0,
        };
        settings.services.insert("mine".to_owned(), service);
        settings.steps.insert(Step::Fields, "mine".to_owned());
        assert_eq!(settings.service_for(Step::Fields), None, "the switch is on");
        settings.offline = false;
        assert_eq!(settings.service_for(Step::Fields).map(|s| s.0), Some("mine"));
        assert_eq!(settings.service_for(Step::Ocr), None);
    }

    #[test]
    fn words_are_those_of_json() {
        for step in Step::ALL {
            assert_eq!(serde_json::to_value(step).unwrap(), step.as_str());
        }
        for kind in ServiceKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }
}
