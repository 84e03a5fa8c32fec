"""Pages that put several apps together."""
