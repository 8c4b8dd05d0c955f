//! The Lambda functions of this context.

use function::Function;

use crate::serve::ServePicture;
use crate::steps::{
    CleanUploads, CompleteUpload, CreateUpload, DeleteMedia, EraseSubject, IndexObject, InspectImage, PublishChanges,
    RenderSize, RetryProcessing, RouteUpload, Settle, SummarizeImage,
};
use crate::stream::StreamFilm;
use crate::video::{FollowTranscoding, Transcode};

/// Records a media and signs the URLs of its upload.
pub const CREATE_UPLOAD: Function =
    Function { name: "media-create-upload", build: |context| Ok(Box::new(CreateUpload::build(context)?)) };
/// Makes one object of an upload's parts.
pub const COMPLETE_UPLOAD: Function =
    Function { name: "media-complete-upload", build: |context| Ok(Box::new(CompleteUpload::build(context)?)) };
/// Deletes a media and its objects.
pub const DELETE: Function =
    Function { name: "media-delete", build: |context| Ok(Box::new(DeleteMedia::build(context)?)) };
/// Processes a failed media again.
pub const RETRY: Function =
    Function { name: "media-retry", build: |context| Ok(Box::new(RetryProcessing::build(context)?)) };
/// Starts the machine for an object that has arrived.
pub const ROUTE: Function =
    Function { name: "media-route", build: |context| Ok(Box::new(RouteUpload::build(context)?)) };
/// Looks at a picture and refuses what would harm.
pub const INSPECT: Function =
    Function { name: "media-inspect", build: |context| Ok(Box::new(InspectImage::build(context)?)) };
/// Makes one size of a picture, in each of its formats.
pub const RENDER: Function =
    Function { name: "media-render", build: |context| Ok(Box::new(RenderSize::build(context)?)) };
/// Summarizes a picture.
pub const SUMMARIZE: Function =
    Function { name: "media-summarize", build: |context| Ok(Box::new(SummarizeImage::build(context)?)) };
/// Writes how processing ended.
pub const SETTLE: Function = Function { name: "media-settle", build: |context| Ok(Box::new(Settle::build(context)?)) };
/// Serves pictures by their address.
pub const SERVE: Function =
    Function { name: "media-serve", build: |context| Ok(Box::new(ServePicture::build(context)?)) };
/// Answers the playlists of films.
pub const PLAYLIST: Function =
    Function { name: "media-playlist", build: |context| Ok(Box::new(StreamFilm::build(context)?)) };
/// Turns changes of the table into events.
pub const PUBLISH: Function = Function { name: "media-publish", build: |_| Ok(Box::new(PublishChanges)) };
/// Gives up uploads that never came.
pub const CLEAN_UPLOADS: Function =
    Function { name: "media-clean-uploads", build: |context| Ok(Box::new(CleanUploads::build(context)?)) };
/// Follows what happens in the buckets.
pub const INDEX: Function =
    Function { name: "media-index", build: |context| Ok(Box::new(IndexObject::build(context)?)) };
/// Deletes what a person has, some at a time.
pub const ERASE: Function =
    Function { name: "media-erase", build: |context| Ok(Box::new(EraseSubject::build(context)?)) };

/// Asks for a film's renditions.
pub const TRANSCODE: Function =
    Function { name: "media-transcode", build: |context| Ok(Box::new(Transcode::build(context)?)) };
/// Follows the job that makes them.
pub const VIDEO_STATUS: Function =
    Function { name: "media-video-status", build: |context| Ok(Box::new(FollowTranscoding::build(context)?)) };

/// All of them, for whoever links them.
pub const FUNCTIONS: &[Function] = &[
    CREATE_UPLOAD,
    COMPLETE_UPLOAD,
    DELETE,
    RETRY,
    ROUTE,
    INSPECT,
    RENDER,
    SUMMARIZE,
    SERVE,
    PLAYLIST,
    SETTLE,
    PUBLISH,
    CLEAN_UPLOADS,
    INDEX,
    ERASE,
    TRANSCODE,
    VIDEO_STATUS,
];
