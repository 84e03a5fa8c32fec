"""Mail: recorded in the caller's transaction, sent (or kept to be read here) after it.

`actions.post` and `actions.post_stored` are the doors; `transports` has what carries it.
"""
