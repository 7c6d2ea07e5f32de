"""Compiling the translations without gettext, only where a catalogue changed."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_catalogues(locale: Path) -> list[Path]:
    """Compile each `<language>/LC_MESSAGES/*.po`, at any depth, that is newer than its .mo; returns what was compiled.

    Fuzzy entries are left out, as gettext does. Safe when two processes do it at once.
    """
    stale = [po for po in sorted(locale.glob("**/LC_MESSAGES/*.po")) if _is_stale(po)]
    for po in stale:
        _compile(po)
    return stale


def _is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime


def _compile(po: Path) -> None:
    with po.open("rb") as source:
        # Without a locale Babel leaves the plural rule out, and French would count zero as English does.
        catalogue = read_po(source, locale=po.parent.parent.name, abort_invalid=True)
    aside = po.with_name(f".{po.stem}.{id(catalogue)}.mo")
    with aside.open("wb") as target:
        write_mo(target, catalogue, use_fuzzy=False)
    aside.replace(po.with_suffix(".mo"))
