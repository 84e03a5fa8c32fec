"""What a telephone dials for a service: its codes, with what each does."""

from collections.abc import Iterator

from conmuta_compiler.text import Section, extension
from conmuta_plan.people import FeatureCodes

USUAL = "c-codes"
"""The context of the codes that companies have where they chose no others."""
_TENANT = "${CHANNEL(accountcode)}"
_DOMAIN = "${CUT(CHANNEL(endpoint),@,2)}"
_SWITCHES = ("forward_always", "forward_busy", "forward_no_answer")
_AGENTS = {
    "agent_sign_in": "in",
    "agent_sign_out": "out",
    "agent_pause": "pause",
    "agent_unpause": "unpause",
}


def usual() -> Section:
    """For all tenants: whose telephone dials is known by its channel."""
    found = tuple(lines(FeatureCodes(), _TENANT, _DOMAIN))
    return Section(name=USUAL, note="Codes of the company whose telephone dials", lines=found)


def lines(codes: FeatureCodes, tenant: str, domain: str) -> Iterator[str]:
    """The extensions of `codes`."""
    us = f"{tenant},{domain}"
    yield from extension(codes.voicemail, f"Gosub(c-mailbox,own,1({us}))")
    yield from extension(codes.voicemail_any, f"Gosub(c-mailbox,any,1({us}))")
    for name in _SWITCHES:
        yield from _switch(getattr(codes, f"{name}_on"), f"{us},{name}")
        off = getattr(codes, f"{name}_off")
        yield from extension(off, f"Gosub(c-feature,s,1({us},{name},-))")
    quiet = f"{us},do_not_disturb"
    yield from extension(codes.do_not_disturb_on, f"Gosub(c-feature,s,1({quiet},yes))")
    yield from extension(codes.do_not_disturb_off, f"Gosub(c-feature,s,1({quiet},-))")
    yield from extension(codes.pickup_group, "Pickup()", "Hangup(19)")
    after = len(codes.pickup_extension)
    number = f"${{FILTER(0-9*#+,${{EXTEN:{after}}})}}"
    pickup = f"Gosub(c-pickup,{number},1({tenant}))"
    yield from extension(f"_{codes.pickup_extension}X.", pickup)
    for name, action in _AGENTS.items():
        yield from extension(getattr(codes, name), f"Gosub(c-agent,s,1({us},{action}))")
    yield from extension(codes.echo_test, "Gosub(c-echo,s,1)")
    yield from extension(codes.record_prompt, f"Gosub(c-prompt,s,1({us}))")


def _switch(code: str, feature: str) -> Iterator[str]:
    """A forward: the number follows the code, or is asked for."""
    yield from extension(code, f"Gosub(c-feature,s,1({feature},ask))")
    number = f"${{FILTER(0-9*#+,${{EXTEN:{len(code)}}})}}"
    yield from extension(f"_{code}[0-9*#+]!", f"Gosub(c-feature,s,1({feature},{number}))")
