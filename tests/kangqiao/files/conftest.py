import pytest

from kangqiao.core.actor import Actor

ACTOR = Actor(kind="staff", id=7, name="苏敏")


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """Every test has a media folder of its own."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return tmp_path / "media"
