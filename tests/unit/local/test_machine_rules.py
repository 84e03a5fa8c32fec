"""What the check of a machine says, by what a person who buys one would ask."""

from dataclasses import replace

import pytest

from conmuta.local.doctor import report, rules, tiers
from conmuta.local.doctor.facts import GIB, AsteriskSeen, Disk, MachineSeen, PortSeen
from conmuta.local.doctor.findings import Finding, Level

ASTERISK = AsteriskSeen(
    version="22.10.1",
    modules=frozenset(
        {
            *("app_confbridge", "app_dial", "app_mixmonitor", "app_queue", "app_voicemail"),
            *("cel_custom", "chan_pjsip", "func_curl", "res_cdrel_custom", "res_fax_spandsp"),
            *("res_musiconhold", "res_parking", "res_pjsip_registrar", "res_srtp"),
            *("codec_alaw", "codec_ulaw", "codec_g722", "codec_gsm", "codec_opus_open_source"),
            *("codec_g729a", "res_timing_timerfd"),
        }
    ),
)
GOOD = MachineSeen(
    system="debian 13",
    architecture="x86_64",
    cores=8,
    memory=64 * GIB,
    disk=1000 * 10**9,
    free=900 * 10**9,
    virtual=False,
    disks=(Disk(name="sda", size=10**12), Disk(name="sdb", size=10**12)),
    raid=("raid1",),
    network_cards=("eno1", "eno2"),
    ports=(PortSeen(name="sip", port=5060, free=True),),
    clock_synchronised=True,
    host_name="pbx",
    host_name_seconds=0.001,
    name_servers=("192.0.2.53",),
    sandbox=None,
    asterisk=ASTERISK,
)


def finding(seen: MachineSeen, subject: str) -> Finding:
    return next(each for each in rules.judge(seen) if each.subject == subject)


def test_a_good_server_has_nothing_to_mend() -> None:
    assert {each.level for each in rules.judge(GOOD)} == {Level.OK}


@pytest.mark.parametrize(
    ("subject", "change", "level", "word"),
    [
        ("System", {"system": "centos 6.10"}, Level.WARNING, "Debian 12"),
        ("System", {"architecture": "i686"}, Level.FAILURE, "64-bit"),
        ("Cores", {"cores": 2}, Level.WARNING, "4 cores"),
        ("Memory", {"memory": 8 * GIB}, Level.WARNING, "32 GB"),
        ("Memory", {"memory": 1 * GIB}, Level.FAILURE, "2 GiB"),
        ("Disk", {"free": 10**9}, Level.FAILURE, "Free"),
        ("Disk", {"disk": 250 * 10**9}, Level.WARNING, "500 GB"),
        ("RAID", {"raid": ()}, Level.WARNING, "RAID 1 of two equal disks"),
        ("RAID", {"raid": (), "disks": ()}, Level.WARNING, "Two disks"),
        ("Network cards", {"network_cards": ("eno1",)}, Level.WARNING, "Two are advised"),
        ("Network cards", {"network_cards": ()}, Level.WARNING, "only this machine"),
        ("Time", {"clock_synchronised": False}, Level.WARNING, "chrony"),
        ("Names", {"host_name_seconds": None}, Level.FAILURE, "/etc/hosts"),
        ("Names", {"host_name_seconds": 5.0}, Level.WARNING, "/etc/hosts"),
        ("Names", {"name_servers": ()}, Level.WARNING, "resolv.conf"),
        ("Sandbox", {"sandbox": "setting up uid map: denied"}, Level.FAILURE, "AppArmor"),
        ("Asterisk", {"asterisk": None}, Level.WARNING, "./conmuta up"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(
    subject: str, change: dict[str, object], level: Level, word: str
) -> None:
    found = finding(replace(GOOD, **change), subject)  # type: ignore[arg-type]
    assert found.level is level
    assert word in found.advice


def test_a_virtual_machine_leaves_the_mirror_to_its_host() -> None:
    assert finding(replace(GOOD, virtual=True, raid=()), "RAID").level is Level.OK


def test_a_port_that_conmuta_holds_itself_is_no_conflict() -> None:
    ours = PortSeen(name="sip", port=5060, free=False, ours=True)
    taken = PortSeen(name="web", port=8000, free=False)
    assert finding(replace(GOOD, ports=(ours,)), "Ports").level is Level.OK
    found = finding(replace(GOOD, ports=(ours, taken)), "Ports")
    assert found.level is Level.WARNING
    assert "8000 (web)" in found.seen


@pytest.mark.parametrize(
    ("subject", "change", "level"),
    [
        ("Asterisk", {"version": "18.10.0"}, Level.FAILURE),
        ("Asterisk", {"version": "20.6.0"}, Level.WARNING),
        ("Asterisk modules", {"modules": ASTERISK.modules - {"app_queue"}}, Level.FAILURE),
        ("Codecs", {"modules": ASTERISK.modules - {"codec_alaw"}}, Level.FAILURE),
        ("Codecs", {"modules": ASTERISK.modules - {"codec_opus_open_source"}}, Level.WARNING),
        ("G.729", {"modules": ASTERISK.modules - {"codec_g729a"}}, Level.WARNING),
        ("Timing", {"modules": ASTERISK.modules - {"res_timing_timerfd"}}, Level.FAILURE),
    ],
)
def test_an_asterisk_that_lacks_something_is_named(
    subject: str, change: dict[str, object], level: Level
) -> None:
    seen = replace(GOOD, asterisk=replace(ASTERISK, **change))  # type: ignore[arg-type]
    assert finding(seen, subject).level is level


def test_a_machine_sold_with_32_gb_serves_60_users_though_its_kernel_shows_less() -> None:
    tier = tiers.largest(cores=4, memory=round(31.2 * GIB))
    assert tier is not None
    assert tier.users == 60


def test_each_tier_names_what_the_machine_lacks() -> None:
    assert tiers.largest(2, 16 * GIB) is None
    assert tiers.lacks(tiers.TIERS[1], 4, 32 * GIB) == ("4 more cores", "32 GB more memory")
    assert [tier.users for tier in tiers.TIERS] == [60, 120, 240]


def test_the_report_leads_with_findings_and_ends_with_the_verdict() -> None:
    seen = replace(GOOD, host_name_seconds=None)
    findings = rules.judge(seen)
    text = report.as_text(seen, findings)
    assert "FAILURE  Names: pbx does not resolve" in text
    assert text.endswith("1 failures, 0 warnings: mend the failures first.")
    assert report.as_json(seen, findings)["worst"] == "failure"
    assert report.as_json(seen, findings)["tier"] == "Large"
