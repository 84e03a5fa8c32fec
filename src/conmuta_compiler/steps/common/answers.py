"""Paths into a JSON answer, as Asterisk's `JSON_DECODE` reads them."""

import re
from collections.abc import Iterable, Mapping, Sequence

from conmuta_compiler.steps.common.findings import Finding, Severity
from conmuta_compiler.steps.common.kind import F, Placed
from conmuta_compiler.steps.common.words import words

_PATH = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")


def at_path(answer: object, path: str) -> str:
    """The value at `path` as Asterisk gives it: true is 1, what is not there is empty."""
    value = answer
    for part in path.split("."):
        value = _inside(value, part)
    if isinstance(value, bool):
        return str(int(value))
    return str(value) if isinstance(value, (str, int, float)) else ""


def _inside(value: object, part: str) -> object:
    if isinstance(value, Mapping):
        return value.get(part)
    if isinstance(value, Sequence) and not isinstance(value, str) and part.isdecimal():
        return value[int(part)] if int(part) < len(value) else None
    return None


def check_path(here: Placed[F], path: str) -> Iterable[Finding]:
    if not _PATH.fullmatch(path):
        text = words(
            "“{path}” is no path into an answer. Write names parted by points: customer.name.",
            "«{path}» no es una ruta en la respuesta. Escriba nombres separados por puntos: "
            "cliente.nombre.",
            path=path,
        )
        yield here.finding("web_service.path", Severity.ERROR, text)
