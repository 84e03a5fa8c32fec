"""Only what changed is read again."""

from conmuta_node.apply.reloads import Changes


def commands(old: dict[str, str], new: dict[str, str]) -> list[str]:
    changes = Changes()
    changes.note(old, new)
    return changes.commands()


def test_a_changed_dialplan_reloads_the_dialplan_alone() -> None:
    old = {"extensions.conf": "[a]\n", "queues.conf": "[a-q]\n"}
    assert commands(old, {**old, "extensions.conf": "[b]\n"}) == ["dialplan reload"]


def test_a_comment_reloads_nothing() -> None:
    assert commands({"extensions.conf": "; x\n[a]\n"}, {"extensions.conf": "; y\n[a]\n"}) == []


def test_telephones_and_mailboxes_need_no_reload() -> None:
    assert commands({"phones.conf": ""}, {"phones.conf": "[1@a]\ntype=aor\n"}) == []
    assert commands({}, {"mailboxes.conf": "[1@a]\ntype=mailbox\n"}) == []


def test_one_changed_queue_is_reloaded_by_name() -> None:
    old = {"queues.conf": "[a-one]\nx=1\n[a-two]\nx=1\n"}
    new = {"queues.conf": "[a-one]\nx=1\n[a-two]\nx=2\n"}
    assert commands(old, new) == ["queue reload parameters a-two", "queue reload members a-two"]


def test_many_changed_queues_are_reloaded_together() -> None:
    new = {"queues.conf": "".join(f"[a-{n}]\nx=1\n" for n in range(9))}
    assert commands({}, new) == ["queue reload all"]


def test_music_is_read_before_the_queues_that_name_it() -> None:
    new = {"queues.conf": "[a-q]\n", "musiconhold.conf": "[a-m]\n", "extensions.conf": "[a]\n"}
    order = commands({}, new)
    assert order[0] == "moh reload"
    assert order[-1] == "dialplan reload"


def test_what_asterisk_reads_at_its_start_alone_asks_for_a_restart() -> None:
    changes = Changes()
    changes.note({"rtp.conf": "a=1\n", "keep-mail.sh": "a"}, {"rtp.conf": "a=2\n"})
    assert changes.needs_restart() == ("rtp.conf",)
