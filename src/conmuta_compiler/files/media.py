"""rtp.conf, udptl.conf, res_fax.conf, indications.conf, codecs.conf: what carries voice."""

from conmuta_compiler.text import Section, file, settings
from conmuta_plan.node import NodeSettings


def rtp(node: NodeSettings) -> str:
    lines = settings(
        rtpstart=node.rtp_first,
        rtpend=node.rtp_last,
        strictrtp=True,
        icesupport=node.webrtc,
    )
    return file("Ports of the voice", [Section(name="general", lines=lines)])


def udptl(node: NodeSettings) -> str:
    """Faxes share the range: Asterisk looks for a free port in it."""
    lines = settings(
        udptlstart=node.rtp_first,
        udptlend=node.rtp_last,
        udptlfecentries=3,
        udptlfecspan=3,
        use_even_ports=False,
    )
    return file("Ports of faxes over T.38", [Section(name="general", lines=lines)])


def fax() -> str:
    lines = settings(maxrate=14400, minrate=4800, statusevents=False, ecm=True)
    return file("Faxes", [Section(name="general", lines=lines)])


def indications() -> str:
    return file("Tones", ['#include "/etc/asterisk/indications.conf"'])
