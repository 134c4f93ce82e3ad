//! Mails (RFC 5322, `.eml`): what was written is the document's text, what was attached are its parts.

use mail_parser::{Address, Message, MessageParser, MessagePart, MimeHeaders as _};
use papertray_model::ErrorCode;
use papertray_reader::ReadError;
use papertray_reader::wire::Part;

use super::container::{MOST_PARTS, no_such_part};
use super::handed::Handed;

/// A longer mail is none.
const MOST_BYTES: u64 = 256 << 20;

/// An open mail.
pub(crate) struct Mail {
    message: Message<'static>,
    /// Which attachments are parts, with their names.
    attached: Vec<(u32, String)>,
}

impl Mail {
    pub(crate) fn open(file: &Handed) -> Result<Self, ReadError> {
        let length = file.length();
        if length > MOST_BYTES {
            return Err(ReadError::new(
                ErrorCode::TooLarge,
                format!("The mail has {} MB; at most {} are read.", length >> 20, MOST_BYTES >> 20),
                "Save its attachments and add them.",
            ));
        }
        let bytes = file.bytes(MOST_BYTES).map_err(|e| ReadError::io(&e))?;
        let message = MessageParser::default().parse(&bytes).map(Message::into_owned);
        let message = message.ok_or_else(|| ReadError::corrupt("The mail has no readable header."))?;
        let attached = message
            .attachments()
            .zip(0u32..)
            .filter(|(part, _)| !is_decoration(part))
            .map(|(part, index)| (index, name_of(part, index)))
            .take(MOST_PARTS)
            .collect();
        Ok(Self { message, attached })
    }

    pub(crate) fn parts(&self) -> Vec<Part> {
        let parts = self.attached.iter().filter_map(|(index, name)| {
            let part = self.message.attachment(*index)?;
            Some(Part { name: name.clone(), size: part.contents().len() as u64 })
        });
        parts.collect()
    }

    pub(crate) fn bytes(&self, index: u32) -> Result<Vec<u8>, ReadError> {
        let attachment = self.attached.get(index as usize).and_then(|(at, _)| self.message.attachment(*at));
        attachment.map(|part| part.contents().to_vec()).ok_or_else(|| no_such_part(index))
    }

    /// The mail as a page of text.
    pub(crate) fn text(&self) -> String {
        let mut lines = vec![];
        let mut line = |label: &str, value: Option<String>| {
            if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
                lines.push(format!("{label}: {value}"));
            }
        };
        line("From", self.message.from().map(people));
        line("To", self.message.to().map(people));
        line("Cc", self.message.cc().map(people));
        line("Date", self.message.date().map(mail_parser::DateTime::to_rfc822));
        line("Subject", self.message.subject().map(str::to_owned));
        let names: Vec<&str> = self.attached.iter().map(|(_, name)| name.as_str()).collect();
        line("Attachments", Some(names.join(", ")));
        lines.push(String::new());
        for body in 0..self.message.text_body_count() {
            lines.extend(self.message.body_text(body).map(std::borrow::Cow::into_owned));
        }
        lines.join("\n")
    }
}

fn people(address: &Address<'_>) -> String {
    let shown = address.iter().map(|person| match (person.name(), person.address()) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (name, address) => name.or(address).unwrap_or_default().to_owned(),
    });
    shown.collect::<Vec<_>>().join(", ")
}

/// Pictures that the text shows (logos, signatures) are part of the letter, not papers that came with it.
fn is_decoration(part: &MessagePart<'_>) -> bool {
    let attached = part.content_disposition().is_some_and(|d| d.ctype().eq_ignore_ascii_case("attachment"));
    let picture = part.content_type().is_some_and(|t| t.ctype().eq_ignore_ascii_case("image"));
    picture && !attached && part.content_id().is_some()
}

fn name_of(part: &MessagePart<'_>, index: u32) -> String {
    if let Some(name) = part.attachment_name() {
        return name.to_owned();
    }
    if let Some(subject) = part.message().and_then(Message::subject) {
        return format!("{subject}.eml");
    }
    let ending = part.content_type().and_then(|t| t.subtype()).map_or("bin", |subtype| match subtype {
        "rfc822" => "eml",
        "plain" => "txt",
        other => other,
    });
    format!("attachment {}.{ending}", index + 1)
}
