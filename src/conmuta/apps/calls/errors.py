from conmuta.platform.errors import Forbidden, Invalid, NotFound


class NoSuchCall(NotFound):
    """There is no call {id} here. `conmuta calls` lists those that there are."""

    code = "calls.no_such_call"


class NoSuchRecording(NotFound):
    """There is no recording {id} here."""

    code = "calls.no_such_recording"


class RecordingGone(NotFound):
    """The audio of recording {id} is no longer in the store."""

    code = "calls.recording_gone"


class RecordingDamaged(NotFound):
    """The audio of recording {id} is damaged: it is not what its checksum says."""

    code = "calls.recording_damaged"


class BadCallId(Invalid):
    """{id} is no call's id: it looks like 1-1795000000.42."""

    code = "calls.bad_call_id"


class MayNotListen(Forbidden):
    """You may not listen to recordings. Ask whoever administers your company for that."""

    code = "calls.may_not_listen"


class MayNotDownload(Forbidden):
    """You may not download recordings. Ask whoever administers your company for that."""

    code = "calls.may_not_download"


class NoFaxNumber(Invalid):
    """{number} is no number that a fax can be sent to."""

    code = "calls.no_fax_number"


class NoFaxableDocument(Invalid):
    """The document cannot be sent as a fax: {reason}."""

    code = "calls.no_faxable_document"
