"""What comes of ringing an extension, in rehearsal: its forwards, and how it ends."""

from dataclasses import dataclass

from conmuta_compiler.steps.common.call import Call
from conmuta_compiler.steps.common.people import extension_numbers
from conmuta_compiler.steps.common.words import Words, words
from conmuta_plan.people import Extension

MOST_FORWARDS = 5
ENDS = {
    "answered": words("{who} answers.", "{who} atiende."),
    "no_answer": words("{who} does not answer.", "{who} no contesta."),
    "busy": words("{who} is busy.", "{who} está ocupada."),
    "unavailable": words("{who} is not available.", "{who} no está disponible."),
    "invalid": words("{who} does not exist.", "{who} no existe."),
}


@dataclass(frozen=True, slots=True)
class Rung:
    """The result that the flow sees, and the way there in words."""

    result: str
    words: Words


def ring(call: Call, number: str, forwards: int = 0) -> Rung:
    """Rings `number` in the call's world. The plan's own settings count, a telephone's do not."""
    extension = next((e for e in call.plan.extensions if e.number == number), None)
    if extension is None:
        return _ended("invalid", number)
    if extension.forwards.always:
        return _forwarded(call, number, extension.forwards.always, forwards, None)
    result = _answer(call, extension)
    to = _forward_on(extension, result)
    if to is None:
        return _ended(result, number)
    return _forwarded(call, number, to, forwards, result)


def _answer(call: Call, extension: Extension) -> str:
    told = call.world.extensions.get(extension.number)
    return "busy" if extension.do_not_disturb else told or "answered"


def _forward_on(extension: Extension, result: str) -> str | None:
    if result == "answered":
        return None
    return extension.forwards.busy if result == "busy" else extension.forwards.no_answer


def _ended(result: str, number: str) -> Rung:
    end = ENDS[result]
    named = words("Extension {n}", "La extensión {n}", n=number or "—")
    return Rung(result, words(end.en, end.es, who=named))


def _forwarded(call: Call, number: str, to: str, forwards: int, result: str | None) -> Rung:
    """Follows one forward; more than five in a row are a circle, and nobody is there."""
    if forwards >= MOST_FORWARDS:
        return _ended("unavailable", number)
    then = (
        ring(call, to, forwards + 1) if to in extension_numbers(call.plan) else _outside(call, to)
    )
    before = _ended(result, number).words if result else words("", "")
    text = words(
        "{before} {n} is forwarded to {to}. {then}",
        "{before} {n} está desviada a {to}. {then}",
        before=before,
        n=number,
        to=to,
        then=then.words,
    )
    return Rung(then.result, text)


def _outside(call: Call, number: str) -> Rung:
    result = call.world.numbers.get(number, "answered")
    end = ENDS.get(result, ENDS["unavailable"])
    named = words("The number {n}", "El número {n}", n=number)
    return Rung(result, words(end.en, end.es, who=named))
