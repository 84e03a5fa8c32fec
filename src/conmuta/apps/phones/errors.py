"""What is refused about phones."""

from conmuta.platform.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated


class MacTaken(Conflict):
    """{mac} is a phone of this installation already. Remove it there first, or correct the MAC."""

    code = "phones.mac_taken"


class NoSuchPhone(NotFound):
    """There is no phone {mac} here."""

    code = "phones.no_such_phone"


class NotThisPhone(Unauthenticated):
    """User and password are not this phone's."""

    code = "phones.not_this_phone"


class NeedsHttps(Forbidden):
    """Settings hold passwords: fetch them over https."""

    code = "phones.needs_https"


class NoLines(Invalid):
    """The phone {mac} has no line yet: give it an extension."""

    code = "phones.no_lines"


class LinkOver(NotFound):
    """This link is over, or never was. Ask your administrator for a new one."""

    code = "phones.link_over"
