//! The whole stack in one process: services on one store, the project's templates deployed to them, two addresses.

mod project;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use clock::Clock;
use cloudformation::{DeployReport, Stacks, Template};
use dynamodb::DynamoDb;
use eventbridge::EventBridge;
use firehose::Firehose;
use gateway::{AwsEndpoint, CloudFront, Edge, FunctionUrl, FunctionUrls, HttpApis, InProcess, RestApis, WebPages};
use lambda::Lambda;
use logs::Logs;
use mediaconvert::{MediaConvert, Programs};
use pipes::Pipes;
use s3::S3;
use scheduler::Scheduler;
use secretsmanager::SecretsManager;
use service::{Platform, Scope};
use ses::Ses;
use sns::Sns;
use sqs::Sqs;
use ssm::Ssm;
use stepfunctions::StepFunctions;
use store::{Location, Store};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use project::Project;

use crate::handlers;
use crate::mailbox::Sent;
use crate::previews;

/// What a stack is started with.
pub struct Options {
    /// Where durable state is kept.
    pub location: Location,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where the AWS APIs listen; port 0 takes a free one.
    pub aws_address: SocketAddr,
    /// Where the HTTP API and the pages listen; port 0 takes a free one.
    pub web_address: SocketAddr,
    /// Prebuilt functions, `<binary>/bootstrap`.
    pub functions: Option<PathBuf>,
    /// What to deploy; nothing for the AWS endpoints alone.
    pub project: Option<Project>,
    /// Leave out resources of types that the engine lacks.
    pub skip_unsupported: bool,
}

/// A running stack.
pub struct Stack {
    /// Where the AWS APIs listen.
    pub aws_address: SocketAddr,
    /// Where the HTTP API and the pages listen.
    pub web_address: SocketAddr,
    /// What was deployed.
    pub report: Option<DeployReport>,
    platform: Platform,
    web: TaskTracker,
    web_shutdown: CancellationToken,
}

impl Stack {
    /// Starts the stack: takes both addresses, opens the state, resumes what an earlier process left, deploys the project.
    ///
    /// # Errors
    /// An address that is taken, a data directory that can't be used, a template that can't be deployed.
    pub async fn start(options: Options) -> Result<Self> {
        let aws_listener = gateway::bind(options.aws_address, "--aws-addr").await?;
        let web_listener = gateway::bind(options.web_address, "--web-addr").await?;
        let aws_address = gateway::reachable(aws_listener.local_addr()?);
        let web_address = gateway::reachable(web_listener.local_addr()?);

        let store = Store::open(&options.location)?;
        let platform = Platform::new(store, options.clock, Scope::default());
        let endpoint = AwsEndpoint::new(&platform);
        let services = open(&platform, &endpoint, aws_address, web_address, options.functions)?;

        let (web, web_shutdown) = (TaskTracker::new(), CancellationToken::new());
        let stack = Self { aws_address, web_address, report: None, platform, web, web_shutdown };
        let report = match &options.project {
            Some(project) => stack.deploy(project, options.skip_unsupported).await,
            None => Ok(None),
        };
        let report = match report {
            Ok(report) => report,
            Err(error) => {
                stack.stop().await;
                return Err(error);
            }
        };
        services.start()?;

        let project = options.project.as_ref();
        let pages = WebPages { graphiql: project.map(Project::graphiql), upload: project.map(Project::upload_page) };
        let previews = previews::router(services.eventbridge.clone());
        let aws_router = endpoint.router().merge(services.sent.data()).merge(previews);
        let router = services.http_apis.router(pages).merge(services.sent.pages());
        let router = services.edge(&stack.platform).before(router);
        let (tasks, shutdown) = (&stack.platform.tasks, &stack.platform.shutdown);
        tasks.spawn(gateway::serve(aws_listener, aws_router, shutdown.clone()));
        stack.web.spawn(gateway::serve(web_listener, router, stack.web_shutdown.clone()));
        Ok(Self { report, ..stack })
    }

    /// Stops: requests under way end, background work stops, the state is closed. The web address goes first, while what
    /// its requests call still answers.
    pub async fn stop(self) {
        self.web_shutdown.cancel();
        self.web.close();
        self.web.wait().await;
        self.platform.stop().await;
    }

    async fn deploy(&self, project: &Project, skip_unsupported: bool) -> Result<Option<DeployReport>> {
        let templates = Template::read_folder(&project.templates())?;
        let options = cloudformation::Options { skip_unsupported, ..cloudformation::Options::default() };
        let mut report = Stacks::open(&self.platform)?.deploy(&templates, &options).await?;
        report.notes.extend(project.changed_machines(&templates));
        Ok(Some(report))
    }
}

/// The services that resume work once all are there.
struct Open {
    http_apis: Arc<HttpApis>,
    cloudfront: Arc<CloudFront>,
    eventbridge: Arc<EventBridge>,
    firehose: Arc<Firehose>,
    stepfunctions: Arc<StepFunctions>,
    lambda: Arc<Lambda>,
    pipes: Arc<Pipes>,
    s3: Arc<S3>,
    sns: Arc<Sns>,
    scheduler: Arc<Scheduler>,
    mediaconvert: Arc<MediaConvert>,
    sent: Sent,
    logs: Arc<Logs>,
}

impl Open {
    fn start(&self) -> Result<()> {
        self.lambda.start()?;
        self.stepfunctions.start()?;
        self.eventbridge.start();
        self.pipes.start();
        self.sns.start()?;
        self.scheduler.start();
        self.mediaconvert.start();
        self.s3.start();
        self.firehose.start();
        self.logs.start();
        Ok(())
    }

    /// What stands before the web address.
    fn edge(&self, platform: &Platform) -> Edge {
        let lambda = self.lambda.clone();
        let urls = FunctionUrls::new(platform, move |id| {
            let lambda::FunctionUrl { function, is_open, cors } = lambda.function_url(id)?;
            Some(FunctionUrl { function, is_open, cors })
        });
        Edge::new(self.http_apis.clone(), urls, self.cloudfront.clone())
    }
}

/// Opens every service and registers it.
fn open(
    platform: &Platform,
    endpoint: &AwsEndpoint,
    aws: SocketAddr,
    web: SocketAddr,
    functions: Option<PathBuf>,
) -> Result<Open> {
    let endpoint_url = format!("http://{aws}");
    let dynamodb = DynamoDb::open(platform)?;
    let eventbridge = EventBridge::open(platform)?;
    let stepfunctions = StepFunctions::open(platform)?;
    let pipes = Pipes::open(platform)?;
    let http_apis = HttpApis::open(platform, format!("http://{web}"))?;
    let cloudfront = CloudFront::open(platform, format!("cloudfront.localhost:{}", web.port()))?;
    let setup = lambda::Setup {
        linked: handlers::linked().collect(),
        aws: InProcess::new(endpoint.clone()).listening_at(endpoint_url.clone()).sdk_config(&platform.scope),
        bootstraps: functions,
        endpoint_url: endpoint_url.clone(),
        url_host: format!("lambda-url.{}.localhost:{}", platform.scope.region, web.port()),
    };
    let lambda = Lambda::open(platform, setup)?;
    let scheduler = Scheduler::open(platform)?;
    let mediaconvert = MediaConvert::open(platform, Programs::on_path(), endpoint_url.clone())?;
    let s3 = S3::open(platform)?;
    let answering = s3.clone();
    endpoint.mount("s3", move |request| {
        let s3 = answering.clone();
        async move { s3.answer(request).await }
    });
    let declared = cloudfront.clone();
    endpoint.mount("cloudfront", move |request| {
        let cloudfront = declared.clone();
        async move { cloudfront.answer_api(request).await.map(axum::body::Body::from) }
    });
    let sns = Sns::open(platform, endpoint_url.clone())?;
    let logs = Logs::open(platform)?;
    let ses = Ses::open(platform)?;
    let firehose = Firehose::open(platform)?;
    let sent = Sent { mail: ses.mailbox(), pushes: sns.pushes() };
    let register = &platform.services;
    register.register(dynamodb.streams());
    register.register(dynamodb);
    register.register(Sqs::open(platform, endpoint_url)?);
    register.register(Ssm::open(platform)?);
    register.register(SecretsManager::open(platform)?);
    register.register(s3.clone());
    register.register(ses);
    register.register(sns.clone());
    register.register(logs.clone());
    register.register(eventbridge.clone());
    register.register(firehose.clone());
    register.register(stepfunctions.clone());
    register.register(lambda.clone());
    register.register(pipes.clone());
    register.register(scheduler.clone());
    register.register(mediaconvert.clone());
    register.register(http_apis.clone());
    register.register(cloudfront.clone());
    register.register(RestApis::open(platform, http_apis.clone())?);
    Ok(Open {
        http_apis,
        cloudfront,
        eventbridge,
        firehose,
        stepfunctions,
        lambda,
        pipes,
        s3,
        sns,
        scheduler,
        mediaconvert,
        logs,
        sent,
    })
}
