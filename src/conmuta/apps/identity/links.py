"""Links to set one's password: once, for some days, and never a password themselves."""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone

from conmuta.apps.identity.errors import LinkOver
from conmuta.apps.identity.models import PasswordLink, User

VALID = timedelta(days=7)


@transaction.atomic
def make_link(user: User) -> str:
    """A new link's secret part; the person's links before it are over."""
    PasswordLink.objects.filter(user=user, used_at=None).delete()
    raw = secrets.token_urlsafe(32)
    expires_at = timezone.now() + VALID
    PasswordLink.objects.create(user=user, sha256=_digest(raw), expires_at=expires_at)
    return raw


def person_of_link(raw: str) -> User:
    """Raises `LinkOver`. Looking uses nothing up: mail scanners look too."""
    return _good(raw).user


@transaction.atomic
def use_link(raw: str, password: str) -> User:
    """Sets the password; the link is over. Raises `LinkOver`, or Django's `ValidationError`."""
    link = _good(raw, lock=True)
    user = link.user
    validate_password(password, user)
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    link.used_at = timezone.now()
    link.save(update_fields=["used_at"])
    return user


def _good(raw: str, *, lock: bool = False) -> PasswordLink:
    rows = PasswordLink.objects.select_related("user")
    if lock:
        rows = rows.select_for_update(of=("self",))
    row = rows.filter(sha256=_digest(raw), used_at=None, expires_at__gt=timezone.now()).first()
    if row is None or not row.user.is_active:
        raise LinkOver
    return row


def _digest(raw: str) -> str:
    """256 random bits: one round of SHA-256 keeps them."""
    return hashlib.sha256(raw.encode()).hexdigest()
