"""asterisk.conf, modules.conf, logger.conf, stasis.conf, http.conf, manager.conf."""

from collections.abc import Iterable

from conmuta_compiler.text import NOTHING, Section, comment, file, setting, settings
from conmuta_plan.node import NodeSettings

MANAGER_USER = "conmuta"
HEARD = (
    "AttendedTransfer",
    "ChallengeResponseFailed",
    "ContactStatus",
    "FailedACL",
    "Hold",
    "InvalidAccountID",
    "Registry",
    "Reload",
    "SuccessfulAuth",
    "Unhold",
    "UnParkedCall",
)
"""What the agent listens for. Asterisk has some sixty events a call for whoever hears all."""

MODULES = """
res_timing_timerfd res_pjproject res_sorcery_config res_sorcery_memory res_sorcery_astdb
res_sorcery_realtime res_sorcery_memory_cache
res_http_websocket res_crypto res_curl
res_pjsip res_pjsip_session res_pjsip_pubsub res_pjsip_outbound_registration
res_pjsip_outbound_authenticator_digest res_pjsip_authenticator_digest res_pjsip_acl
res_pjsip_caller_id res_pjsip_diversion res_pjsip_dialog_info_body_generator
res_pjsip_pidf_body_generator res_pjsip_xpidf_body_generator res_pjsip_mwi_body_generator
res_pjsip_dtmf_info res_pjsip_endpoint_identifier_ip res_pjsip_endpoint_identifier_user
res_pjsip_outbound_publish res_pjsip_exten_state res_pjsip_header_funcs res_pjsip_logger
res_pjsip_mwi
res_pjsip_nat res_pjsip_path res_pjsip_refer res_pjsip_registrar
res_pjsip_rfc3326 res_pjsip_sdp_rtp res_pjsip_t38 res_pjsip_empty_info res_pjsip_dlg_options
res_rtp_asterisk res_srtp res_musiconhold res_parking res_fax res_fax_spandsp
res_format_attr_opus res_format_attr_g729 res_limit
chan_pjsip chan_bridge_media
bridge_simple bridge_native_rtp bridge_softmix bridge_holding bridge_builtin_features
bridge_builtin_interval_features
codec_opus_open_source codec_g722 codec_alaw codec_ulaw codec_a_mu codec_gsm codec_g726
codec_resample codec_speex
format_wav format_pcm format_sln format_gsm format_g729
app_dial app_queue app_voicemail app_confbridge app_mixmonitor app_playback app_read app_record
app_stack app_verbose app_exec app_db app_directed_pickup app_echo app_celgenuserevent
app_sayunixtime app_senddtmf app_playtones app_userevent
app_transfer
func_callerid func_channel func_cut func_db func_devstate func_dialplan
func_export func_extstate func_global func_groupcount func_hangupcause func_json func_curl
func_logic func_pjsip_aor func_pjsip_contact func_pjsip_endpoint
func_strings func_timeout func_uri func_lock func_rand res_resolver_unbound
res_odbc_transaction res_odbc func_odbc
pbx_config pbx_spool
res_cdrel_custom cel_custom
"""


def asterisk() -> str:
    folders = {
        "astetcdir": "/state/etc",
        "astmoddir": "/usr/lib/x86_64-linux-gnu/asterisk/modules",
        "astvarlibdir": "/var/lib/asterisk",
        "astdbdir": "/state/db",
        "astkeydir": "/usr/share/asterisk",
        "astdatadir": "/usr/share/asterisk",
        "astagidir": "/usr/share/asterisk/agi-bin",
        "astspooldir": "/state/spool",
        "astrundir": "/state/run",
        "astlogdir": "/state/log",
    }
    options = settings(
        transmit_silence=True,
        languageprefix=True,
        cache_media_frames=True,
        hideconnect=True,
        lockconfdir=False,
        documentation_language="en_US",
        systemname=None,
    )
    return file(
        "Where Asterisk lives",
        [
            Section(name="directories", lines=tuple(setting(*each) for each in folders.items())),
            Section(name="options", lines=options),
        ],
    )


def modules() -> str:
    loads = tuple(f"load=>{name}.so" for name in MODULES.split())
    lines = ("autoload=no", "preload=res_config_sqlite3.so", *loads)
    return file("What Asterisk loads", [Section(name="modules", lines=lines)])


def logger() -> str:
    lines = settings(dateformat="%F %T.%3q", use_callids=True, queue_log_to_file=True)
    channels = ("console => error", "messages => warning,error")
    return file(
        "What Asterisk writes down",
        [Section(name="general", lines=lines), Section(name="logfiles", lines=channels)],
    )


def stasis() -> str:
    """Messages that nobody here reads cost as much as those that somebody does: a tenth of a call,
    those of variables that the dialplan sets.
    """
    declined = (
        "ast_channel_varset_type",
        "ast_rtp_rtcp_sent_type",
        "ast_rtp_rtcp_received_type",
    )
    lines = tuple(setting("decline", name) for name in declined)
    return file("What Asterisk tells itself", [Section(name="declined_message_types", lines=lines)])


def http(node: NodeSettings) -> str:
    bind = node.bind if node.webrtc else "127.0.0.1"
    lines = settings(
        enabled=node.http_port > 0,
        bindaddr=bind,
        bindport=node.http_port or None,
        enable_status=False,
        enable_static=False,
        servername="conmuta",
    )
    return file("Web sockets", [Section(name="general", lines=lines)])


def manager(node: NodeSettings, password: str) -> str:
    general = settings(
        enabled=node.ami_port > 0,
        webenabled=False,
        bindaddr="127.0.0.1",
        port=node.ami_port or None,
        allowmultiplelogin=True,
        displayconnects=False,
    )
    user = settings(
        secret=password,
        deny="0.0.0.0/0.0.0.0",
        permit="127.0.0.1/255.255.255.255",
        read="system,call,security",
        write="system,call,agent,reporting,command,originate,config",
        writetimeout=5000,
    )
    user += tuple(setting(f"eventfilter(name({name}))", "") for name in HEARD)
    return file(
        "The agent's way in",
        [
            Section(name="general", lines=general),
            Section(name=MANAGER_USER, note="The agent beside this Asterisk", lines=user),
        ],
    )


BANS = "bans.conf"
"""The list `c-bans` of addresses that the agent shuts out, where it may not use the machine's
firewall."""
BANNED = "c-bans"


def acl() -> str:
    """acl.conf; `BANS` is the agent's."""
    return f"{comment('Lists of addresses')}\n#include {BANS}\n"


def bans(addresses: Iterable[str]) -> str:
    """`BANS`. Asterisk refuses everybody by a list that is not there: so it always is."""
    lines = ("permit=0.0.0.0/0.0.0.0", "permit=::/0", *(f"deny={each}" for each in addresses))
    return file("Shut out by the agent", [Section(name=BANNED, lines=lines)])


EMPTY = (
    "ccss.conf",
    "pjproject.conf",
    "queuerules.conf",
    NOTHING,
)
"""Files that Asterisk wants to find, with its own defaults; it complains where they are not."""


def empty() -> str:
    return comment("Nothing to say here: Asterisk's own defaults serve") + "\n"
