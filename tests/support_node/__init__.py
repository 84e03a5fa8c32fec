"""What the node agent's tests share: a plain Asterisk, and the server's side of the protocol."""
