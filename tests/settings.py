"""The product's settings for the suite, cut off from the machine: no key, mailbox, queue or proxy
of a developer reaches a test or a process that a test starts."""

import atexit
import os
import shutil
import tempfile

OWN = ("OPENAI_", "MODEL_", "EMAIL_URL", "REDIS_URL", "MAIL_DOMAIN", "DEFAULT_FROM", "SITE_URL")
OWN += ("SECRET_KEY", "DEBUG", "ALLOWED_HOSTS", "WORKERS", "STATIC_MANIFEST", "CONN_MAX_AGE")
OWN += ("TRUSTED_PROXIES", "TRUSTED_HOSTS", "VAULT_KEYS", "INBOUND_", "MAIL_PROVIDER")
OWN += ("ANYMAIL_",)

for _name in list(os.environ):
    if _name.startswith(OWN) or _name.upper().endswith("_PROXY"):
        del os.environ[_name]

os.environ["ENV_FILE"] = ""  # what a developer keeps there is theirs

if "TEST_STATE_DIR" not in os.environ:  # the other processes of the same run inherit it
    os.environ["TEST_STATE_DIR"] = tempfile.mkdtemp(prefix="countersign-")
    atexit.register(shutil.rmtree, os.environ["TEST_STATE_DIR"], ignore_errors=True)
os.environ["STATE_DIR"] = os.environ["TEST_STATE_DIR"]

# A process that a test starts costs half when the code is not compiled again.
if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
    os.environ["PYTHONPYCACHEPREFIX"] = os.path.join(os.environ["STATE_DIR"], "pycache")

from revenue.settings import *  # noqa: E402, F403
from revenue.settings import DATABASES, STATE_DIR, STATIC_ROOT  # noqa: E402

STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_AUTOREFRESH = True  # each test's client would read in every static file
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in production: a database in memory has other locks and no second process.
    DATABASES["default"]["TEST"] = {"NAME": str(STATE_DIR / "test.sqlite3")}
