//! A small WebDriver client (<https://www.w3.org/TR/webdriver2/>) and the program that it drives. Whatever goes wrong ends
//! the test or measurement that uses it, with a sentence and a picture.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test ends at the first surprise"
)]

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use papertray_fixtures::{Set, Truth, write_set};
use serde_json::{Value, json};
use tempfile::TempDir;

/// How long anything may take before the test says what it waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// A window of the real program, with a library and documents of its own.
pub struct Window {
    session: String,
    base: String,
    driver: Child,
    agent: ureq::Agent,
    /// Where its library lies, and what a test puts beside it.
    pub folder: TempDir,
}

impl Window {
    /// Starts `program` in a folder that may hold a library already, with these variables beside the usual ones.
    pub fn start(program: &Path, folder: TempDir, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        assert!(
            std::env::var_os("DISPLAY").is_some(),
            "the window tests need a screen: run them through `cargo xtask test`"
        );
        let port = free_port();
        let driver = Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("PAPERTRAY_SEVERAL", "1")
            // Tests name what they look for in English, whatever the person at this computer speaks.
            .env("LC_ALL", "C.UTF-8")
            .env_remove("LANGUAGE")
            .env("PAPERTRAY_LIBRARY", folder.path().join("library"))
            .env("XDG_DATA_HOME", folder.path().join("data"))
            .env("XDG_CONFIG_HOME", folder.path().join("config"))
            .env("HOME", folder.path())
            .envs(variables.iter().copied())
            .env("XDG_CACHE_HOME", cache_home())
            .stdin(Stdio::null())
            .spawn()
            .expect("WebKitWebDriver is installed by `cargo xtask setup`");
        let agent =
            ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).http_status_as_error(false).build();
        let mut window = Self {
            session: String::new(),
            base: format!("http://127.0.0.1:{port}"),
            driver,
            agent: agent.into(),
            folder,
        };
        let options = json!({"binary": program, "args": arguments});
        let wanted = json!({"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}});
        let session = window.until("the driver starts the program", |w| w.try_post("/session", &wanted).ok());
        window.session = format!("/session/{}", session["sessionId"].as_str().unwrap());
        window.wait_for("h1", "");
        window
    }

    /// Answers the welcome, where the program shows it, with “Not now”.
    #[must_use]
    pub fn welcomed(self) -> Self {
        self.until("the first view", |w| {
            (w.find("h1", "Inbox") && w.find("main", "") && !w.find("main", "Loading")).then_some(())
        });
        if self.find("main", "Welcome to Papertray") {
            for step in ["Next", "Not now", "Open the Inbox"] {
                self.wait_for("main button", step);
                self.click("main button", step);
            }
        }
        self
    }

    /// Makes a set of documents.
    pub fn documents(&self, set: Set) -> (PathBuf, Truth) {
        let folder = self.folder.path().join(format!("{set:?}"));
        let truth = write_set(&folder, set, 7).unwrap();
        (folder, truth)
    }

    fn try_post(&self, path: &str, body: &Value) -> Result<Value, String> {
        let sent = self.agent.post(format!("{}{path}", self.base)).send_json(body);
        let mut answer: Value =
            sent.map_err(|e| e.to_string())?.body_mut().read_json().map_err(|e| e.to_string())?;
        let value = answer["value"].take();
        match value.get("error") {
            Some(error) if value.get("message").is_some() => Err(format!("{error}: {}", value["message"])),
            _ => Ok(value),
        }
    }

    /// Tries until `look` finds something.
    pub fn until<T>(&self, what: &str, mut look: impl FnMut(&Self) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = look(self) {
                return found;
            }
            if Instant::now() > deadline {
                if !self.session.is_empty() {
                    self.picture("failed");
                }
                panic!("waited in vain: {what}");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Runs JavaScript in the page; `return` gives the answer.
    pub fn script(&self, body: &str, arguments: &Value) -> Value {
        let wanted = json!({"script": body, "args": arguments});
        self.try_post(&format!("{}/execute/sync", self.session), &wanted)
            .unwrap_or_else(|e| panic!("{e}\n{body}"))
    }

    /// Calls one of Papertray's commands, as the page does.
    pub fn invoke(&self, command: &str, arguments: &Value) -> Value {
        let wanted = json!({
            "script": "const done = arguments[2];
                window.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1])
                  .then((ok) => done({ok: ok ?? null}), (error) => done({error}));",
            "args": [command, arguments],
        });
        let answer = self.try_post(&format!("{}/execute/async", self.session), &wanted).unwrap();
        assert!(answer.get("error").is_none(), "{command}: {answer}");
        answer["ok"].clone()
    }

    /// Adds files by the command that the window's own buttons end in.
    pub fn add(&self, files: &[&Path]) {
        let paths: Vec<_> = files.iter().map(|f| f.to_str().unwrap()).collect();
        self.invoke("add_files", &json!({"paths": paths, "options": {"stage": false, "duplicates": "skip"}}));
    }

    /// Waits for an element that matches and holds the text.
    pub fn wait_for(&self, selector: &str, text: &str) {
        self.until(&format!("`{selector}` with “{text}”"), |w| w.find(selector, text).then_some(()));
    }

    /// Whether an element matches and holds the text.
    pub fn find(&self, selector: &str, text: &str) -> bool {
        let body = "return [...document.querySelectorAll(arguments[0])].some((e) => e.textContent.includes(arguments[1]))";
        self.try_post(
            &format!("{}/execute/sync", self.session),
            &json!({"script": body, "args": [selector, text]}),
        )
        .is_ok_and(|found| found == true)
    }

    /// Clicks the first such element, with a real pointer event at its middle.
    pub fn click(&self, selector: &str, text: &str) {
        let body = "return [...document.querySelectorAll(arguments[0])].find((e) => e.textContent.includes(arguments[1]) || (e.ariaLabel ?? '').includes(arguments[1])) ?? null";
        let element = self.until(&format!("`{selector}` with “{text}” to click"), |w| {
            let found = w.script(body, &json!([selector, text]));
            let id = found.as_object()?.values().next()?.as_str()?.to_owned();
            let clicked = w.try_post(&format!("{}/element/{id}/click", w.session), &json!({}));
            clicked.is_ok().then_some(id)
        });
        assert!(!element.is_empty());
    }

    /// Types into what has focus.
    pub fn press(&self, keys: &str) {
        let actions: Vec<_> = keys
            .chars()
            .flat_map(|key| {
                [json!({"type": "keyDown", "value": key}), json!({"type": "keyUp", "value": key})]
            })
            .collect();
        self.actions(&json!({"actions": [{"type": "key", "id": "keyboard", "actions": actions}]}));
    }

    /// Does what WebDriver calls actions: keys and pointers, pressed and let go.
    pub fn actions(&self, actions: &Value) {
        self.try_post(&format!("{}/actions", self.session), actions).unwrap();
    }

    /// What a document's row says, once there is one.
    pub fn row(&self, file: &str) -> String {
        let body = "return [...document.querySelectorAll('[role=row][data-id]')].map((e) => e.textContent).find((t) => t.includes(arguments[0])) ?? ''";
        self.script(body, &json!([file])).as_str().unwrap_or_default().to_owned()
    }

    /// Waits until a document's row says something.
    pub fn row_says(&self, file: &str, text: &str) {
        self.until(&format!("the row of {file} says “{text}”"), |w| {
            let row = w.row(file);
            (!row.is_empty() && row.contains(text)).then_some(())
        });
    }

    /// Takes a picture of the page: kept in the folder `PAPERTRAY_PICTURES` names, else checked and thrown away.
    pub fn picture(&self, name: &str) {
        let Ok(mut answer) = self.agent.get(format!("{}{}/screenshot", self.base, self.session)).call()
        else {
            return;
        };
        let Ok(answer) = answer.body_mut().read_json::<Value>() else { return };
        let Some(folder) = std::env::var_os("PAPERTRAY_PICTURES") else { return };
        let folder = PathBuf::from(folder);
        fs_err::create_dir_all(&folder).unwrap();
        let png = decode_base64(answer["value"].as_str().unwrap_or_default());
        fs_err::write(folder.join(format!("{name}.png")), png).unwrap();
    }

    /// Shows the page in light and in dark, and takes a picture of each.
    pub fn pictures(&self, name: &str) {
        for theme in ["light", "dark"] {
            let mut settings = self.invoke("get_settings", &json!({}));
            settings["theme"] = theme.into();
            self.invoke("set_settings", &json!({"settings": settings}));
            self.script("document.documentElement.style.colorScheme = arguments[0]", &json!([theme]));
            std::thread::sleep(Duration::from_millis(400)); // some frames after the change, for the picture only
            self.picture(&format!("{name}-{theme}"));
        }
    }

    /// Process number of the program.
    pub fn pid(&self) -> u32 {
        let holder = fs_err::read_to_string(self.folder.path().join("library/library.holder")).unwrap();
        holder.split(' ').next().unwrap().parse().unwrap()
    }

    /// Ends the session and hands the folder on.
    pub fn close(mut self) -> TempDir {
        self.end();
        std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap())
    }

    fn end(&mut self) {
        if !self.session.is_empty() {
            let program = self.pid().to_string();
            let _ = self.agent.delete(format!("{}{}", self.base, self.session)).call();
            self.session.clear();
            // The driver lets go of the program without waiting; no test may leave it behind.
            let _ = Command::new("kill").args(["-9", &program]).stderr(Stdio::null()).status();
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        self.end();
    }
}

/// The native parts lie in the person's cache: the program must still find them.
pub fn cache_home() -> PathBuf {
    let home = PathBuf::from(std::env::var_os("HOME").unwrap_or_default());
    std::env::var_os("XDG_CACHE_HOME").map_or_else(|| home.join(".cache"), PathBuf::from)
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn decode_base64(text: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut count) = (vec![], 0u32, 0);
    for value in text.bytes().filter_map(|b| LETTERS.iter().position(|l| *l == b)) {
        bits = (bits << 6) | value as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}
