from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.folders import make_var_dir
from tests.notifications.transports.mail_server import mail_server
from tests.services import remove
from tests.system.customers import SLUG, Visits
from tests.system.mail import Mailbox
from tests.system.site import Site, eventually


@pytest.fixture(scope="session")
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture(scope="session")
def site(mailbox: Mailbox) -> Iterator[Site]:
    """The site with a small dealership, behind a proxy that names each client, as it would run in earnest."""
    var = Path(os.environ["VAR_DIR"]) / "system"
    make_var_dir(var)
    with mail_server(mailbox) as address:
        site = Site(var, EMAIL_URL=f"smtp://{address}", RATE_LIMITS="on", TRUSTED_PROXY_COUNT="1")
        try:
            assert eventually(site.has_started, 100), site.output.read_text()
            assert site.process.poll() is None, site.output.read_text()
            seeded = site.command("-m", "tests.system.seed", SLUG)
            assert seeded.returncode == 0, seeded.stderr + site.output.read_text()
            yield site
        finally:
            site.stop()
            remove(var)


@pytest.fixture(scope="session")
def visits(site: Site) -> Visits:
    """Customers to come; a few have been there, so that no process serves its very first one."""
    visits = Visits(site)
    assert [visits.new().ask(site).status for _ in range(6)] == [201] * 6
    return visits
