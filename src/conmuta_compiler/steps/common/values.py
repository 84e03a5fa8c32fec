"""Variables in steps: reading templates in rehearsal, and checking names and texts."""

import re
from collections.abc import Iterable

from conmuta_compiler.steps.common.call import Call
from conmuta_compiler.steps.common.findings import Finding, Severity
from conmuta_compiler.steps.common.kind import F, Placed
from conmuta_compiler.steps.common.text import BUILT_IN, clean, evaluates, is_variable, placeholders
from conmuta_compiler.steps.common.words import words

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def filled(call: Call, text: str) -> str:
    """`text` with each `{name}` as the call knows it."""
    return _PLACEHOLDER.sub(lambda match: clean(call.read(match[1])), text)


def check_variable(here: Placed[F], name: str, *, written: bool = False) -> Iterable[Finding]:
    """`name` may be a variable; a built-in one cannot be written."""
    if not is_variable(name) or (written and name in BUILT_IN):
        text = words(
            "“{name}” cannot be a variable here. Use small letters, digits and _; not {taken}.",
            "«{name}» no puede ser una variable aquí. Use minúsculas, dígitos y _; no {taken}.",
            name=name,
            taken=", ".join(BUILT_IN),
        )
        yield here.finding("step.variable", Severity.ERROR, text)


def check_template(here: Placed[F], text: str) -> Iterable[Finding]:
    """`text` holds nothing that Asterisk would evaluate, and reads only variables."""
    if evaluates(text):
        sentence = words(
            "“{text}” may not hold ${{ or $[. Write {{name}} to read a variable.",
            "«{text}» no puede contener ${{ ni $[. Escriba {{nombre}} para leer una variable.",
            text=text,
        )
        yield here.finding("step.text", Severity.ERROR, sentence)
    for name in placeholders(text):
        yield from check_variable(here, name)
