// What the editor shows to somebody who opens it for the first time.

export const QUERIES = `# Put the cursor into an operation
# and press Ctrl-Enter.

# A mutation starts a state machine and is
# answered when it is done. The same key
# again answers the same todo.
mutation Create {
  createTodo(input: { title: "Water the plants", idempotencyKey: "plants-1" }) {
    todo {
      id
      title
      status
      version
    }
    errors {
      code
      message
      field
    }
    execution {
      name
    }
  }
}

# Each change becomes an event on the bus:
# sluice events tail --bus sluicegate
query List {
  todos(last: 10) {
    edges {
      cursor
      node {
        id
        title
        status
        dueAt
      }
    }
    pageInfo {
      hasPreviousPage
      startCursor
    }
  }
}

# An expected failure is part of the answer,
# not an error of the request.
mutation Complete($id: ID = "an id from the list") {
  completeTodo(input: { id: $id }) {
    todo {
      id
      status
      completedAt
    }
    errors {
      code
      message
    }
  }
}
`;

export const MEDIA_QUERIES = `# Put the cursor into an operation
# and press Ctrl-Enter.

# Answers where to send a file: PUT it there
# with the headers, and it is processed by
# itself. bytes and checksum must be its own:
# openssl dgst -sha256 -binary lake.jpg | base64
mutation Upload {
  createUpload(
    input: {
      fileName: "lake.jpg"
      contentType: "image/jpeg"
      bytes: 5242880
      checksum: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    }
  ) {
    media {
      id
      status
    }
    upload {
      method
      url
      headers {
        name
        value
      }
      expiresAt
    }
    errors {
      code
      message
      field
    }
  }
}

query List {
  mediaByOwner(owner: "everyone", last: 10) {
    nodes {
      id
      fileName
      status
      progress
      rejection {
        code
        message
      }
      variants {
        name
        format
        width
        height
        url
      }
    }
    pageInfo {
      hasPreviousPage
      startCursor
    }
  }
}

mutation Delete($id: ID = "an id from the list") {
  deleteMedia(input: { id: $id }) {
    media {
      status
    }
    errors {
      code
      message
    }
  }
}
`;
