"""Whose fault a line of Asterisk's log is."""

from collections import Counter
from pathlib import Path

from conmuta_node.apply.verify import LogMark, blame, missing_parts

DOMAINS = {"acme": "acme.example.test", "acme-south": "south.example.test", "beta": "b.test"}
BEGIN = "[2026-11-22 15:09:53.123] "


def faults_of(tmp_path: Path, *lines: str) -> list[str]:
    log = tmp_path / "messages"
    log.write_text("before\n")
    mark = LogMark(log)
    with log.open("a") as file:
        file.writelines(f"{BEGIN}{line}\n" for line in lines)
    return mark.since()


def test_faults_of_loading_are_found_and_those_of_calls_are_not(tmp_path: Path) -> None:
    found = faults_of(
        tmp_path,
        "WARNING[123] pbx.c: Unable to register extension '5' priority 1 in 'acme-x'",
        "WARNING[123][C-00000001] pbx.c: Something in a call of 'beta-x'",
        "NOTICE[123] config.c: nothing wrong with 'beta-x'",
        "WARNING[9] res_pjsip_outbound_registration.c: No response from 'beta-gw-x'",
        "ERROR[4] config_options.c: Could not find option in 'b.test'",
    )
    assert [line.split(":")[0] for line in found] == ["pbx.c", "config_options.c"]


def test_a_fault_is_its_tenants_by_folder_by_name_or_by_domain() -> None:
    assert blame(["config.c: line 3 of /state/etc/tenants/acme/queues.conf"], DOMAINS) == {
        "acme": "config.c: line 3 of /state/etc/tenants/acme/queues.conf"
    }
    assert list(blame(["x 'acme-south-local'"], DOMAINS)) == ["acme-south"]
    assert list(blame(["x 'acme-local'"], DOMAINS)) == ["acme"]
    assert list(blame(["x '550@b.test'"], DOMAINS)) == ["beta"]
    assert blame(["the beta of something else"], DOMAINS) == {}


class Texts(dict[str, str]):
    """Tells how often each is read."""

    def __init__(self, **texts: str) -> None:
        super().__init__({f"{name}.conf": text for name, text in texts.items()})
        self.read: Counter[str] = Counter()

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        self.read[name] += 1
        return super().get(name, default)


def test_a_large_company_before_a_change_is_read_once() -> None:
    def phones(language: str) -> str:
        endpoint = f"type=endpoint\nlanguage={language}\n"
        return "".join(f"[{n}@acme.example.test]\n{endpoint}" for n in range(100, 150))

    before, after = Texts(phones=phones("es")), Texts(phones=phones("en"))
    asked: list[str] = []

    def ask(command: str) -> str:
        asked.append(command)
        return ""

    assert list(missing_parts(before, after, ask, most=50)) == []
    assert len(asked) == 50
    assert before.read["phones.conf"] == after.read["phones.conf"] == 1
