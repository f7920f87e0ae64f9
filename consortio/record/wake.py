"""How a worker in this process learns at once that there is something to do; others look now and then."""

from threading import Event

wake = Event()
