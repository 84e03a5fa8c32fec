"""cdr.conf, cdr_custom.conf, cel.conf, cel_custom.conf: the record of every call."""

from conmuta_compiler.text import Section, file, setting, settings

CDR_FIELDS = (
    "uniqueid",
    "linkedid",
    "sequence",
    "accountcode",
    "src",
    "dst",
    "clid",
    "dcontext",
    "channel",
    "dstchannel",
    "lastapp",
    "start(double)",
    "answer(double)",
    "end(double)",
    "duration",
    "billsec",
    "disposition",
    "userfield",
)
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
    general = settings(
        enable=True, unanswered=True, congestion=True, endbeforehexten=True, batch=False
    )
    return file("One record for each leg", [Section(name="general", lines=general)])


def cdr_custom() -> str:
    lines = _columns(CDR_FIELDS)
    return file("The columns of a leg", [Section(name="cdr.csv", lines=lines)])


def cel() -> str:
    lines = (
        *settings(enable=True, dateformat=None),
        setting("events", ",".join(CEL_EVENTS)),
    )
    return file("The events that tell a call's story", [Section(name="general", lines=lines)])


def cel_custom() -> str:
    lines = _columns(CEL_FIELDS)
    return file("The columns of an event", [Section(name="cel.csv", lines=lines)])


def _columns(fields: tuple[str, ...]) -> tuple[str, ...]:
    return settings(
        format="dsv",
        separator_character=",",
        quote_character='"',
        quote_escape_character='"',
        quoting_method="all",
        fields=", ".join(fields),
    )
