"""The operator's tier without Asterisk: numbers, decisions, and both told in words.

What is decided here and what the compiled dialplan decides is the same; both use these rules.
"""
