"""Asterisk's own events, in words."""

from collections.abc import Callable

from conmuta.apps.calls.parsing import Event, began_with, detail_of
from conmuta.apps.calls.timeline.ours import ended_as
from conmuta.apps.calls.timeline.said import Story
from conmuta_compiler.steps.common.words import Words, words

_PARK_ENDS = {
    "ParkedCallUnparked": words("it is taken from parking", "se retoma del estacionamiento"),
    "ParkedCallTimeOut": words(
        "nobody took it from parking: it comes back",
        "nadie la retomó del estacionamiento: vuelve",
    ),
    "ParkedCallGiveUp": words("the parked caller hangs up", "quien estaba estacionado cuelga"),
    "ParkedCallSwap": words("another takes its place in parking", "otra toma su lugar"),
}


def _started(story: Story, event: Event) -> None:
    if event.uniqueid == story.linkedid:
        if not story.introduced:
            story.say(event, _introduced(event.number or "?", began_with(event)))
        return
    story.rung[event.uniqueid] = story.ringing or event.number


def _introduced(number: str, dialled: str) -> Words:
    """A call of which none of our events tells: a feature code, a PIN that was never given."""
    if dialled:
        says, dice = "{number} dials {dialled}", "{number} marca {dialled}"
        return words(says, dice, number=number, dialled=dialled)
    return words("{number} calls", "llama {number}", number=number)


def _answered(story: Story, event: Event) -> None:
    if event.uniqueid == story.linkedid:
        if not story.talked and not any(said.kind == "answers" for said in story.said):
            story.say(event, words("the system answers", "atiende el sistema"), "system_answers")
        return
    story.awaited = ""
    number = story.rung.get(event.uniqueid) or event.number
    if number:
        story.say(event, words("{number} answers", "atiende {number}", number=number), "answers")


def _bridged(story: Story, event: Event) -> None:
    del event
    story.talked = True


def _hung_up(story: Story, event: Event) -> None:
    """Told once, of who hung up first after a talk, or of the caller."""
    detail = detail_of(event.extra)
    _gave_up(story, event, detail.get("dialstatus", ""))
    source = detail.get("hangupsource", "")
    own = event.uniqueid == story.linkedid
    if story.hung_up or source != event.channel or not (own or story.talked):
        return
    story.hung_up = True
    if own:
        story.say(event, words("the caller hangs up", "cuelga quien llamó"), "hangs_up")
        return
    number = story.rung.get(event.uniqueid) or event.number
    story.say(event, words("{number} hangs up", "cuelga {number}", number=number), "hangs_up")


def _gave_up(story: Story, event: Event, dial_status: str) -> None:
    """Whoever waited for an extension that rang hung up: no event of ours tells how that ended."""
    told = ended_as("no_answer", story.awaited)
    if story.awaited and dial_status == "CANCEL" and told:
        story.awaited = ""
        story.say(event, told, "result")


def _over(story: Story, event: Event) -> None:
    story.say(event, words("the call ends", "termina la llamada"), "ends")


def _blind(story: Story, event: Event) -> None:
    who = story.rung.get(event.uniqueid) or event.number
    story.transferred_to = detail_of(event.extra).get("extension", "")
    story.say(
        event,
        words(
            "{who} transfers the call to {target}",
            "{who} transfiere la llamada a {target}",
            who=who,
            target=detail_of(event.extra).get("extension", "?"),
        ),
    )


def _attended(story: Story, event: Event) -> None:
    who = story.rung.get(event.uniqueid) or event.number
    story.say(
        event,
        words(
            "{who} transfers the call, after asking",
            "{who} transfiere la llamada, tras consultar",
            who=who,
        ),
    )


def _account(channel: str) -> str:
    """`552` of `PJSIP/552@alpha.example.test-00000015`."""
    return channel.partition("/")[2].partition("@")[0]


def _picked_up(story: Story, event: Event) -> None:
    by = _account(detail_of(event.extra).get("pickup_channel", ""))
    story.rung[event.uniqueid] = by or event.number
    story.say(event, words("{by} picks up the call", "{by} captura la llamada", by=by or "?"))


def _parked(story: Story, event: Event) -> None:
    space = detail_of(event.extra).get("parking_space", "")
    told: Words = words("the call is parked", "la llamada queda estacionada")
    if space:
        told = words("the call is parked at {space}", "queda estacionada en {space}", space=space)
    story.say(event, told)


def _unparked(story: Story, event: Event) -> None:
    detail = detail_of(event.extra)
    by = _account(detail.get("retriever", ""))
    if by:
        taken = words("{by} takes it from parking", "{by} la retoma del estacionamiento", by=by)
        story.say(event, taken)
        return
    reason = detail.get("reason", "")
    story.say(event, _PARK_ENDS.get(reason, _PARK_ENDS["ParkedCallUnparked"]))


def _redirected(story: Story, event: Event) -> None:
    target = detail_of(event.extra).get("forward", "?").rpartition("/")[2].partition("@")[0]
    story.say(
        event,
        words(
            "the telephone sends the call on to {target}",
            "el teléfono desvía la llamada a {target}",
            target=target,
        ),
    )


TELLERS: dict[str, Callable[[Story, Event], None]] = {
    "CHAN_START": _started,
    "ANSWER": _answered,
    "BRIDGE_ENTER": _bridged,
    "HANGUP": _hung_up,
    "LINKEDID_END": _over,
    "BLINDTRANSFER": _blind,
    "ATTENDEDTRANSFER": _attended,
    "PICKUP": _picked_up,
    "PARK_START": _parked,
    "PARK_END": _unparked,
    "FORWARD": _redirected,
}
