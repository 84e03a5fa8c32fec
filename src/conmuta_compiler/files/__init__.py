"""One module per Asterisk file: `tenant` gives a tenant's part of it, `node` the node's."""
