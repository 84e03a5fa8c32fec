"""The node's ledger: what calls may cost, what they did cost, and who is shut out for it."""
