"""How a worker in this process learns at once that there is something to do; others look every second."""

from threading import Event

wake = Event()
