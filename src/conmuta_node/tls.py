"""A certificate for SIP over TLS, where the machine's owner gave none; and whom we believe."""

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from conmuta_node.files import write_durably, write_if_changed

MACHINE_AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
_YEARS = timedelta(days=3650)


def ensure_certificate(folder: Path) -> bool:
    """`tls.crt` and `tls.key` in `folder`, made and signed by themselves where missing."""
    certificate, key = folder / "tls.crt", folder / "tls.key"
    if certificate.exists() and key.exists():
        return False
    private = ec.generate_private_key(ec.SECP256R1())
    write_durably(
        key,
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )
    write_durably(certificate, _signed(private).public_bytes(serialization.Encoding.PEM))
    return True


def ensure_authorities(folder: Path) -> bool:
    """`authorities.pem`: whose signature on a gateway's certificate counts; whether it changed.

    They are those of this machine, and those that its owner put in `authorities/`.
    """
    given = sorted((folder / "authorities").glob("*.pem"))
    texts = [path.read_bytes() for path in (MACHINE_AUTHORITIES, *given) if path.is_file()]
    if not texts:  # a list must not be empty; nobody else has the key of this one
        texts = [(folder / "tls.crt").read_bytes()]
    return write_if_changed(folder / "authorities.pem", b"\n".join(texts))


def _signed(private: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    host = socket.gethostname()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _YEARS)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(private, hashes.SHA256())
    )
