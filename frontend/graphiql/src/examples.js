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
