from conmuta.platform.errors import Invalid, NotFound


class NoSuchCall(NotFound):
    """There is no call {id} here. `conmuta calls` lists those that there are."""

    code = "calls.no_such_call"


class NoSuchRecording(NotFound):
    """There is no recording {id} here."""

    code = "calls.no_such_recording"


class RecordingGone(NotFound):
    """The audio of recording {id} is no longer in the store."""

    code = "calls.recording_gone"


class BadCallId(Invalid):
    """{id} is no call's id: it looks like 1-1795000000.42."""

    code = "calls.bad_call_id"
