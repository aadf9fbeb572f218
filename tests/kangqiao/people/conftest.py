import pytest

from kangqiao.core.actor import Actor
from kangqiao.core.permissions import default_permissions


@pytest.fixture
def clerk(in_a) -> Actor:
    """A check-up administrator: may make, change, merge and reveal."""
    return Actor(kind="staff", id=1, name="周岚", permissions=frozenset(default_permissions("checkup_admin")))
