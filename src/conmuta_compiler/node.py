"""The files of a node: what all of its tenants share."""

from dataclasses import dataclass

from conmuta_compiler import shared
from conmuta_compiler.files import (
    core,
    ledger,
    media,
    music,
    pjsip,
    queues,
    records,
    rooms,
    tables,
    voicemail,
)
from conmuta_plan.node import NodeSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSecrets:
    """Made once on the node and never sent anywhere."""

    manager: str


def compile_node(settings: NodeSettings, secrets: NodeSecrets) -> dict[str, str]:
    """Asterisk's files for a node, by their path below STATE/etc.

    They include `tenants/*/FILE` for each tenant's part. With TLS on, `tls.crt` and `tls.key`
    must lie beside them.
    """
    return {
        "asterisk.conf": core.asterisk(),
        "modules.conf": core.modules(),
        "acl.conf": core.acl(),
        "logger.conf": core.logger(),
        "stasis.conf": core.stasis(),
        "manager.conf": core.manager(settings, secrets.manager),
        "http.conf": core.http(settings),
        "pjsip.conf": pjsip.node(settings),
        "sorcery.conf": tables.sorcery(),
        "extconfig.conf": tables.extconfig(),
        "res_config_sqlite3.conf": tables.sqlite(),
        "res_odbc.conf": ledger.connections(),
        "func_odbc.conf": ledger.functions(),
        "odbc.ini": ledger.source(),
        "extensions.conf": shared.extensions(),
        "queues.conf": queues.node(),
        "voicemail.conf": voicemail.node(),
        voicemail.KEEP_MAIL: voicemail.keep_mail(),
        "musiconhold.conf": music.node(),
        "res_parking.conf": rooms.parking(),
        "confbridge.conf": rooms.confbridge(),
        "features.conf": rooms.features(),
        "cdr.conf": records.cdr(),
        "cel.conf": records.cel(),
        "cel_custom.conf": records.cel_custom(),
        "rtp.conf": media.rtp(settings),
        "udptl.conf": media.udptl(settings),
        "res_fax.conf": media.fax(),
        "indications.conf": media.indications(),
        **dict.fromkeys(core.EMPTY, core.empty()),
    }
