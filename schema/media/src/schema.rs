//! The executable schema.

use async_graphql::{EmptySubscription, SDLExportOptions, Schema, SchemaBuilder};
use function::{Context, MissingSetting};

use crate::addresses::Addresses;
use crate::machines::Machines;
use crate::mutation::Mutation;
use crate::query::Query;
use crate::table::MediaTable;

/// Nesting that no sensible query needs; the introspection of GraphiQL takes 15.
const DEPTH_LIMIT: usize = 20;

/// Fields of an answer at most, pages counted in full: three pages of a hundred with everything.
const COMPLEXITY_LIMIT: usize = 10_000;

/// The subgraph's schema.
pub(crate) type MediaSchema = Schema<Query, Mutation, EmptySubscription>;

/// The schema on the table, bucket and machines that the function's settings name.
pub(crate) fn build(context: &Context) -> Result<MediaSchema, MissingSetting> {
    let schema = builder().data(MediaTable::build(context)?).data(Addresses::build(context)?);
    Ok(schema.data(Machines::build(context)?).finish())
}

fn builder() -> SchemaBuilder<Query, Mutation, EmptySubscription> {
    Schema::build(Query, Mutation, EmptySubscription)
        .enable_federation()
        .limit_depth(DEPTH_LIMIT)
        .limit_complexity(COMPLEXITY_LIMIT)
}

/// The subgraph in GraphQL's schema definition language, with federation's directives.
pub fn sdl() -> String {
    let options =
        SDLExportOptions::new().federation().include_specified_by().prefer_single_line_descriptions().use_space_ident();
    builder().finish().sdl_with_options(options)
}
