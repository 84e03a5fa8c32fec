"""A call's story in words, Spanish and English. Pure."""

from conmuta.apps.calls.timeline.story import tell

__all__ = ["tell"]
