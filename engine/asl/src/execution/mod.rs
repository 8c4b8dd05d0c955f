//! One run of a machine: a fold of stimuli into history events and actions.

mod action;
mod children;
mod evaluate;
mod flow;
mod frame;
mod outcome;
mod recovery;
mod redrive;
mod seed;
mod stimulus;
mod tasks;
mod testing;
mod transitions;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use clock::Timestamp;

pub use action::{Action, Items, MapRun, Step, Task};
pub(crate) use frame::{Frame, FrameId, Running, TimerUse};
pub use outcome::Outcome;
pub use seed::{Kind, Seed};
pub use stimulus::{Cause, MapRunId, MapRunResult, Phase, Stimulus, TaskId, TimerId};
pub use testing::{Mock, StateTest, TestStatus, Tested, Untestable};

use crate::entropy::Entropy;
use crate::history::{Details, HistoryEvent};
use crate::json::{Payload, Value};
use crate::machine::{Machine, Workflow};
use crate::scope::Scope;

/// AWS's bound on the history of a Standard execution.
pub const MAX_HISTORY_EVENTS: u64 = 25_000;
/// AWS's bound on an input or output, in bytes of UTF-8.
pub const MAX_PAYLOAD_BYTES: usize = 262_144;

/// One run of a machine, with all its branches and iterations. A clone is independent of the original; the history is
/// not kept here, so neither memory nor time grows with it.
#[derive(Clone, Debug)]
pub struct Execution {
    machine: Arc<Machine>,
    seed: Arc<Seed>,
    outcome: Option<Outcome>,
    now: Timestamp,
    entropy: Entropy,
    frames: Vec<Option<Frame>>,
    free: Vec<usize>,
    /// Frames that can go on, in order.
    ready: VecDeque<FrameId>,
    tasks: HashMap<TaskId, FrameId>,
    timers: HashMap<TimerId, (Option<FrameId>, TimerUse)>,
    runs: HashMap<MapRunId, FrameId>,
    execution_timer: Option<TimerId>,
    last_event_id: u64,
    last_number: u64,
    /// The history is full.
    exhausted: bool,
    /// How large the variables of all frames are together.
    variable_bytes: usize,
    step: Step,
    /// What a redrive goes on with: the frames as they were when the execution began to fail.
    remains: Option<Vec<Option<Frame>>>,
    redriven_at: Option<Timestamp>,
    /// A test of one state.
    testing: Option<Box<testing::Testing>>,
}

impl Execution {
    /// An execution that waits for [`Cause::Start`].
    pub fn new(machine: Arc<Machine>, seed: Seed) -> Self {
        Self {
            now: seed.started_at,
            machine,
            seed: Arc::new(seed),
            outcome: None,
            entropy: Entropy::default(),
            frames: Vec::new(),
            free: Vec::new(),
            ready: VecDeque::new(),
            tasks: HashMap::new(),
            timers: HashMap::new(),
            runs: HashMap::new(),
            execution_timer: None,
            last_event_id: 0,
            last_number: 0,
            exhausted: false,
            variable_bytes: 0,
            step: Step::default(),
            remains: None,
            redriven_at: None,
            testing: None,
        }
    }

    /// An execution that runs the one state `name` (the first when there is none) and then ends, see
    /// [`Execution::tested`]. A state's work that is not mocked is asked for as in any execution.
    pub fn test(machine: Arc<Machine>, name: Option<&str>, seed: Seed, test: StateTest) -> Result<Self, Untestable> {
        let workflow = machine.workflow.clone();
        let (workflow, index) = match name {
            None => {
                let start = workflow.start;
                (workflow, start)
            }
            Some(name) => Workflow::find(&workflow, name).ok_or(Untestable::Absent)?,
        };
        if let Some(objection) = test.objection(&workflow.states[index].work) {
            return Err(objection);
        }
        let mut execution = Self::new(machine, seed);
        let input = execution.seed.input.clone();
        let mut scope = Scope::default();
        let given = |(name, value): (&Arc<str>, &Value)| (name.clone(), Payload::from(value.clone()));
        scope.assign(&test.variables.iter().map(given).collect());
        let variable_bytes = scope.bytes();
        let mut frame = Frame::new(None, workflow, input.clone(), 0, scope, None);
        frame.state = index;
        execution.testing = Some(Box::new(testing::Testing::new(test)));
        execution.inspect("input", input.value());
        execution.variable_bytes = variable_bytes;
        let frame = execution.add_frame(frame);
        execution.inspect_variables(frame);
        execution.ready.push_back(frame);
        Ok(execution)
    }

    /// Whether its machine has states in JSONata, a language to compute in: an expression may take seconds.
    pub fn computes(&self) -> bool {
        self.machine.computes
    }

    /// How the execution ended; `None` while it runs.
    pub fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref()
    }

    /// What it was born with.
    pub fn seed(&self) -> &Seed {
        &self.seed
    }

    /// The machine it runs.
    pub fn machine(&self) -> &Arc<Machine> {
        &self.machine
    }

    /// The id of its latest history event; 0 before the first.
    pub fn last_event_id(&self) -> u64 {
        self.last_event_id
    }

    /// The moment of the step.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    fn frame(&self, id: FrameId) -> &Frame {
        self.frames[id.0].as_ref().expect("a frame lives while somebody names it")
    }

    fn frame_mut(&mut self, id: FrameId) -> &mut Frame {
        self.frames[id.0].as_mut().expect("a frame lives while somebody names it")
    }

    fn add_frame(&mut self, frame: Frame) -> FrameId {
        match self.free.pop() {
            Some(index) => {
                self.frames[index] = Some(frame);
                FrameId(index)
            }
            None => {
                // Most executions never have a second frame, and many of them wait.
                if self.frames.is_empty() {
                    self.frames.reserve_exact(1);
                }
                self.frames.push(Some(frame));
                FrameId(self.frames.len() - 1)
            }
        }
    }

    fn remove_frame(&mut self, id: FrameId) {
        if let Some(frame) = self.frames[id.0].take() {
            self.variable_bytes = self.variable_bytes.saturating_sub(frame.scope.bytes());
        }
        self.free.push(id.0);
    }

    /// A number for a task, timer or map run.
    fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    pub(crate) fn act(&mut self, action: Action) {
        self.step.actions.push(action);
    }

    /// Appends an event that follows the frame's last, and becomes it.
    pub(crate) fn emit(&mut self, frame: FrameId, details: Details) -> u64 {
        let id = self.emit_aside(frame, details);
        self.frame_mut(frame).last_event = id;
        id
    }

    /// Appends an event that follows the frame's last, but that the next one doesn't follow.
    pub(crate) fn emit_aside(&mut self, frame: FrameId, details: Details) -> u64 {
        let previous = self.frame(frame).last_event;
        self.emit_after(previous, details)
    }

    /// Appends an event that follows `previous_id`.
    fn emit_after(&mut self, previous_id: u64, details: Details) -> u64 {
        if self.seed.kind == Kind::Standard && self.last_event_id + 1 >= MAX_HISTORY_EVENTS {
            self.exhausted = true;
            return self.last_event_id;
        }
        self.append(previous_id, details)
    }

    /// Appends without regard to the bound: for the event that ends the execution.
    fn append(&mut self, previous_id: u64, details: Details) -> u64 {
        self.last_event_id += 1;
        self.step.events.push(HistoryEvent { id: self.last_event_id, previous_id, at: self.now, details });
        self.last_event_id
    }

    /// Whether a payload is larger than AWS allows.
    pub(crate) fn is_too_large(&self, payload: &Payload) -> bool {
        payload.text().len() > MAX_PAYLOAD_BYTES || !payload.is_whole()
    }
}
