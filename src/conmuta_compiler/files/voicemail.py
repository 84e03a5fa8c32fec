"""voicemail.conf, mailboxes.conf: mailboxes, and the mail that announces a message."""

from collections.abc import Iterator

from conmuta_compiler.text import (
    Section,
    display_name,
    file,
    setting,
    settings,
    tenants_include,
)
from conmuta_plan import TenantPlan
from conmuta_plan.people import Mailbox

KEEP_MAIL = "keep-mail.sh"
LONGEST_MESSAGE = 300
COUNT_AGAIN_SECONDS = 3600
MOST_COUNTS_WAITING = 100_000
_DATES = {"es": "'vm-received' Ad 'digits/at' HM", "en": "'vm-received' ABd 'digits/at' IMp"}
_SUBJECTS = {
    "es": "Mensaje de voz de ${VM_CALLERID} (${VM_DUR})",
    "en": "Voice message from ${VM_CALLERID} (${VM_DUR})",
}
_BODIES = {
    "es": "${VM_NAME}:\\n\\nHay un mensaje de voz nuevo en el buzón ${VM_MAILBOX}.\\n"
    "De: ${VM_CALLERID}\\nFecha: ${VM_DATE}\\nDuración: ${VM_DUR}\\n",
    "en": "${VM_NAME}:\\n\\nThere is a new voice message in mailbox ${VM_MAILBOX}.\\n"
    "From: ${VM_CALLERID}\\nDate: ${VM_DATE}\\nLength: ${VM_DUR}\\n",
}


def mailboxes(plan: TenantPlan) -> tuple[Mailbox, ...]:
    """The tenant's mailboxes: its extensions' own, then the general ones."""
    own = tuple(each.mailbox for each in plan.extensions if each.mailbox)
    return own + plan.mailboxes


def tenant(plan: TenantPlan) -> str:
    """voicemail.conf: what the tenant's mailboxes share."""
    zones = (f"{plan.tenant} => {plan.time_zone}|{_DATES[plan.language]}",)
    zone = Section(name="zonemessages", template="+", note="How a date is said", lines=zones)
    return file(f"Voicemail of {plan.title} ({plan.tenant})", [zone])


def boxes(plan: TenantPlan) -> str:
    """mailboxes.conf, which goes to a table (`tables`)."""
    sections = [_mailbox(plan, box) for box in mailboxes(plan)]
    return file(f"Mailboxes of {plan.title} ({plan.tenant})", sections)


def _mailbox(plan: TenantPlan, box: Mailbox) -> Section:
    lines = settings(
        type="mailbox",
        context=plan.tenant,
        mailbox=box.number,
        pin=box.pin,
        fullname=display_name(box.name),
        tz=plan.tenant,
        language=box.language or plan.language,
    )
    mail = tuple(_mail(plan, box)) if box.emails else ()
    return Section(name=f"{box.number}@{plan.tenant}", lines=lines + mail)


def _mail(plan: TenantPlan, box: Mailbox) -> Iterator[str]:
    """Where the mail comes from carries the tenant, which `keep-mail.sh` takes out again."""
    language = box.language or plan.language
    yield setting("email", "|".join(box.emails))
    yield from settings(attach=box.attach_audio, delete=box.delete_after_mail or None)
    yield setting("fromstring", plan.tenant)
    yield setting("serveremail", plan.mail_from or f"voicemail@{plan.domain}")
    yield setting("emailsubject", _SUBJECTS[language])
    yield setting("emailbody", _BODIES[language])


def node() -> str:
    general = settings(
        format="wav",
        attach=True,
        maxmsg=500,
        maxsecs=LONGEST_MESSAGE,
        minsecs=2,
        maxsilence=0,
        silencethreshold=128,
        maxlogins=3,
        review=False,
        operator=False,
        sendvoicemail=False,
        searchcontexts=False,
        passwordlocation="spooldir",
        charset="UTF-8",
        emaildateformat="%Y-%m-%d %H:%M",
        mailcmd=f"/bin/sh /state/etc/{KEEP_MAIL}",
        # Asterisk counts the messages of a table's mailbox once somebody subscribes to its state,
        # but only where it also counts all again from time to time. After a restart thousands
        # may wait to be counted, which is no reason to refuse calls.
        pollmailboxes=True,
        pollfreq=COUNT_AGAIN_SECONDS,
        tps_queue_high=MOST_COUNTS_WAITING,
    )
    zones = ("utc => Etc/UTC|'vm-received' ABd 'digits/at' HM",)
    return file(
        "Voicemail",
        [
            Section(name="general", lines=general),
            Section(name="zonemessages", lines=zones),
            tenants_include("voicemail.conf"),
        ],
    )


def keep_mail() -> str:
    """A program that Asterisk runs as its sendmail: a mail is whole in the spool, or not there.

    The agent sends it on when the server can be reached. The file's name begins with the tenant,
    which the mailbox's options put where a mail names its sender.
    """
    return """\
#!/bin/sh
# Keeps a mail that Asterisk wrote as /state/spool/mail/TENANT__NAME.eml
set -eu
umask 077
folder=/state/spool/mail
mail=$(mktemp "$folder/.XXXXXXXXXXXX")
cat >"$mail"
# From: TENANT <address>
tenant=$(sed -n 's/^From: [^<a-z]*\\([a-z0-9-]*\\).*/\\1/p' "$mail" | head -n 1)
sed -i '1,/^From: /s/^From: .*<\\(.*\\)>/From: <\\1>/' "$mail"
sync "$mail"
mv "$mail" "$folder/${tenant:-unknown}__${mail##*/.}.eml"
sync "$folder"
"""
