from __future__ import annotations

import sys

from infra.operate.cli import main

if __name__ == "__main__":
    sys.exit(main())
