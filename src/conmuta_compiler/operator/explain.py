"""Decisions in words: which gateways are tried and why, what they are told, and what it costs."""

from collections.abc import Iterator

from conmuta_compiler.operator.decision import (
    STOPS,
    Attempt,
    Decision,
    Identity,
    Priced,
    Refusal,
    Skip,
)
from conmuta_compiler.operator.money import amount
from conmuta_compiler.operator.trace import Trace
from conmuta_compiler.steps.common.words import Words, listed, words
from conmuta_plan.operator import SHORT, UNBILLED, CallerIdRule, Hours
from conmuta_plan.outside import ClassKind

REFUSALS = {
    Refusal.CLASS: words(
        "Refused: this extension may not make calls of this class.",
        "Se rechaza: este interno no puede hacer llamadas de esta clase.",
    ),
    Refusal.INVALID: words(
        "Refused: no dial plan and no class knows this number.",
        "Se rechaza: ningún plan de discado ni clase conoce este número.",
    ),
    Refusal.SUSPENDED: words(
        "Refused: the company is suspended, and only emergency calls go out.",
        "Se rechaza: la empresa está suspendida y solo salen llamadas de emergencia.",
    ),
    Refusal.ROUTE: words(
        "Refused: the operator has no route for this destination.",
        "Se rechaza: el operador no tiene ruta para este destino.",
    ),
    Refusal.COST: words(
        "Refused: no gateway carries it below the route's limit of cost, or it has no price.",
        "Se rechaza: ninguna pasarela la lleva por debajo del límite de costo, o no tiene precio.",
    ),
    Refusal.CLOSED: words(
        "Refused: this country is closed for the company. Open it in the fraud guard.",
        "Se rechaza: este país está cerrado para la empresa. Ábralo en la protección de fraude.",
    ),
    Refusal.PREMIUM: words(
        "Refused: premium destinations are closed for the company.",
        "Se rechaza: los destinos de tarifa adicional están cerrados para la empresa.",
    ),
}
_RULES = {
    CallerIdRule.FORCE: words("the gateway's own, always", "el de la pasarela, siempre"),
    CallerIdRule.LISTED: words(
        "the gateway's, for it is not the company's", "el de la pasarela, pues no es de la empresa"
    ),
    CallerIdRule.PASS: words("the company's usual one", "el habitual de la empresa"),
}
_DAYS = {
    "mon": "lun",
    "tue": "mar",
    "wed": "mié",
    "thu": "jue",
    "fri": "vie",
    "sat": "sáb",
    "sun": "dom",
}


def explain(trace: Trace) -> tuple[Words, ...]:
    """The whole way of a call, a sentence each."""
    return tuple(_trace(trace))


def text(sentences: tuple[Words, ...], language: str) -> str:
    """Numbered lines."""
    lines = (each.text(language) for each in sentences)
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))


def _trace(trace: Trace) -> Iterator[Words]:
    if trace.number != trace.dialled:
        yield words(
            "The speed dial {code} dials {number}.",
            "El discado abreviado {code} marca {number}.",
            code=trace.dialled,
            number=trace.number,
        )
    if trace.inside:
        yield words(
            "{number} is a number inside the company: no gateway is needed.",
            "{number} es un número interno de la empresa: no hace falta pasarela.",
            number=trace.number,
        )
        return
    if trace.item is not None:
        yield words(
            "{number} is of the class {item}, by the pattern {pattern}.",
            "{number} es de la clase {item}, por el patrón {pattern}.",
            number=trace.number,
            item=trace.item.name,
            pattern=trace.pattern,
        )
        if trace.item.pins and trace.item.kind is not ClassKind.EMERGENCY:
            yield words("A PIN is asked first.", "Antes se pide un PIN.")
    if trace.refused:
        yield REFUSALS[trace.refused]
    if trace.decision is not None:
        yield from decision_words(trace.decision)


def decision_words(decision: Decision) -> Iterator[Words]:
    """The decision alone: what was made of the number, its price, the gateways in turn."""
    if decision.e164:
        yield _taken(decision)
    if decision.price:
        yield price_words(decision.price)
    if decision.route is not None:
        yield _route(decision)
    own = [each for each in decision.attempts if each.own]
    others = [each for each in decision.attempts if not each.own]
    yield from map(_attempt, own)
    if decision.on_net:
        yield words(
            "It is a number of {tenant}, of the same operator: the call stays inside, free.",
            "Es un número de {tenant}, del mismo operador: la llamada queda dentro, sin costo.",
            tenant=decision.on_net,
        )
    yield from map(_attempt, others)
    yield from _end(decision)


def _taken(decision: Decision) -> Words:
    number = decision.e164 or ""
    if number.startswith(SHORT):
        code = number.removeprefix(SHORT).removesuffix(decision.call.dialled)
        return words(
            "The operator takes it as the short number {number} of +{code}.",
            "El operador lo toma como el número corto {number} de +{code}.",
            number=decision.call.dialled,
            code=code,
        )
    return words(
        "The operator takes it as +{number}.",
        "El operador lo toma como +{number}.",
        number=number,
    )


def price_words(priced: Priced) -> Words:
    """What a minute costs, and how seconds count."""
    price = priced.price
    if priced.table == UNBILLED:
        return words("It is not billed.", "No se factura.")
    return words(
        "It costs {minute} a minute{setup}{seconds} (prefix {prefix} of the table {table}).",
        "Cuesta {minute} por minuto{setup}{seconds} (prefijo {prefix} de la tabla {table}).",
        minute=amount(price.per_minute, priced.currency),
        setup=_setup(priced),
        seconds=_seconds(price.minimum, price.increment),
        prefix=priced.prefix or "—",
        table=priced.table,
    )


def _setup(priced: Priced) -> Words:
    if not priced.price.setup:
        return words("", "")
    each = amount(priced.price.setup, priced.currency)
    return words(" and {each} a call", " y {each} por llamada", each=each)


def _seconds(minimum: int, increment: int) -> Words:
    if minimum <= 1 and increment <= 1:
        return words(", by the second", ", por segundo")
    return words(
        ", at least {minimum} s, then every {increment} s",
        ", mínimo {minimum} s, luego cada {increment} s",
        minimum=minimum,
        increment=increment,
    )


def _route(decision: Decision) -> Words:
    if not decision.prefix:
        return words(
            "Route {route}, for every other destination of the table {table}.",
            "Ruta {route}, para todo otro destino de la tabla {table}.",
            route=decision.route,
            table=decision.table,
        )
    return words(
        "Route {route}, by the prefix {prefix} of the table {table}.",
        "Ruta {route}, por el prefijo {prefix} de la tabla {table}.",
        route=decision.route,
        prefix=decision.prefix,
        table=decision.table,
    )


def _attempt(attempt: Attempt) -> Words:
    if attempt.skipped is Skip.UNKNOWN:
        return words(
            "{gateway} is not tried: there is no such gateway.",
            "{gateway} no se prueba: esa pasarela no existe.",
            gateway=attempt.gateway,
        )
    if attempt.skipped is Skip.HOURS:
        return words(
            "{gateway} is not tried now: it takes calls {hours} alone.",
            "{gateway} no se prueba ahora: solo toma llamadas {hours}.",
            gateway=attempt.gateway,
            hours=hours_words(attempt.hours or Hours()),
        )
    return words(
        "{gateway}{share}{own}: dials {number}, {caller}.",
        "{gateway}{share}{own}: marca {number}, {caller}.",
        gateway=attempt.gateway,
        share=_share(attempt),
        own=words(" (the company's own)", " (propia de la empresa)") if attempt.own else "",
        number=attempt.number,
        caller=caller_words(attempt.identity or Identity(number=None)),
    )


def _share(attempt: Attempt) -> Words:
    if attempt.share is None:
        return words("", "")
    return words(
        " ({share} % of the calls first)",
        " (primera en el {share} % de las llamadas)",
        share=attempt.share,
    )


def hours_words(hours: Hours) -> Words:
    """Days and times."""
    days = [str(each) for each in hours.weekdays]
    spoken = words(listed(days), listed([_DAYS[day] for day in days]))
    every = words("every day", "todos los días")
    return words(
        "{days} {starts}–{ends}",
        "{days} {starts}–{ends}",
        days=spoken if days else every,
        starts=hours.starts,
        ends=hours.ends,
    )


def caller_words(identity: Identity) -> Words:
    """Which number is shown, and how."""
    if identity.number is None:
        return words("no caller's number is sent", "sin número de origen")
    if identity.hidden:
        return words(
            "the caller is hidden ({number} in P-Asserted-Identity)",
            "con el origen oculto ({number} en P-Asserted-Identity)",
            number=identity.number,
        )
    return words(
        "shows {number}{why}{asserted}",
        "muestra {number}{why}{asserted}",
        number=identity.number,
        why=_instead(identity),
        asserted=words(", also asserted", ", también acreditado") if identity.asserted else "",
    )


def _instead(identity: Identity) -> Words:
    if not identity.wanted:
        return words("", "")
    return words(
        " instead of {wanted} ({rule})",
        " en lugar de {wanted} ({rule})",
        wanted=identity.wanted,
        rule=_RULES[identity.rule],
    )


def _end(decision: Decision) -> Iterator[Words]:
    if decision.refused:
        yield REFUSALS[decision.refused]
    elif not decision.tried and not decision.on_net:
        yield words(
            "Refused: no gateway takes calls now.",
            "Se rechaza: ninguna pasarela toma llamadas ahora.",
        )
    elif len(decision.tried) > 1:
        yield words(
            "The next one is tried where one fails, but not when the number is busy or wrong, or "
            "rejects the call (Q.850: {causes}).",
            "Si una falla se prueba la siguiente, pero no si el número está ocupado, no existe o "
            "rechaza la llamada (Q.850: {causes}).",
            causes=listed(list(_causes(decision))),
        )


def _causes(decision: Decision) -> tuple[int, ...]:
    return max((each.stop_causes for each in decision.tried), key=len, default=STOPS)
