"""Who hears which event. The worker delivers each at least once."""

from conmuta.adapters.mail import actions as mail
from conmuta.adapters.mail.contracts import MailPosted
from conmuta.apps.calls import mail as calls_mail
from conmuta.apps.calls.contracts import FaxEnded, MailWritten
from conmuta.platform.outbox import Subscription

SUBSCRIPTIONS: tuple[Subscription, ...] = (
    Subscription(MailPosted, "mail.deliver", mail.deliver),
    Subscription(MailWritten, "calls.post_voicemail", calls_mail.post_voicemail),
    Subscription(FaxEnded, "calls.post_fax", calls_mail.post_fax),
)
