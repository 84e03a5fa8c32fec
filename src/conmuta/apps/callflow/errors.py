from conmuta.platform.errors import Invalid, NotFound


class CannotSpeak(Invalid):
    """The prompt {name} could not be made: {reason}"""

    code = "callflow.cannot_speak"


class NeverEnds(Invalid):
    """{where}: {reason}"""

    code = "callflow.never_ends"


class NoSuchMedia(NotFound):
    """The audio of {name} is not here. Give its file, or its text."""

    code = "callflow.no_such_media"
