//! Running one program to its end and measuring it from outside.

use std::io::Read as _;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::shell::{Outcome, Trouble, spelled};

/// What one run cost and wrote.
pub(super) struct Run {
    /// Seconds from start to end.
    pub wall: f64,
    /// Seconds from start to the first byte of standard output: the answer, where work goes on after it.
    pub answer: f64,
    /// Seconds of processor time of the program and of every process it started and waited for; `None` where the
    /// system does not tell.
    pub cpu: Option<f64>,
    /// Its standard output.
    pub output: String,
}

/// Runs `command`; a failure is an error.
pub(super) fn measure(command: &mut Command) -> Outcome<Run> {
    let before = cpu_of_children();
    let start = Instant::now();
    let failed = |command: &Command, e: std::io::Error| {
        Trouble::new(format!("`{}` could not be run: {e}", spelled(command)))
    };
    let piped = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().map_err(|e| failed(command, e))?;
    let (mut stdout, mut stderr) = (child.stdout.take(), child.stderr.take());
    let complaint = std::thread::spawn(move || {
        let mut text = Vec::new();
        let _ = stderr.as_mut().map(|pipe| pipe.read_to_end(&mut text));
        String::from_utf8_lossy(&text).into_owned()
    });
    let (mut output, mut answer) = (vec![0], start.elapsed());
    if let Some(pipe) = &mut stdout {
        let first = pipe.read(&mut output).map_err(|e| failed(command, e))?;
        answer = start.elapsed();
        output.truncate(first);
        pipe.read_to_end(&mut output).map_err(|e| failed(command, e))?;
    }
    let status = child.wait().map_err(|e| failed(command, e))?;
    let wall = start.elapsed().as_secs_f64();
    let complaint = complaint.join().unwrap_or_default();
    let cpu = cpu_of_children().zip(before).map(|(after, before)| after - before);
    if !status.success() {
        return Err(Trouble::new(format!("`{}`: {status}\n{}", spelled(command), complaint.trim())));
    }
    let output = String::from_utf8_lossy(&output).into_owned();
    Ok(Run { wall, answer: answer.as_secs_f64(), cpu, output })
}

/// Processor seconds of all children that ended, from the kernel's account of this process.
fn cpu_of_children() -> Option<f64> {
    let stat = fs_err::read_to_string("/proc/self/stat").ok()?;
    parse_children(&stat)
}

/// Fields 16 and 17 of proc(5)'s `stat`: user and system time of waited-for children, in ticks of 1/100 s.
fn parse_children(stat: &str) -> Option<f64> {
    // The second field, the name in brackets, may hold spaces.
    let rest = stat.rsplit_once(')')?.1;
    let mut fields = rest.split_whitespace().skip(13);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system) / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_account_is_read_past_odd_names() {
        let stat = "42 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 11 12 250 50 20 0 1 0";
        assert_eq!(parse_children(stat), Some(3.0));
    }
}
