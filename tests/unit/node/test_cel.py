"""What the agent reads from channel events, and what it leaves to the server."""

import json

from conmuta_node.spool.cel import user_events


def line(kind: str, extra: str, at: str = "1795360543.5") -> bytes:
    wrapped = json.dumps({"extra": extra}).replace('"', '""')
    columns = [kind, at, "acme", "1.1", "1.0", "c", "n", "n", "e", "c", "a", "", kind, wrapped]
    return ",".join(f'"{column}"' for column in columns).encode() + b"\n"


def test_features_faxes_and_recordings_are_found_among_other_events() -> None:
    data = (
        line("ring", "550")
        + line("feature", "550|forward_busy|551")
        + line("recording", "acme__1__2")
    )
    assert [(event.kind, event.parts) for event in user_events(data)] == [
        ("feature", ("550", "forward_busy", "551")),
        ("recording", ("acme__1__2",)),
    ]


def test_a_line_that_cannot_be_read_is_passed_over() -> None:
    data = b'"feature","1"\n' + b'"feature"\xff\x00"fax"\n' + line("fax", "received|SUCCESS")
    assert [event.kind for event in user_events(data)] == ["fax"]


def test_a_time_that_is_none_is_kept_as_it_is() -> None:
    (event,) = user_events(line("feature", "550|forward_busy|1", at="soon"))
    assert event.at == "soon"
