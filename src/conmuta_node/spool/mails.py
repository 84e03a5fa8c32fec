"""Mails that Asterisk wrote (a voicemail's notice): whole files, handed over as they are."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from conmuta_node.spool.delivery import Delivery
from conmuta_plan.node import MailDone, Stream


@dataclass(frozen=True, slots=True)
class Mails:
    """`STATE/spool/mail/T__ANYTHING.eml`, renamed into place by whoever writes them."""

    folder: Path
    delivery: Delivery

    def waiting(self) -> list[Path]:
        """Mails to hand over, the oldest name first."""
        return sorted(
            path
            for path in self.folder.glob("*__*.eml")
            if not path.name.startswith(".") and path.is_file()
        )

    async def hand_over(self, mail: Path) -> None:
        """Give one to the server, then remove it. An empty one is only removed."""
        if not (await asyncio.to_thread(mail.stat)).st_size:
            await asyncio.to_thread(mail.unlink)
            return
        tenant = mail.name.partition("__")[0]
        await self.delivery.hand_over(
            Stream.MAIL, mail, lambda digest: MailDone(tenant=tenant, sha256=digest)
        )
