"""Lists in pages: `limit` and, from the answer before, `after`."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

from ninja import Query
from pydantic import BaseModel, create_model

T = TypeVar("T")

USUAL, MOST = 100, 1000

Limit = Annotated[int, Query(ge=1, le=MOST, description="How many at most.")]
After = Annotated[str, Query(max_length=300, description="`next` of the page before.")]


def page_shape(item: type[BaseModel]) -> type[BaseModel]:
    """The answer of a list of `item`."""
    listed: Any = list[item]  # type: ignore[valid-type]
    return create_model(f"{item.__name__}Page", items=(listed, ...), next=(str | None, ...))


def page(keys: Sequence[str], limit: int, after: str, look: Callable[[str], T]) -> dict[str, Any]:
    """One page of what has these keys, in their order."""
    rest = [key for key in keys if key > after] if after else list(keys)
    taken = rest[:limit]
    more = taken[-1] if len(rest) > limit else None
    return {"items": [look(key) for key in taken], "next": more}
