"""A check of the machine: facts are probed, rules judge them, a report says it in words.

Only Python's own library is used here: the check runs before anything is installed.
"""
