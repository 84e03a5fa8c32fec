"""The smallest Asterisk configuration, written by hand: what is not under test."""

ASTERISK = """
[directories]
astetcdir => /state/etc
astmoddir => /usr/lib/x86_64-linux-gnu/asterisk/modules
astvarlibdir => /state/db
astdbdir => /state/db
astkeydir => /state/db
astdatadir => /usr/share/asterisk
astspooldir => /state/spool
astrundir => /state/run
astlogdir => /state/log
"""


def handmade(*, pjsip: str, extensions: str, rtp: tuple[int, int], **more: str) -> dict[str, str]:
    """Asterisk's files, by name; `more` are others by their name without `.conf`."""
    return {
        "asterisk.conf": ASTERISK,
        "modules.conf": "[modules]\nautoload = yes\nnoload = chan_iax2.so\n",
        "logger.conf": "[logfiles]\nmessages => notice,warning,error\n",
        "pjsip.conf": pjsip,
        "extensions.conf": extensions,
        "rtp.conf": f"[general]\nrtpstart={rtp[0]}\nrtpend={rtp[1]}\n",
        **{f"{name}.conf": text for name, text in more.items()},
    }
