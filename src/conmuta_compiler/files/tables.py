"""sorcery.conf, extconfig.conf, res_config_sqlite3.conf: a local table of SIP's objects."""

from conmuta_compiler.text import Section, file, setting, settings

KINDS = ("endpoint", "auth", "aor")
TABLE = "/state/pjsip.sqlite3"
CACHE = "memory_cache,object_lifetime_maximum=3600,expire_on_reload=no"
INTRODUCED = "introduced"
"""Family of AstDB: those that Asterisk is to see when it asks for all (ADR 0098)."""


def sorcery() -> str:
    """First what was read lately, then the table, then the node's own file.

    Nobody reads the whole table: asked for all, Asterisk gets those that are introduced to it.
    """
    lines = tuple(
        line
        for kind in KINDS
        for line in (
            setting(f"{kind}/cache", CACHE),
            setting(kind, f"realtime,ps_{kind}s,allow_unqualified_fetch=no"),
            setting(kind, f"config,pjsip.conf,criteria=type={kind}"),
            setting(kind, f"astdb,{INTRODUCED}"),
        )
    )
    return file("Where SIP's objects are", [Section(name="res_pjsip", lines=lines)])


def extconfig() -> str:
    lines = tuple(f"ps_{kind}s => sqlite3,pjsip" for kind in KINDS)
    lines += ("voicemail => sqlite3,pjsip",)
    return file(
        "Tables of telephones, gateways and mailboxes", [Section(name="settings", lines=lines)]
    )


def sqlite() -> str:
    lines = settings(dbfile=TABLE, requirements="warn", batch=0, debug=False)
    return file("The table's file", [Section(name="pjsip", lines=lines)])
