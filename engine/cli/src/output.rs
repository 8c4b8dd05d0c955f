//! Printing for people and for programs.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde::Serialize;
use serde_json::Value;

/// How results are printed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    json: bool,
}

impl Output {
    /// JSON for programs, or text for people.
    pub(crate) const fn new(json: bool) -> Self {
        Self { json }
    }

    /// Prints a result: as JSON, or the way `text` does for people.
    pub(crate) fn print<T: Serialize>(self, result: &T, text: impl Text<T>) -> io::Result<()> {
        self.write(result, text, |out, result| serde_json::to_writer_pretty(out, result))
    }

    /// Prints one of many results; as JSON, on a line of its own.
    pub(crate) fn print_line<T: Serialize>(self, result: &T, text: impl Text<T>) -> io::Result<()> {
        self.write(result, text, |out, result| serde_json::to_writer(out, result))
    }

    fn write<T>(
        self,
        result: &T,
        text: impl Text<T>,
        json: impl FnOnce(&mut dyn Write, &T) -> serde_json::Result<()>,
    ) -> io::Result<()> {
        let mut out = anstream::stdout().lock();
        if self.json {
            json(&mut out, result)?;
            writeln!(out)?;
        } else {
            text(result, &mut out)?;
        }
        out.flush()
    }
}

/// How a result is told to people.
pub(crate) trait Text<T>: FnOnce(&T, &mut dyn Write) -> io::Result<()> {}

impl<T, F: FnOnce(&T, &mut dyn Write) -> io::Result<()>> Text<T> for F {}

/// A note for the person who watches, on standard error.
pub(crate) fn note(text: &str) {
    // Nobody is left to tell when the terminal is gone.
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// An error that ends the program, on standard error.
pub(crate) fn fail(error: &anyhow::Error, json: bool) {
    let words = in_words(error);
    if json {
        note(&serde_json::json!({ "error": words }).to_string());
    } else {
        note(&format!("{} {words}", styled(AnsiColor::Red.on_default().bold(), "error:")));
    }
}

/// An error and its causes, but for those that it tells itself.
fn in_words(error: &anyhow::Error) -> String {
    error.chain().skip(1).fold(error.to_string(), |words, cause| {
        let cause = cause.to_string();
        if words.contains(&cause) { words } else { format!("{words}: {cause}") }
    })
}

/// `text` in `style`; the styles are dropped where the output is no terminal.
pub(crate) fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Something of lesser weight.
pub(crate) fn dim(text: &str) -> String {
    styled(Style::new().dimmed(), text)
}

/// A heading.
pub(crate) fn bold(text: &str) -> String {
    styled(Style::new().bold(), text)
}

/// A status in the colour that people expect: green for good, red for bad, yellow for under way.
pub(crate) fn status(status: &str) -> String {
    let colour = match status {
        "SUCCEEDED" | "COMPLETED" | "ENABLED" | "ACTIVE" => AnsiColor::Green,
        "FAILED" | "TIMED_OUT" | "ABORTED" | "CANCELLED" => AnsiColor::Red,
        _ => AnsiColor::Yellow,
    };
    styled(colour.on_default(), status)
}

/// Rows under headings, each column as wide as its widest cell.
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these headings.
    pub(crate) fn new(headings: &[&str]) -> Self {
        Self { rows: vec![headings.iter().map(|heading| dim(heading)).collect()] }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Writes it, or `nothing` when it has no rows.
    pub(crate) fn write(&self, out: &mut dyn Write, nothing: &str) -> io::Result<()> {
        if self.rows.len() == 1 {
            return writeln!(out, "{}", dim(nothing));
        }
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns)
            .map(|column| self.rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max().unwrap_or(0))
            .collect();
        for row in &self.rows {
            let mut line = String::new();
            for (cell, wide) in row.iter().zip(&widths) {
                line.push_str(cell);
                line.push_str(&" ".repeat(wide - width(cell) + 2));
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// How many columns a cell takes: its characters without the styles.
fn width(cell: &str) -> usize {
    anstream::adapter::strip_str(cell).to_string().chars().count()
}

/// JSON text on one line, cut to `limit` characters.
pub(crate) fn brief(json: &str, limit: usize) -> String {
    let compact = serde_json::from_str::<Value>(json).map_or_else(|_| json.to_owned(), |value| value.to_string());
    if compact.chars().count() <= limit {
        return compact;
    }
    let cut: String = compact.chars().take(limit.saturating_sub(1)).collect();
    cut + "…"
}

/// A duration as people read it: `12 ms`, `3.4 s`, `5 min 3 s`, `2 h 10 min`, `3 d 4 h`.
pub(crate) fn duration(milliseconds: i64) -> String {
    let seconds = milliseconds / 1000;
    match milliseconds {
        ..1_000 => format!("{milliseconds} ms"),
        1_000..60_000 => format!("{:.1} s", milliseconds as f64 / 1000.0),
        60_000..3_600_000 => format!("{} min {} s", seconds / 60, seconds % 60),
        3_600_000..86_400_000 => format!("{} h {} min", seconds / 3_600, seconds / 60 % 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds / 3_600 % 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_by_what_is_seen() {
        let mut table = Table::new(&["NAME", "STATUS"]);
        table.row(["long-name".to_owned(), status("SUCCEEDED")]);
        table.row(["ü".to_owned(), status("FAILED")]);
        let mut out = Vec::new();
        table.write(&mut out, "nothing").expect("a vector takes it");
        let text = anstream::adapter::strip_str(std::str::from_utf8(&out).expect("text")).to_string();
        assert_eq!(text, "NAME       STATUS\nlong-name  SUCCEEDED\nü          FAILED\n");
    }

    #[test]
    fn long_json_is_cut_and_odd_text_kept() {
        assert_eq!(brief("{ \"a\" : 1 }", 20), "{\"a\":1}");
        assert_eq!(brief("[1,2,3,4,5]", 5), "[1,2…");
        assert_eq!(brief("no json", 20), "no json");
        assert_eq!(duration(184_000), "3 min 4 s");
    }
}
