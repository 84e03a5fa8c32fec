"""From what Asterisk writes to what the server has, each record once."""
