//! Amazon SQS: queues, visibility, redrive to dead-letter queues.
