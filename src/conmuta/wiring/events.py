"""Who hears which event. The worker delivers each at least once."""

from conmuta.adapters.mail import actions as mail
from conmuta.adapters.mail.contracts import MailPosted
from conmuta.platform.outbox import Subscription

SUBSCRIPTIONS: tuple[Subscription, ...] = (Subscription(MailPosted, "mail.deliver", mail.deliver),)
