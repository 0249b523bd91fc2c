"""Builds sdist and wheel and checks what is in them: `python -m tools.check_package`.

The wheel is built from the sdist, as a packager would, without isolation: what that takes is locked already.
"""

import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from tools import assets

# Never in a package that people install.
FOREIGN = ("tests/", "tools/", "node_modules/", ".venv/")


def build(folder: Path) -> tuple[Path, Path]:
    """Build both into `folder`; return the paths of sdist and wheel. Raises CalledProcessError."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(assets.ROOT)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return next(folder.glob("*.tar.gz")), next(folder.glob("*.whl"))


def find_faults(sdist: Path, wheel: Path) -> list[str]:
    """Return a sentence for each thing that a package lacks or should not have."""
    with tarfile.open(sdist) as archive:
        source_names = {name.partition("/")[2] for name in archive.getnames()}
    with zipfile.ZipFile(wheel) as archive_:
        wheel_names = set(archive_.namelist())
    fonts = [f"fonts/golos-text-{subset}-wght-normal.woff2" for subset in assets.FONT_SUBSETS]
    expected = [*assets.FILES, *fonts, assets.FONT_CSS, assets.SPRITE]
    wanted = [f"{assets.VENDOR}/{name}" for name in expected]
    faults = [f"{wheel.name} lacks {name}" for name in wanted if name not in wheel_names]
    faults += [f"{sdist.name} lacks {name}" for name in wanted if name not in source_names]
    faults += [f"{wheel.name} should not hold {name}" for name in wheel_names if name.startswith(FOREIGN)]
    return faults


def main() -> int:
    """Build, check and report; return the exit code."""
    with tempfile.TemporaryDirectory(prefix="kartoteka-package-") as folder:
        try:
            sdist, wheel = build(Path(folder))
        except subprocess.CalledProcessError as error:
            print(f"The package could not be built (exit code {error.returncode}).", file=sys.stderr)
            return 1
        faults = find_faults(sdist, wheel)
        print("\n".join(faults) if faults else f"{sdist.name} and {wheel.name} carry the assets")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
