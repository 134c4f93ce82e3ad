//! Telling another program that a batch is ready: one signed `POST` of JSON.
//!
//! The body is [`papertray_model::tell::Told`]. The header `Papertray-Signature: t=SECONDS,v1=HEX` holds the time of
//! sending (seconds since 1970) and HMAC-SHA256 of `SECONDS.BODY` under the secret: who knows the secret can tell that
//! the body is ours and, by the time, that it is no old one sent again. `Papertray-Delivery` names the delivery: one that
//! is tried again keeps its name.

use std::{fmt::Write as _, time::Duration};

use hmac::{Hmac, KeyInit as _, Mac as _};
use papertray_model::{ErrorCode, Timestamp, UserError};
use sha2::Sha256;

use crate::client::{address, cause};
use crate::keys::Secret;

/// How long the other program may take.
const WAIT: Duration = Duration::from_secs(20);
/// The name of the webhook in sentences and in the keychain.
pub const WEBHOOK: &str = "webhook";

/// What the header says for this body at this time.
pub fn signature(secret: &Secret, body: &[u8], now: Timestamp) -> String {
    let seconds = now.0 / 1000;
    // Any length of key is taken.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()) else {
        return String::new();
    };
    mac.update(format!("{seconds}.").as_bytes());
    mac.update(body);
    let mut header = format!("t={seconds},v1=");
    for byte in mac.finalize().into_bytes() {
        let _ = write!(header, "{byte:02x}"); // a string takes everything
    }
    header
}

/// The host that a body would go to.
pub fn host(url: &str) -> Result<String, UserError> {
    Ok(address(WEBHOOK, url)?.host_str().unwrap_or_default().to_owned())
}

/// Sends a body. An answer of 2xx is success; others say whether trying again may help.
pub async fn send(
    url: &str,
    secret: &Secret,
    delivery: &str,
    body: Vec<u8>,
    now: Timestamp,
) -> Result<(), UserError> {
    let url = address(WEBHOOK, url)?;
    let unreachable = |error: reqwest::Error| {
        UserError::new(
            ErrorCode::Io,
            format!("The webhook could not be reached: {}.", cause(error)),
            "It is tried again. Check its address in the settings.",
        )
    };
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("papertray/", env!("CARGO_PKG_VERSION")))
        .timeout(WAIT)
        .build()
        .map_err(unreachable)?;
    let request = client
        .post(url)
        .header("content-type", "application/json")
        .header("papertray-signature", signature(secret, &body, now))
        .header("papertray-delivery", delivery)
        .body(body);
    let status = request.send().await.map_err(unreachable)?.status();
    if status.is_success() {
        return Ok(());
    }
    let may_pass = status.is_server_error() || matches!(status.as_u16(), 408 | 425 | 429);
    Err(UserError::new(
        if may_pass { ErrorCode::Io } else { ErrorCode::Usage },
        format!("The webhook answered with status {}.", status.as_u16()),
        if may_pass { "It is tried again." } else { "Check its address in the settings." },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_the_standard() {
        // printf '1700000000.what do ya want for nothing?' | openssl dgst -sha256 -hmac Jefe
        let signed =
            signature(&Secret::new("Jefe"), b"what do ya want for nothing?", Timestamp(1_700_000_000_999));
        let wanted = "t=1700000000,v1=1cdd0650c8be1cb0974b1788d458b1e781206cfef59b85faafc582d2e182c57e";
        assert_eq!(signed, wanted);
        let other =
            signature(&Secret::new("Jefe"), b"what do ya want for nothing!", Timestamp(1_700_000_000_999));
        assert_ne!(signed, other);
    }
}
