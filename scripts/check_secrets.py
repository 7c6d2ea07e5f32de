"""Fails when a file of the repository seems to hold a secret; `# pragma: allowlist secret` excuses a line."""

import json
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
# Package hashes, vendored minified code and catalogues look random without being secret.
EXCLUDED = r"requirements.*\.txt|scripts/uv\.txt|static/vendor/.*|locale/.*"


# Tests are full of made-up passwords and numbers; there, only keys of a known provider's form count.
GUESSING = ("Base64HighEntropyString", "BasicAuthDetector", "HexHighEntropyString", "KeywordDetector")


def main() -> int:
    """Scan what git tracks or would track."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    files = [name for name in listed.stdout.splitlines() if (REPOSITORY / name).is_file()]
    tests = [name for name in files if name.startswith("tests/")]
    found = _scan(tests, GUESSING) + _scan([name for name in files if name not in tests], ())
    for line in found:
        print(line)
    return 1 if found else 0


def _scan(files: list[str], without: tuple[str, ...]) -> list[str]:
    """One line for each finding, where and of which kind; never the secret itself."""
    scan = subprocess.run(
        [
            f"{Path(sys.executable).parent}/detect-secrets",
            *("scan", "--exclude-files", EXCLUDED),
            *(word for plugin in without for word in ("--disable-plugin", plugin)),
            *files,
        ],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    results = json.loads(scan.stdout)["results"].values()
    return [f"{one['filename']}:{one['line_number']}: {one['type']}" for file in results for one in file]


if __name__ == "__main__":
    sys.exit(main())
