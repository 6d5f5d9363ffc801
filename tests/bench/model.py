"""The local model as its client sees it: started for a block, with a latency to choose.

It is a process of its own, so that its work is not counted as ours.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.request import urlopen

from django.conf import settings

from tests.postgres import stop_with_parent


@dataclass(frozen=True)
class Endpoint:
    origin: str

    @property
    def url(self) -> str:
        return f"{self.origin}/v1"

    def most_in_flight(self) -> int:
        """Since it was last asked."""
        with urlopen(f"{self.origin}/most") as answer:
            return int(answer.read())


@contextmanager
def serving(latency: float) -> Iterator[Endpoint]:
    """The settings name it as long as the block lasts."""
    command = [sys.executable, "-m", "tests.bench.process", "model_server", str(latency)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True,
                               preexec_fn=stop_with_parent)  # fmt: skip
    try:
        endpoint = Endpoint(f"http://127.0.0.1:{int(process.stdout.readline())}")
        settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = endpoint.url, "sk-bench"
        yield endpoint
    finally:
        settings.OPENAI_BASE_URL = settings.OPENAI_API_KEY = ""
        process.kill()
        process.wait()
