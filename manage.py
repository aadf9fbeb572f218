#!/usr/bin/env python
"""Django's command line. Commands that work on hospitals say so in their help."""

import os
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent / "src")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kangqiao.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
