"""cel.conf, cel_custom.conf: the record of every call; cdr.conf, of which there is none."""

from conmuta_compiler.text import Section, file, setting, settings

CEL_FIELDS = (
    "eventenum",  # eventtype, but USER_DEFINED for an event of ours
    "eventtime",
    "accountcode",
    "uniqueid",
    "linkedid",
    "channame",
    "num",
    "name",
    "exten",
    "context",
    "appname",
    "peer",
    "userdeftype",
    "eventextra",
)
CEL_EVENTS = (
    "CHAN_START",
    "ANSWER",
    "HANGUP",
    "BRIDGE_ENTER",
    "BRIDGE_EXIT",
    "BLINDTRANSFER",
    "ATTENDEDTRANSFER",
    "PICKUP",
    "FORWARD",
    "PARK_START",
    "PARK_END",
    "LINKEDID_END",
    "USER_DEFINED",
)


def cdr() -> str:
    """Asterisk's own engine runs unless it is told not to. It would hear some forty messages a
    call, in a thread of its own, to say again what the events say."""
    lines = settings(enable=False)
    return file("Legs are told by the events", [Section(name="general", lines=lines)])


def cel() -> str:
    lines = (
        *settings(enable=True, dateformat=None),
        setting("events", ",".join(CEL_EVENTS)),
    )
    return file("The events that tell a call's story", [Section(name="general", lines=lines)])


def cel_custom() -> str:
    lines = settings(
        format="dsv",
        separator_character=",",
        quote_character='"',
        quote_escape_character='"',
        quoting_method="all",
        fields=", ".join(CEL_FIELDS),
    )
    return file("The columns of an event", [Section(name="cel.csv", lines=lines)])
