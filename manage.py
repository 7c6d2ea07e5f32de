#!/usr/bin/env python
"""Django's command line for Créneau."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415 - may fail, see below
        from django.core.management import execute_from_command_line  # noqa: PLC0415
    except ImportError as error:
        sys.exit(
            f"Django is not installed in this Python ({error}). Run `make run`, or activate .venv first."
        )
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:  # settings explain themselves in one sentence
        sys.exit(str(error))


if __name__ == "__main__":
    main()
