"""Django's own mails (sign-in codes and the like) take the same way."""

from collections.abc import Sequence
from email import message_from_bytes, policy
from uuid import uuid4

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from conmuta.adapters.mail import actions
from conmuta.platform.scope import Scope


class Backend(BaseEmailBackend):
    """Posts what Django sends, as the platform's own mail."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        with Scope.system("system:mail").active() as scope:
            for message in email_messages:
                parsed = message_from_bytes(message.message().as_bytes(), policy=policy.default)
                actions.post(scope, parsed, f"django-{uuid4().hex}")
        return len(email_messages)
