"""Prompts as steps name them: recorded messages, and values read aloud."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from conmuta_compiler.names import media
from conmuta_compiler.steps.common.block import Block
from conmuta_compiler.steps.common.findings import Finding, Severity
from conmuta_compiler.steps.common.kind import F, Placed
from conmuta_compiler.steps.common.text import filtered, is_variable, variable
from conmuta_compiler.steps.common.words import Words, words
from conmuta_plan import TenantPlan

READERS = {"number": "SayNumber", "digits": "SayDigits"}
"""`number:balance` says "one hundred and two", `digits:balance` "one, zero, two"."""


def split(item: str) -> tuple[str, str]:
    """("", prompt) or (reader, variable)."""
    reader, colon, name = item.partition(":")
    return (reader, name) if colon and reader in READERS else ("", item)


def files(plan: TenantPlan, prompts: Iterable[str]) -> str:
    """Recorded prompts as Asterisk's list of files; those that are missing stay silent."""
    digests = {prompt.name: prompt.digest for prompt in plan.prompts}
    return "&".join(media(digests[name]) for name in prompts if name in digests)


def play(plan: TenantPlan, block: Block, items: Sequence[str]) -> None:
    """Plays prompts and reads values aloud, in order."""
    for recorded, group in groupby(items, key=lambda item: not split(item)[0]):
        if recorded:
            _playback(plan, block, list(group))
            continue
        for item in group:
            reader, name = split(item)
            block.app(f"{READERS[reader]}({filtered(variable(name), '0-9')})")


def _playback(plan: TenantPlan, block: Block, prompts: list[str]) -> None:
    if paths := files(plan, prompts):
        block.app(f"Playback({paths})")


def say_words(items: Sequence[str]) -> Words:
    """The items as people name them."""
    named = ", ".join(f"“{item}”" for item in items)
    return words(named or "nothing", named.replace("“", "«").replace("”", "»") or "nada")


def check_prompts(here: Placed[F], items: Iterable[str]) -> Iterable[Finding]:
    """Each prompt exists, each value read aloud can be."""
    known = {prompt.name for prompt in here.plan.prompts}
    for item in items:
        reader, name = split(item)
        if reader and not is_variable(name):
            yield here.finding("step.variable", Severity.ERROR, _bad_variable(name))
        if not reader and name not in known:
            yield here.finding("prompt.missing", Severity.ERROR, _missing(name))


def _bad_variable(name: str) -> Words:
    return words(
        "“{name}” cannot name a variable. Use small letters, digits and _.",
        "«{name}» no puede nombrar una variable. Use minúsculas, dígitos y _.",
        name=name,
    )


def _missing(name: str) -> Words:
    return words(
        "The prompt “{name}” does not exist: callers would hear silence. "
        "Record it, or write its text.",
        "No existe el mensaje «{name}»: quien llama oiría silencio. Grábelo o escriba su texto.",
        name=name,
    )
