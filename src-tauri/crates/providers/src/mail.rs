//! Telling a person by e-mail that a batch is ready: one plain message over SMTP.

use std::time::Duration;

use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
    transport::smtp::{authentication::Credentials, client::Tls, client::TlsParameters},
};
use papertray_model::{
    ErrorCode, UserError,
    tell::{Mail, MailSecurity},
};

use crate::client::is_near;
use crate::keys::Secret;

/// How long the server may take.
const WAIT: Duration = Duration::from_secs(30);
/// The name of the mail account in the keychain.
pub const MAIL: &str = "mail";

/// Sends a message. A server that is not on this computer or in the local network is spoken to in cipher only.
pub async fn send(
    mail: &Mail,
    password: Option<&Secret>,
    subject: &str,
    text: String,
) -> Result<(), UserError> {
    let mailbox = |address: &str, whose: &str| {
        address.trim().parse::<Mailbox>().map_err(|_| wrong(&format!("`{address}` is no {whose} address")))
    };
    let (from, to) = (mailbox(&mail.from, "sender's")?, mailbox(&mail.to, "recipient's")?);
    let message =
        Message::builder().from(from).to(to).subject(subject).header(ContentType::TEXT_PLAIN).body(text);
    let message = message.map_err(|e| wrong(&format!("the message cannot be written ({e})")))?;
    let server = mail.server.trim();
    if server.is_empty() {
        return Err(wrong("it names no server"));
    }
    let tls = || {
        TlsParameters::new(server.to_owned()).map_err(|e| wrong(&format!("`{server}` is no server ({e})")))
    };
    let tls = match mail.security {
        MailSecurity::Tls => Tls::Wrapper(tls()?),
        MailSecurity::StartTls => Tls::Required(tls()?),
        MailSecurity::None if is_near(server) => Tls::None,
        MailSecurity::None => return Err(wrong("without encryption the password could be read on the way")),
    };
    let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(server)
        .port(mail.port)
        .tls(tls)
        .timeout(Some(WAIT));
    if let Some(password) = password.filter(|_| !mail.user.is_empty()) {
        transport = transport.credentials(Credentials::new(mail.user.clone(), password.expose().to_owned()));
    }
    let sent = transport.build().send(message).await;
    sent.map(drop).map_err(|error| {
        // A server's own words may repeat what was sent, the password too.
        let (code, what) = match () {
            () if error.is_permanent() => (ErrorCode::Usage, "it refused the account or an address"),
            () if error.is_transient() => (ErrorCode::Io, "it asks to be tried again later"),
            () if error.is_tls() => {
                (ErrorCode::Usage, "its certificate or its way of encryption is not accepted")
            }
            () if error.is_timeout() => (ErrorCode::TimedOut, "it did not answer in time"),
            () => (ErrorCode::Io, "it could not be reached, or the connection was cut"),
        };
        UserError::new(
            code,
            format!("The mail server `{server}` took no message: {what}."),
            "Check the mail settings.",
        )
    })
}

fn wrong(why: &str) -> UserError {
    UserError::new(
        ErrorCode::Usage,
        format!("The e-mail was not sent: {why}."),
        "Mend it in the settings, under Notifications.",
    )
}
