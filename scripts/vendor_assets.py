"""Fetch the front-end packages from npm at their pinned versions and write what we serve of them to static/.

    python scripts/vendor_assets.py

Needs npm. The results are committed, so that neither a build nor a server does. static/vendor/VENDORED.md
lists them.
"""

import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
SPRITE = ROOT / "static" / "icons" / "sprite.svg"
ICON_LIST = ROOT / "static" / "icons" / "icons.txt"

BOOTSTRAP = "bootstrap@5.3.9"
HTMX = "htmx.org@2.0.11"
FONT = "@fontsource-variable/figtree@5.3.0"
ICONS = "lucide-static@1.62.0"
SASS = "sass@1.83.4"


def fetch(package: str, into: Path) -> Path:
    """Download one npm package and return the folder of its files."""
    folder = into / re.sub(r"\W+", "-", package)
    folder.mkdir()
    npm("pack", "--silent", "--pack-destination", str(folder), package, cwd=folder)
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def npm(*arguments: str, cwd: Path) -> None:
    """Run npm, and stop at its first error."""
    subprocess.run(["npm", *arguments], cwd=cwd, check=True, stdout=subprocess.DEVNULL)


def vendor_bootstrap(work: Path) -> None:
    """Compile scripts/bootstrap.scss against Bootstrap's own sources."""
    package = fetch(BOOTSTRAP, work)
    modules = work / "modules"
    modules.mkdir()
    shutil.copytree(package, modules / "bootstrap")
    target = VENDOR / "bootstrap.min.css"
    source = ROOT / "scripts" / "bootstrap.scss"
    options = ["--style=compressed", "--no-source-map", "--quiet", f"--load-path={modules}"]
    npm("exec", "--yes", f"--package={SASS}", "--", "sass", *options, str(source), str(target), cwd=work)
    banner = f"/*! {BOOTSTRAP} (reduced), MIT, https://getbootstrap.com */\n"
    text = target.read_text(encoding="utf-8").removeprefix("\ufeff").removeprefix('@charset "UTF-8";')
    target.write_text(banner + text, encoding="utf-8")


def vendor_htmx(work: Path) -> None:
    """Copy htmx as its authors minified it."""
    shutil.copy(fetch(HTMX, work) / "dist" / "htmx.min.js", VENDOR / "htmx.min.js")


def vendor_font(work: Path) -> None:
    """Copy the Latin subset of the variable font, with its licence."""
    package = fetch(FONT, work)
    fonts = VENDOR / "fonts"
    fonts.mkdir(exist_ok=True)
    shutil.copy(package / "files" / "figtree-latin-wght-normal.woff2", fonts)
    shutil.copy(package / "LICENSE", fonts / "figtree-OFL.txt")


def vendor_icons(work: Path) -> None:
    """Put the icons named in static/icons/icons.txt into one sprite, one symbol an icon."""
    folder = fetch(ICONS, work) / "icons"
    names = sorted({name for name in ICON_LIST.read_text(encoding="utf-8").split() if name})
    symbols = [symbol(name, (folder / f"{name}.svg").read_text(encoding="utf-8")) for name in names]
    banner = f"<!-- {ICONS}, ISC, https://lucide.dev -->"
    sprite = f'<svg xmlns="http://www.w3.org/2000/svg">\n{banner}\n' + "\n".join(symbols) + "\n</svg>\n"
    SPRITE.write_text(sprite, encoding="utf-8")


def symbol(name: str, svg: str) -> str:
    """The drawing of one icon file as a symbol; colour and line width come from the page's CSS."""
    drawing = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.DOTALL)
    if drawing is None:
        raise ValueError(f"{name}.svg holds no drawing.")
    shapes = re.sub(r"\s*\n\s*", "", drawing.group(1)).strip()
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>'


def main() -> None:
    """Vendor everything into static/."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        for step in (vendor_bootstrap, vendor_htmx, vendor_font, vendor_icons):
            step(work)


if __name__ == "__main__":
    main()
