"""HTTP: `granian --interface wsgi kangqiao.config.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kangqiao.config.settings")
application = get_wsgi_application()
