"""Differences and faults as people read them, in Spanish and English."""

from collections.abc import Iterable, Iterator

from conmuta.documents.applying import Applied
from conmuta.documents.differences import MADE, Difference, FieldDifference
from conmuta_compiler.steps.common.words import Words, words

VERBS = {
    "created": words("create", "crear"),
    "changed": words("change", "cambiar"),
    "removed": words("remove", "quitar"),
    "left": words("left alone", "queda como está"),
}
SIGNS = {"created": "+", "changed": "~", "removed": "-", "left": "="}
MADE_HERE = words("made by Conmuta", "lo crea Conmuta")
NOTHING = words(
    "{tenant} is as the file says: nothing to change.",
    "{tenant} está como dice el archivo: nada que cambiar.",
)
SUMMARY = words(
    "{tenant}: {created} to create, {changed} to change, {removed} to remove.",
    "{tenant}: {created} para crear, {changed} para cambiar, {removed} para quitar.",
)
DONE = words(
    "{tenant}: {created} created, {changed} changed, {removed} removed.",
    "{tenant}: {created} creados, {changed} cambiados, {removed} quitados.",
)
LEFT = words(
    "{count} are not in the file and were left alone; --remove removes them:",
    "{count} no están en el archivo y quedan como están; --remove los quita:",
)
PASSWORDS = words(
    "First passwords, shown this once:", "Primeras contraseñas, se muestran solo esta vez:"
)


def differences(found: Iterable[Difference], language: str) -> Iterator[str]:
    """A line for each object, and one for each of its fields that differ."""
    for item in found:
        verb = VERBS[item.verb].text(language)
        yield f"{SIGNS[item.verb]} {verb} {item.section}.{item.key}"
        yield from (f"    {_field(field, item, language)}" for field in item.fields)


def _field(field: FieldDifference, item: Difference, language: str) -> str:
    after = MADE_HERE.text(language) if field.after == MADE else field.after
    if item.verb == "created":
        return f"{field.path}: {after}"
    return f"{field.path}: {field.before} → {after}"


def preview(applied: Applied, language: str) -> Iterator[str]:
    """What a file would change."""
    yield from differences(applied.changes, language)
    yield _counted(SUMMARY, applied, language)
    yield from left(applied, language)


def done(applied: Applied, language: str) -> Iterator[str]:
    """What a file has changed."""
    yield _counted(DONE, applied, language)
    yield from left(applied, language)
    if applied.passwords:
        yield PASSWORDS.text(language)
        yield from (f"    {name}: {word}" for name, word in applied.passwords.items())


def left(applied: Applied, language: str) -> Iterator[str]:
    """What the file does not have."""
    if applied.left:
        yield Words(LEFT.en, LEFT.es, {"count": len(applied.left)}).text(language)
        yield from differences(applied.left, language)


def _counted(sentence: Words, applied: Applied, language: str) -> str:
    if not applied.changes:
        return Words(NOTHING.en, NOTHING.es, {"tenant": applied.tenant}).text(language)
    verbs = [item.verb for item in applied.changes]
    counts = {verb: verbs.count(verb) for verb in ("created", "changed", "removed")}
    return Words(sentence.en, sentence.es, {"tenant": applied.tenant, **counts}).text(language)
