"""The REST API, `/api/v1`: the same actions as files and pages, for programs."""
