"""Who hears which event. The worker delivers each at least once."""

from conmuta.adapters.mail import actions as mail
from conmuta.adapters.mail.contracts import MailPosted
from conmuta.apps.calls import mail as calls_mail
from conmuta.apps.calls.contracts import FaxEnded, FeatureChanged, MailWritten, PromptSpoken
from conmuta.apps.fleet import mail as fleet_mail
from conmuta.apps.fleet.contracts import GatewayChanged
from conmuta.apps.identity import mail as identity_mail
from conmuta.apps.identity.contracts import (
    PersonInvited,
    SignedInElsewhere,
    TokenUsedElsewhere,
)
from conmuta.apps.ledger import actions as ledger_actions
from conmuta.apps.ledger import mail as ledger_mail
from conmuta.apps.ledger.contracts import GuardBlocked
from conmuta.apps.rating.contracts import FundsChanged
from conmuta.apps.tenancy.contracts import TenantStateChanged
from conmuta.platform.outbox import Subscription
from conmuta.wiring import features, prompts

SUBSCRIPTIONS: tuple[Subscription, ...] = (
    Subscription(GatewayChanged, "fleet.tell_gateway", fleet_mail.tell_gateway),
    Subscription(MailPosted, "mail.deliver", mail.deliver),
    Subscription(MailWritten, "calls.post_voicemail", calls_mail.post_voicemail),
    Subscription(FaxEnded, "calls.post_fax", calls_mail.post_fax),
    Subscription(PersonInvited, "identity.send_invitation", identity_mail.send_invitation),
    Subscription(SignedInElsewhere, "identity.tell_place", identity_mail.tell_place),
    Subscription(TokenUsedElsewhere, "identity.tell_token_place", identity_mail.tell_token_place),
    Subscription(TenantStateChanged, "identity.tell_state", identity_mail.tell_state),
    Subscription(FundsChanged, "ledger.tell_funds", ledger_actions.hear_of_funds),
    Subscription(GuardBlocked, "ledger.tell_block", ledger_mail.tell_block),
    Subscription(PromptSpoken, "wiring.keep_prompt", prompts.keep_prompt),
    Subscription(FeatureChanged, "wiring.keep_feature", features.keep_feature),
)
