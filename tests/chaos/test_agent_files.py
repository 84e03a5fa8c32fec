"""Recordings, mails, faxes and telephones' features, from Asterisk's files to the server's."""

import hashlib
import json
import subprocess
import wave
from pathlib import Path

import numpy as np
from tests.support_node.agents import NodeUnderTest, node_under_test
from tests.support_node.plans import small_plan
from tests.support_node.waiting import eventually
from tests.support_node.wav import RATE, write_tone

from conmuta_node import sandbox
from conmuta_plan import flows, outside


def pitches(node: NodeUnderTest, opus: bytes) -> list[float]:
    """The strongest frequency of the left and of the right side, as opusdec hears them."""
    (node.state / "heard.opus").write_bytes(opus)
    command = ["opusdec", "--quiet", "--rate", "48000", "/state/heard.opus", "/state/heard.wav"]
    subprocess.run([*sandbox.bwrap(node.home.root, node.state), "--", *command], check=True)
    with wave.open(str(node.state / "heard.wav")) as file:
        assert file.getnchannels() == 2
        rate = file.getframerate()
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    spectra = [np.abs(np.fft.rfft(samples[:, side])) for side in (0, 1)]
    return [float(np.argmax(spectrum)) * rate / len(samples) for spectrum in spectra]


def lines(node: NodeUnderTest, stream: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in node.server.lines(stream)]


def running(node: NodeUnderTest) -> None:
    revision = node.server.want(small_plan())
    node.start()
    eventually(lambda: node.server.in_force("acme", revision))


def test_a_recording_arrives_with_our_side_left_and_the_far_side_right(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        running(node)
        name = "acme__1795360542.0__1795360542.1"
        write_tone(node.state / f"recordings/{name}-out.wav", 440)
        write_tone(node.state / f"recordings/{name}-in.wav", 1000)
        eventually(lambda: lines(node, "recording"))
        (line,) = lines(node, "recording")
        left, right = pitches(node, node.server.files[str(line["sha256"])])
        assert abs(left - 440) < 2
        assert abs(right - 1000) < 2
        assert line["tenant"] == "acme"
        assert line["linkedid"] == "1795360542.0"
        assert line["uniqueid"] == "1795360542.1"
        assert line["seconds"] == 3.0
        eventually(lambda: not list((node.state / "recordings").rglob("*acme*")))


def test_a_recording_is_taken_only_once_asterisk_has_closed_it(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        running(node)
        node.call("*600")
        eventually(lambda: node.home.calls_up() == 1)
        channels = node.home.cli("core show channels concise").splitlines()
        talking = next(line.split("!")[0] for line in channels if "Wait" not in line)
        files = "/state/recordings/acme__1.0__1.1"
        node.home.cli(f"mixmonitor start {talking} ,r({files}-in.wav)t({files}-out.wav)")
        raw = node.state / "recordings/acme__1.0__1.1-in.wav"
        eventually(lambda: raw.exists() and raw.stat().st_size > 5 * 2 * RATE)
        assert not lines(node, "recording")
        node.kill()
        node.start()
        node.home.cli("channel request hangup all")
        eventually(lambda: lines(node, "recording"))
        assert not raw.exists()
        assert len(lines(node, "recording")) == 1


def test_a_side_that_asterisk_left_without_its_header_filled_in_is_saved(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        running(node)
        raw = node.state / "recordings/acme__5.0__5.1-out.wav"
        write_tone(tmp_path / "whole.wav", 700)
        whole = (tmp_path / "whole.wav").read_bytes()
        raw.write_bytes(whole[:40] + b"\0\0\0\0" + whole[44:])
        eventually(lambda: lines(node, "recording"))
        (line,) = lines(node, "recording")
        left, _ = pitches(node, node.server.files[str(line["sha256"])])
        assert abs(left - 700) < 2


def test_a_recording_that_cannot_be_read_holds_up_no_other_and_is_told(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        running(node)
        (node.state / "recordings/acme__1.0__1.1-out.wav").write_bytes(b"no sound at all" * 99)
        write_tone(node.state / "recordings/acme__2.0__2.1-out.wav", 440)
        eventually(lambda: lines(node, "recording"))
        assert [line["uniqueid"] for line in lines(node, "recording")] == ["2.1"]
        eventually(lambda: any("Recordings" in p for p in node.server.reports[-1].problems))


def test_a_mail_arrives_whole_and_once_though_the_agent_dies(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        running(node)
        mail = b"From: voicemail@acme.example.test\r\nSubject: a message\r\n\r\nListen.\r\n"
        for number in range(20):
            draft = node.state / f"spool/mail/.draft{number}"
            draft.write_bytes(mail + str(number).encode())
            draft.rename(node.state / f"spool/mail/acme__{number}.eml")
            if number % 5 == 4:
                node.kill()
                node.start()
        eventually(lambda: len(lines(node, "mail")) >= 20)
        eventually(lambda: not list((node.state / "spool/mail").iterdir()))
        digests = [str(line["sha256"]) for line in lines(node, "mail")]
        assert len(set(digests)) == len(digests) == 20
        assert all(node.server.files[digest].startswith(mail) for digest in digests)


def test_what_a_telephone_changed_is_told_as_a_feature(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        running(node)
        extra = json.dumps({"extra": "550|forward_always|551"}).replace('"', '""')
        line = f'"feature","1795360543.276155","acme","1.1","1.0","PJSIP/x","550","","*21","acme-local","CELGenUserEvent","","feature","{extra}"\n'  # noqa: E501
        with (node.state / "log/cel-custom/cel.csv").open("a") as cel:
            cel.write(line)
        eventually(lambda: lines(node, "feature"))
        assert lines(node, "feature") == [
            {
                "tenant": "acme",
                "extension": "550",
                "feature": "forward_always",
                "value": "551",
                "at": "2026-11-22T15:15:43.276155+00:00",
            }
        ]


def fax_plan(node: NodeUnderTest) -> object:
    """A company whose carrier is its own node: what it sends comes back to its fax number."""
    step = flows.FlowStep(name="fax", kind="fax", fields={"emails": ["fax@acme.example.test"]})
    gateway = outside.Gateway(
        name="loop", host="127.0.0.1", port=node.server.settings.udp_port, watch_seconds=0
    )
    target = outside.Target(kind=outside.TargetKind.FLOW, name="fax")
    return small_plan(
        flows=(flows.Flow(name="fax", title="Fax", start="fax", steps=(step,)),),
        gateways=(gateway,),
        numbers=(outside.InboundNumber(number="29001234", target=target),),
        classes=(
            outside.CallClass(
                name="local",
                kind=outside.ClassKind.LOCAL,
                patterns=("2XXXXXXX",),
                gateways=("loop",),
            ),
        ),
        flow_classes=("local",),
    )


def one_page(node: NodeUnderTest) -> bytes:
    """A PDF with a line of text."""
    drawing = "/Helvetica findfont 40 scalefont setfont 72 600 moveto (A fax) show showpage"
    command = ["gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=pdfwrite", "-sOutputFile=/state/a.pdf"]
    line = [*sandbox.bwrap(node.home.root, node.state), "--", *command, "-c", drawing]
    subprocess.run(line, check=True)
    return (node.state / "a.pdf").read_bytes()


def test_a_fax_is_sent_once_and_the_one_received_becomes_a_document(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        node.start()
        revision = node.server.want(fax_plan(node))
        eventually(lambda: node.server.outcome("acme"))
        assert node.server.in_force("acme", revision), node.server.outcome("acme")
        document = node.server.keep_media(one_page(node))
        order = node.server.command(
            "send_fax", "acme", {"number": "29001234", "document": document, "station": "Acme"}
        )
        eventually(lambda: len(lines(node, "fax")) >= 2, seconds=180)
        told = {bool(line["command"]): line for line in lines(node, "fax")}
        sent, received = told[True], told[False]
        assert sent["command"] == order
        assert (sent["ok"], sent["pages"]) == (True, 1)
        assert (received["ok"], received["pages"]) == (True, 1)
        assert received["emails"] == ["fax@acme.example.test"]
        pdf = node.server.files[str(received["document"])]
        assert pdf.startswith(b"%PDF")
        assert hashlib.sha256(pdf).hexdigest() == received["document"]
        assert not list((node.state / "spool/fax").iterdir())


def test_a_fax_to_nowhere_is_told_as_not_sent_and_is_not_tried_again(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        running(node)
        document = node.server.keep_media(one_page(node))
        order = node.server.command(
            "send_fax", "acme", {"number": "29001234", "document": document}
        )
        eventually(lambda: lines(node, "fax"))
        node.kill()
        node.start()
        revision = node.server.want(small_plan(title="Another"))
        eventually(lambda: node.server.in_force("acme", revision))
        (line,) = lines(node, "fax")
        assert (line["command"], line["ok"]) == (order, False)
