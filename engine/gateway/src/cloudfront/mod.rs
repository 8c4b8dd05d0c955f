//! CloudFront: distributions whose cache behaviours lead to addresses of functions, served at the web address.
//!
//! Nothing is cached: every request is a miss, so that what one develops is what one sees. What reaches the origin is what
//! would on AWS: headers, cookies and query strings that no policy names are left out.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Introduction.html>

mod answer;
mod api;
mod check;
mod forward;
mod operations;
mod pattern;
mod records;
mod service;
mod wire;

pub(crate) use answer::Served;
pub use service::CloudFront;
