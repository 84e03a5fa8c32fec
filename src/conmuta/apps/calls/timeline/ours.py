"""Our own events (ARCHITECTURE.md, "User events in CEL"), in words."""

from collections.abc import Callable

from conmuta.apps.calls.parsing import Event
from conmuta.apps.calls.timeline.said import Story
from conmuta_compiler.steps import kinds
from conmuta_compiler.steps.common.words import Words, words

REFUSED = {
    "class": words(
        "refused: this telephone may not dial that kind of number",
        "rechazada: este teléfono no puede llamar a ese tipo de número",
    ),
    "pin": words("refused: no valid PIN was given", "rechazada: no se dio un PIN válido"),
    "limit": words(
        "refused: all the calls that are allowed at once are up",
        "rechazada: ya están en curso todas las llamadas permitidas a la vez",
    ),
    "invalid": words("refused: there is no such number", "rechazada: ese número no existe"),
    "gateway": words(
        "refused: no gateway could carry it", "rechazada: ninguna pasarela pudo cursarla"
    ),
    "route": words("refused: no route leads there", "rechazada: ninguna ruta lleva allí"),
    "cost": words(
        "refused: it has no price, or costs more than is allowed",
        "rechazada: no tiene precio, o cuesta más de lo permitido",
    ),
    "funds": words("refused: the funds do not suffice", "rechazada: el saldo no alcanza"),
    "money": words(
        "refused: the day's ceiling of money is reached",
        "rechazada: se alcanzó el tope de gasto del día",
    ),
    "minutes": words(
        "refused: the day's ceiling of minutes is reached",
        "rechazada: se alcanzó el tope de minutos del día",
    ),
    "rate": words(
        "refused: too many calls in a minute", "rechazada: demasiadas llamadas en un minuto"
    ),
    "countries": words(
        "refused: too many new countries in a day", "rechazada: demasiados países nuevos en un día"
    ),
    "closed": words("refused: that country is closed", "rechazada: ese país está cerrado"),
    "premium": words(
        "refused: premium numbers are closed",
        "rechazada: los números de valor agregado están cerrados",
    ),
    "blocked": words(
        "refused: blocked by the fraud guard",
        "rechazada: bloqueada por la guardia contra el fraude",
    ),
    "suspended": words(
        "refused: the company is suspended", "rechazada: la empresa está suspendida"
    ),
}
_OUTCOMES = {
    "no_answer": words("{who} does not answer", "{who} no contesta"),
    "busy": words("{who} is busy", "{who} está ocupado"),
    "unavailable": words("{who} is not connected", "{who} no está conectado"),
    "invalid": words("there is no extension {who}", "no existe el interno {who}"),
}
_QUEUE = {
    "answered": words("leaves the queue “{q}”: answered", "sale de la cola «{q}»: atendida"),
    "abandoned": words(
        "hangs up while waiting in the queue “{q}”", "cuelga mientras espera en la cola «{q}»"
    ),
    "timeout": words("waited too long in the queue “{q}”", "esperó demasiado en la cola «{q}»"),
    "full": words("the queue “{q}” is full", "la cola «{q}» está llena"),
    "empty": words("no agent serves the queue “{q}”", "nadie atiende la cola «{q}»"),
}
_AGENT = {
    "in": words("agent {who} signs in", "el agente {who} ingresa"),
    "out": words("agent {who} signs out", "el agente {who} sale"),
    "pause": words("agent {who} pauses", "el agente {who} hace una pausa"),
    "unpause": words("agent {who} is back from the pause", "el agente {who} vuelve de la pausa"),
}
_LISTENING = {"menu", "dial_by_extension", "ask"}

Teller = Callable[[Story, Event, list[str]], Words | None]


def tell(story: Story, event: Event) -> None:
    """Adds what one of our events says, where it says anything."""
    teller = TELLERS.get(event.user_kind)
    parts = [*event.extra.split("|"), "", "", ""]
    said = teller(story, event, parts) if teller else None
    if said:
        story.say(event, said)


def _in(_story: Story, event: Event, parts: list[str]) -> Words:
    return words(
        "{caller} calls {number}, by {gateway}",
        "{caller} llama al {number}, por {gateway}",
        caller=event.number or words("somebody without a number", "alguien sin número"),
        number=parts[0],
        gateway=parts[1] or "?",
    )


def _internal(story: Story, event: Event, parts: list[str]) -> Words | None:
    """What is dialled; the second part is the extension that rings for it at once."""
    story.ringing = ""
    dialled = _dialled(story, event, parts[0])
    if not parts[1]:
        return dialled
    if dialled:
        story.say(event, dialled)
    story.say(event, _ring(story, event, parts[1:]), "ring")
    return None


def _dialled(story: Story, event: Event, number: str) -> Words | None:
    if story.transferred_to == number:
        story.transferred_to = ""
        return None
    return words("{caller} dials {number}", "{caller} marca {number}", **_who(event, number))


def _out(story: Story, event: Event, parts: list[str]) -> Words:
    story.ringing = parts[1]
    return words(
        "{caller} dials {number} ({kind}), by {gateway}",
        "{caller} marca {number} ({kind}), por {gateway}",
        kind=parts[0],
        gateway=parts[2] or "?",
        **_who(event, parts[1]),
    )


def _refused(_story: Story, _event: Event, parts: list[str]) -> Words:
    why = REFUSED.get(parts[0])
    return why or words("refused: {why}", "rechazada: {why}", why=parts[0])


def _step(story: Story, _event: Event, parts: list[str]) -> Words:
    flow, step, kind = parts[:3]
    story.steps[f"{flow}|{step}"] = kind
    known = kinds().get(kind)
    return words(
        "flow “{flow}”, step “{step}” ({kind})",
        "flujo «{flow}», paso «{step}» ({kind})",
        flow=flow,
        step=step,
        kind=known.title if known else kind,
    )


def _took(story: Story, _event: Event, parts: list[str]) -> Words:
    flow, step, way = parts[:3]
    kind = story.steps.get(f"{flow}|{step}", "")
    if kind in _LISTENING and way not in {"invalid", "timeout", "extension"}:
        return words("the caller presses {key}", "se oprime {key}", key=way)
    return words(
        "flow “{flow}”, “{step}”: {way}",
        "flujo «{flow}», «{step}»: {way}",
        flow=flow,
        step=step,
        way=way,
    )


def _ring(story: Story, _event: Event, parts: list[str]) -> Words:
    story.ringing = story.awaited = parts[0]
    return words("extension {who} rings", "suena el interno {who}", who=parts[0])


def _result(story: Story, _event: Event, parts: list[str]) -> Words | None:
    story.awaited = ""
    outcome, _, target = parts[1].partition(":")
    if outcome == "forwarded":
        return words(
            "extension {who} is forwarded to {target}",
            "el interno {who} está desviado a {target}",
            who=parts[0],
            target=target,
        )
    return ended_as(outcome, parts[0])


def ended_as(outcome: str, extension: str) -> Words | None:
    """How the ringing of an extension ended; nothing where it was answered."""
    told = _OUTCOMES.get(outcome)
    return words(told.en, told.es, who=extension) if told else None


def _queue(_story: Story, _event: Event, parts: list[str]) -> Words:
    result, _, key = parts[1].partition(":")
    if result == "key":
        return words(
            "presses {key} while waiting in the queue “{q}”",
            "oprime {key} mientras espera en la cola «{q}»",
            key=key,
            q=parts[0],
        )
    told = _QUEUE.get(result, _QUEUE["answered"])
    return words(told.en, told.es, q=parts[0])


def _voicemail(_story: Story, _event: Event, parts: list[str]) -> Words:
    return words(
        "the voicemail of {box} takes the call", "toma la llamada el buzón de {box}", box=parts[0]
    )


def _recording(_story: Story, _event: Event, _parts: list[str]) -> Words:
    return words("recording begins", "comienza la grabación")


def _not_recorded(_story: Story, _event: Event, parts: list[str]) -> Words:
    if parts[0] == "disk":
        return words(
            "not recorded from here on: the node's disk is nearly full",
            "no se graba desde aquí: el disco del nodo está casi lleno",
        )
    return words("not recorded: {why}", "no se graba: {why}", why=parts[0])


def _fax(_story: Story, _event: Event, parts: list[str]) -> Words:
    way, status, pages, station = parts[:4]
    told = words("a fax was received", "se recibió un fax")
    if way == "sent":
        told = words("a fax was sent", "se envió un fax")
    return words(
        "{told}: {status}, {pages} pages, {station}",
        "{told}: {status}, {pages} páginas, {station}",
        told=told,
        status=status,
        pages=pages or "0",
        station=station or "—",
    )


def _feature(_story: Story, _event: Event, parts: list[str]) -> Words:
    return words(
        "{who} sets {feature}: {value}",
        "{who} fija {feature}: {value}",
        who=parts[0],
        feature=parts[1],
        value=parts[2] or "—",
    )


def _agent(_story: Story, _event: Event, parts: list[str]) -> Words | None:
    told = _AGENT.get(parts[1])
    return words(told.en, told.es, who=parts[0]) if told else None


def _hold(_story: Story, _event: Event, parts: list[str]) -> Words:
    if parts[1] == "on":
        return words(
            "extension {who} puts the call on hold",
            "el interno {who} pone la llamada en retención",
            who=parts[0],
        )
    return words(
        "extension {who} takes it back", "el interno {who} retoma la llamada", who=parts[0]
    )


def _parked(_story: Story, _event: Event, parts: list[str]) -> Words:
    return words("the call is parked at {slot}", "queda estacionada en {slot}", slot=parts[0])


def _conference(_story: Story, _event: Event, parts: list[str]) -> Words:
    return words("enters the room {room}", "entra en la sala {room}", room=parts[0])


def _who(event: Event, number: str) -> dict[str, object]:
    return {"caller": event.number or "?", "number": number}


TELLERS: dict[str, Teller] = {
    "in": _in,
    "internal": _internal,
    "out": _out,
    "refused": _refused,
    "step": _step,
    "took": _took,
    "ring": _ring,
    "result": _result,
    "queue": _queue,
    "voicemail": _voicemail,
    "recording": _recording,
    "not_recorded": _not_recorded,
    "fax": _fax,
    "feature": _feature,
    "agent": _agent,
    "hold": _hold,
    "parked": _parked,
    "conference": _conference,
}
