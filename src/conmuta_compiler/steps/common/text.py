"""Text that may stand in a dialplan: whose it is decides how it gets in.

Three sources, three ways. The tenant's own text (`literal`) may hold anything but what Asterisk
would evaluate. What callers and web services send reaches flows only through `FILTER`, whose
alphabet (`SAFE`) has no character that an expression, an argument list or JSON would read.
Numbers that are dialled hold digits, `*`, `#` and `+` alone.
"""

import re

DIALABLE = re.compile(r"[0-9*#]{1,32}")
SAFE = r"0-9A-Za-z\x80-\xff _.@+*#/\-"
DIGITS = "0-9*#"
NUMBER = "0-9*#+"

_UNSAFE = re.compile(r"[^0-9A-Za-z\u0080-\U0010ffff _.@+*#/-]")
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_VARIABLE = re.compile(r"(v_)?([a-z][a-z0-9_]{0,30})")

BUILT_IN = {
    "caller": f"${{FILTER({SAFE},${{CALLERID(num)}})}}",
    "caller_name": f"${{FILTER({SAFE},${{CALLERID(name)}})}}",
    "number": f"${{FILTER({NUMBER},${{CALLERID(dnid)}})}}",
    "dialled": f"${{FILTER({DIGITS},${{dialled}})}}",
    "key": "${key}",
    "result": "${RESULT}",
    "language": "${CHANNEL(language)}",
    "call": "${CHANNEL(linkedid)}",
}
"""What a flow may read that it did not set itself."""


def filtered(expression: str, alphabet: str = SAFE) -> str:
    """`expression` as Asterisk evaluates it, with all but `alphabet` taken out."""
    return f"${{FILTER({alphabet},{expression})}}"


def clean(text: str) -> str:
    """What `FILTER` with the alphabet SAFE leaves of `text`."""
    return _UNSAFE.sub("", text)


def is_clean(text: str) -> bool:
    return clean(text) == text


def is_variable(name: str) -> bool:
    return name in BUILT_IN or bool(_VARIABLE.fullmatch(name))


def own_name(name: str) -> str:
    """A flow's variable without the prefix that it has in Asterisk."""
    return name.removeprefix("v_")


def variable(name: str) -> str:
    """How the dialplan reads the flow's variable, or the built-in, `name`."""
    return BUILT_IN.get(name) or f"${{v_{own_name(name)}}}"


def evaluates(text: str) -> bool:
    """Whether Asterisk would evaluate something in `text`."""
    return "${" in text or "$[" in text


def literal(text: str) -> str:
    """The tenant's text for one line of `extensions.conf`.

    Raises `ValueError` where Asterisk would evaluate it.
    """
    if evaluates(text):
        raise ValueError(text)
    return re.sub(r"[\x00-\x1f\x7f]+", " ", text).replace(";", "\\;")


def template(text: str, wrap: str = "{}") -> str:
    """`text` with `{name}` replaced by how the dialplan reads it; `wrap` encodes each."""
    pieces = _PLACEHOLDER.split(text)
    return "".join(
        wrap.replace("{}", variable(piece)) if index % 2 else literal(piece)
        for index, piece in enumerate(pieces)
    )


def placeholders(text: str) -> tuple[str, ...]:
    """The names that `text` reads."""
    return tuple(_PLACEHOLDER.findall(text))


def shown(text: str) -> str:
    """Text for a user event: nothing that a line, an argument or a `|` would break on."""
    return re.sub(r"[^\w .:*#+@/-]", "_", text)
