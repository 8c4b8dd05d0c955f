//! The HTTP front: AWS wire protocols, API Gateway HTTP APIs, and an SDK connector without a socket.
