"""Strangers shut out: who guesses passwords, scans or floods, by Asterisk's security events."""
