"""Sentences for people, where no error's docstring is one."""

from django.utils.translation import gettext


def said(english: str, **facts: object) -> str:
    """`english` in the language that is active now, its blanks filled with `facts`."""
    text = gettext(english)
    return text.format(**facts) if facts else text
