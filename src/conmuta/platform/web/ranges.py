"""Parts of a file (RFC 9110, section 14): what a player asks for when a person jumps in it."""

import os
import re
from typing import BinaryIO

from django.http import HttpRequest, HttpResponse

MOST_BYTES = 4 << 20  # of one answer to an open-ended part; the player asks for the rest
_ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)\Z")


def ranged(request: HttpRequest, file: BinaryIO, content_type: str) -> HttpResponse:
    """The file, or the one part of it that `Range` asks for; several parts are not given."""
    size = file.seek(0, os.SEEK_END)
    asked = _ONE_RANGE.match(request.headers.get("Range", ""))
    if asked is None or not (asked[1] or asked[2]):
        file.seek(0)
        return _answer(file.read(), content_type, 200)
    first, last = _ends(asked[1], asked[2], size)
    if first >= size or last < first:
        refused = HttpResponse(status=416)
        refused.headers["Content-Range"] = f"bytes */{size}"
        return refused
    file.seek(first)
    response = _answer(file.read(last - first + 1), content_type, 206)
    response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _ends(first: str, last: str, size: int) -> tuple[int, int]:
    """The first and the last byte. Without a first one, `last` is how many from the end."""
    if not first:
        return max(0, size - int(last)), size - 1
    start = int(first)
    end = int(last) if last else start + MOST_BYTES - 1
    return start, min(end, size - 1)


def _answer(content: bytes, content_type: str, status: int) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type, status=status)
    response.headers["Accept-Ranges"] = "bytes"
    return response
