//! Which variables a state refers to.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::choice::Condition;
use super::fail::Text;
use super::map::Items;
use crate::jsonata::Expression;
use crate::machine::{Amount, Selection, State, Work};
use crate::path::{Path, Root};
use crate::template::{Part, Template};

/// Collects names.
#[derive(Default)]
struct Collector(BTreeSet<Arc<str>>);

impl Collector {
    fn path(&mut self, path: &Path) {
        if let Root::Variable(name) = &path.root {
            self.0.insert(name.clone());
        }
    }

    fn expression(&mut self, expression: &Expression) {
        self.0.extend(expression.references().map(Arc::from));
    }

    fn template(&mut self, template: Option<&Template>) {
        if let Some(template) = template {
            template.visit(&mut |part| match part {
                Part::Path(path) => self.path(path),
                Part::Expression(expression) => self.expression(expression),
            });
        }
    }

    fn selection(&mut self, selection: &Selection) {
        if let Selection::Path(path) = selection {
            self.path(path);
        }
    }

    fn amount(&mut self, amount: Option<&Amount>) {
        match amount {
            Some(Amount::Path { path, .. }) => self.path(path),
            Some(Amount::Expression { expression, .. }) => self.expression(expression),
            Some(Amount::Fixed(_)) | None => {}
        }
    }

    fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::Always(_) => {}
            Condition::And(inner) | Condition::Or(inner) => inner.iter().for_each(|inner| self.condition(inner)),
            Condition::Not(inner) => self.condition(inner),
            Condition::Expression { expression, .. } => self.expression(expression),
            Condition::Test { variable, test } => {
                self.path(variable);
                if let Some(path) = test.path() {
                    self.path(path);
                }
            }
        }
    }

    fn work(&mut self, work: &Work) {
        match work {
            Work::Pass(_) | Work::Succeed | Work::Parallel(_) => {}
            Work::Task(task) => {
                self.amount(task.timeout.as_ref());
                self.amount(task.heartbeat.as_ref());
                self.template(task.credentials.as_ref());
            }
            Work::Choice(choice) => choice.rules().iter().for_each(|rule| {
                self.condition(&rule.condition);
                self.template(rule.assign.as_ref());
                self.template(rule.output.as_ref());
            }),
            Work::Wait(wait) => {
                let (path, expression) = wait.parts();
                path.into_iter().for_each(|path| self.path(path));
                expression.into_iter().for_each(|expression| self.expression(expression));
            }
            Work::Fail(fail) => fail.texts().for_each(|text| match text {
                Text::Fixed(_) => {}
                Text::Query { query, .. } => query.paths().into_iter().for_each(|path| self.path(path)),
                Text::Expression { expression, .. } => self.expression(expression),
            }),
            Work::Map(map) => {
                match &map.items {
                    Items::Input => {}
                    Items::Path(path) => self.path(path),
                    Items::Expression(expression) => self.expression(expression),
                    Items::Template(template) => self.template(Some(template)),
                }
                self.template(map.selector.as_ref());
                self.amount(map.max_concurrency.as_ref());
                if let Some(distributed) = &map.distributed {
                    self.amount(distributed.tolerated_count.as_ref());
                    self.amount(distributed.tolerated_percentage.as_ref());
                    distributed.templates().for_each(|template| self.template(Some(template)));
                    distributed.paths().for_each(|path| self.path(path));
                }
            }
        }
    }
}

impl State {
    /// The variables that the state's own fields refer to, in alphabetical order.
    pub(crate) fn variables(&self) -> Vec<Arc<str>> {
        let mut collector = Collector::default();
        let io = &self.io;
        collector.selection(&io.input_path);
        collector.selection(&io.output_path);
        for template in [&io.parameters, &io.result_selector, &io.output, &io.assign] {
            collector.template(template.as_ref());
        }
        for catcher in &self.catch {
            collector.template(catcher.output.as_ref());
            collector.template(catcher.assign.as_ref());
        }
        collector.work(&self.work);
        collector.0.into_iter().collect()
    }
}
