"""
What a server runs: a small Starlette shell, Django as WSGI in a pool of threads, and the worker of background jobs.

It does not start behind a wall that is not the one the models describe.
"""

import gc
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "consortio.settings")

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver
from starlette.applications import Starlette
from starlette.routing import Mount

THREADS = 8
GARBAGE_AFTER = 10_000  # new objects: a page of rows makes some twenty thousand, and leaves no circles behind

django = get_wsgi_application()

from consortio.access import wall  # noqa: E402  -- models exist from here on
from consortio.jobs import worker  # noqa: E402

wall.verify()
len(get_resolver().url_patterns)  # loads all pages and the API, which Django would load for whoever asks first
gc.freeze()  # what is loaded by now stays: looking through it for garbage was a fourteenth of each page's time
gc.set_threshold(GARBAGE_AFTER, 20, 20)


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    running = worker.start()
    try:
        yield
    finally:
        running.stop()


application = Starlette(routes=[Mount("/", app=WSGIMiddleware(django, workers=THREADS))], lifespan=lifespan)
