"""The smallest Asterisk configuration by hand: what the agent's own tests stand on."""

from collections.abc import Mapping

AMI_SECRET = "a secret for tests"

_ASTERISK = """\
[directories]
astetcdir => /state/etc
astvarlibdir => /var/lib/asterisk
astdatadir => /usr/share/asterisk
astdbdir => /state/db
astkeydir => /state/db
astspooldir => /state/spool
astrundir => /state/run
astlogdir => /state/log
[options]
documentation_language = en_US
"""

_MODULES = """\
[modules]
autoload = no
load = pbx_config.so
load = app_dial.so
load = app_playback.so
load = app_echo.so
load = app_mixmonitor.so
load = app_queue.so
load = app_stack.so
load = app_verbose.so
load = app_celgenuserevent.so
load = func_channel.so
load = func_callerid.so
load = func_strings.so
load = func_logic.so
load = func_db.so
load = format_wav.so
load = format_pcm.so
load = format_sln.so
load = codec_ulaw.so
load = codec_alaw.so
load = res_musiconhold.so
load = res_timing_timerfd.so
load = bridge_simple.so
load = bridge_softmix.so
load = bridge_builtin_features.so
load = bridge_holding.so
load = pbx_spool.so
load = res_clioriginate.so
load = cel_custom.so
load = res_cdrel_custom.so
"""

_CEL = (
    "[mappings]\n"
    "cel.csv => ${CSV_QUOTE(${eventtype})},${CSV_QUOTE(${eventtime})},"
    "${CSV_QUOTE(${CHANNEL(accountcode)})},${CSV_QUOTE(${CHANNEL(uniqueid)})},"
    "${CSV_QUOTE(${CHANNEL(linkedid)})},${CSV_QUOTE(${CHANNEL(channame)})},"
    "${CSV_QUOTE(${CALLERID(num)})},${CSV_QUOTE(${CALLERID(name)})},"
    "${CSV_QUOTE(${CHANNEL(exten)})},${CSV_QUOTE(${CHANNEL(context)})},"
    "${CSV_QUOTE(${CHANNEL(appname)})},${CSV_QUOTE(${CHANNEL(peer)})},"
    "${CSV_QUOTE(${userdeftype})},${CSV_QUOTE(${eventextra})}\n"
)

_INDICATIONS = """\
[general]
country = es
[es]
description = Spain
ringcadence = 1500,3000
dial = 425
"""


def files(ami_port: int) -> Mapping[str, str]:
    """Files below `STATE/etc` of an Asterisk without telephones; its manager is on `ami_port`."""
    manager = (
        f"[general]\nenabled = yes\nbindaddr = 127.0.0.1\nport = {ami_port}\n"
        f"[conmuta]\nsecret = {AMI_SECRET}\nread = all\nwrite = all\n"
    )
    return {
        "asterisk.conf": _ASTERISK,
        "modules.conf": _MODULES,
        "manager.conf": manager,
        "cdr.conf": "[general]\nenable = no\n",
        "cel.conf": "[general]\nenable = yes\napps = all\nevents = ALL\ndateformat = \n",
        "cel_custom.conf": _CEL,
        "logger.conf": "[general]\nqueue_log = yes\n[logfiles]\nmessages => notice,warning,error\n",
        "extensions.conf": "[general]\nstatic = yes\n#tryinclude tenants/*/extensions.conf\n",
        "queuerules.conf": "",
        "queues.conf": "[general]\n#tryinclude tenants/*/queues.conf\n",
        "musiconhold.conf": "[default]\nmode = files\ndirectory = /usr/share/asterisk/moh\n",
        "indications.conf": _INDICATIONS,
        "features.conf": "",
        "cli_aliases.conf": "",
        "codecs.conf": "",
        "udptl.conf": "",
        "ccss.conf": "",
        "acl.conf": "",
        "stasis.conf": "",
    }
