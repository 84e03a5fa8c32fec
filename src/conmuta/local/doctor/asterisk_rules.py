"""The judgement of an Asterisk: its version, modules, codecs, G.729 and timing."""

from conmuta.local.doctor.facts import AsteriskSeen
from conmuta.local.doctor.findings import Finding, failure, ok, warning

OLDEST = 20
MEANT = 22
NEEDED = (
    "app_confbridge",
    "app_dial",
    "app_mixmonitor",
    "app_queue",
    "app_voicemail",
    "cel_custom",
    "chan_pjsip",
    "func_curl",
    "res_cdrel_custom",
    "res_fax_spandsp",
    "res_musiconhold",
    "res_parking",
    "res_pjsip_registrar",
    "res_srtp",
)
CODECS = {
    "codec_alaw": "G.711 A-law",
    "codec_ulaw": "G.711 µ-law",
    "codec_g722": "G.722",
    "codec_gsm": "GSM",
}
OPUS = ("codec_opus", "codec_opus_open_source")
TIMING = ("res_timing_timerfd", "res_timing_dahdi", "res_timing_pthread")


def judge(asterisk: AsteriskSeen | None) -> list[Finding]:
    """All findings about Asterisk; one where there is none yet."""
    if asterisk is None:
        advice = "./conmuta up makes its folder; nothing of this system is changed by that."
        return [warning("Asterisk", "not installed yet", advice)]
    rules = (version, modules, codecs, g729, timing)
    return [rule(asterisk) for rule in rules]


def version(asterisk: AsteriskSeen) -> Finding:
    """22 is what Conmuta is tried with; 20 is the oldest that could serve."""
    text = f"{asterisk.version}, {'running' if asterisk.running else 'not running now'}"
    major = int(asterisk.version.split(".")[0] or 0)
    if major < OLDEST:
        return failure("Asterisk", text, f"Asterisk {MEANT} is needed.")
    if major != MEANT:
        return warning("Asterisk", text, f"Conmuta is tried with Asterisk {MEANT}.")
    return ok("Asterisk", text)


def modules(asterisk: AsteriskSeen) -> Finding:
    """The modules that calls depend on."""
    missing = [name for name in NEEDED if name not in asterisk.modules]
    text = f"{len(asterisk.modules)} modules at hand"
    if missing:
        advice = "Remove the root folder and start ./conmuta up: it is made anew."
        return failure("Asterisk modules", f"missing: {', '.join(missing)}", advice)
    return ok("Asterisk modules", text)


def codecs(asterisk: AsteriskSeen) -> Finding:
    """What can be turned into one another."""
    missing = [name for name in CODECS if name not in asterisk.modules]
    if missing:
        return failure("Codecs", f"missing: {', '.join(missing)}", "Make the root folder anew.")
    opus = any(name in asterisk.modules for name in OPUS)
    names = ", ".join([*CODECS.values(), *(["Opus"] if opus else [])])
    if not opus:
        return warning("Codecs", names, "Without codec_opus, Opus telephones talk G.711.")
    return ok("Codecs", names)


def g729(asterisk: AsteriskSeen) -> Finding:
    """G.729 passes through everywhere; turning it into another codec needs a module."""
    if any(name.startswith("codec_g729") for name in asterisk.modules):
        return ok("G.729", "passes through, and is turned into other codecs")
    advice = (
        "Enough where both ends speak G.729. Prompts, queues, recordings and other codecs "
        "need codec_g729 in the root's modules folder; or let the carrier send G.711."
    )
    return warning("G.729", "passes through only", advice)


def timing(asterisk: AsteriskSeen) -> Finding:
    """Conferences, music and recordings need a steady clock."""
    found = [name for name in TIMING if name in asterisk.modules]
    if not found:
        return failure("Timing", "no timing module", "Make the root folder anew.")
    if asterisk.timing is None:
        return ok("Timing", f"{found[0]} at hand (measured once Asterisk runs)")
    return ok("Timing", asterisk.timing)
