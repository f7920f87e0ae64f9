"""What the test of computations lets another process do."""

import os
import time


def count(first, *, watch, last=3):
    for number in range(last):
        watch.tell(number + 1, last)
    return first, last, os.getpid()


def refuse(*, watch):
    raise ValueError("No such plan.")


def die(*, watch):
    os._exit(9)


def wait_long(*, watch):
    time.sleep(600)
