"""The application that starts the others."""

from django.apps import AppConfig


class RuntimeConfig(AppConfig):
    """Has no models: it is installed for its management command."""

    name = "runtime"
    verbose_name = "Runtime"
