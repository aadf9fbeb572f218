"""Static files of the built front ends, by whitenoise: hashed names are cached for a year."""

import re
from typing import Any

from django.conf import settings
from whitenoise.middleware import WhiteNoiseMiddleware

HASHED = re.compile(r"^.+[-.][A-Za-z0-9_-]{8,}\.(js|css|woff2|svg|png|webp)$")


class FrontEndFiles(WhiteNoiseMiddleware):
    def __init__(self, get_response: Any) -> None:
        super().__init__(get_response, settings)
        for name, folder in settings.FRONTEND_APPS.items():
            if folder.is_dir():
                self.add_files(str(folder), prefix=f"/static/{name}/")

    def immutable_file_test(self, path: str, url: str) -> bool:
        return "/assets/" in url and bool(HASHED.match(url))
