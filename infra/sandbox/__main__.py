"""`python -m infra.sandbox`: ports from KANGQIAO_PORT (+2 HTTP, +3 SMTP)."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sandbox.server import main

sys.exit(main())
