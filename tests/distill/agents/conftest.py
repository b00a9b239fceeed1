from __future__ import annotations

from collections.abc import Iterator

import pytest
from endpoint import Endpoint, endpoint


@pytest.fixture
def server() -> Iterator[Endpoint]:
    """An endpoint that behaves until it is told not to."""
    with endpoint() as running:
        yield running
