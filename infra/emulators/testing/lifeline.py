"""Emulators that tests start end with the tests, however these end: by SIGKILL too."""

from __future__ import annotations

import os

LIFELINE, _HELD = os.pipe()
"""Standard input of every emulator (`--stop-with-stdin`): it ends when this process does, which alone can write."""
