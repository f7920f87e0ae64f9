"""Steps that several stories take: the first organisation, a partnership, a plan."""

import re
import time
from pathlib import Path

from .hub import Hub
from .reader import Reader

EMAIL, PASSWORD = "vera@footbridge.example", "seven herons over the weir"


def make_first_organisation(reader: Reader) -> None:
    reader.go("/")
    reader.page.locator("#id_organisation").fill("Weir Council")
    reader.page.locator("#id_name").fill("Vera Lindqvist")
    reader.page.locator("#id_email").fill(EMAIL)
    reader.page.locator("#id_password").fill(PASSWORD)
    reader.press(reader.page.locator("form[action='/first-run'] button"))


def found_partnership(reader: Reader) -> None:
    reader.go("/partnerships/new")
    reader.page.locator("#id_name").fill("Footbridge")
    reader.page.locator("#id_letters").fill("WEI")
    reader.press(reader.page.locator("main form button"))


def bring_plan(reader: Reader, partnership: str, file: Path, circle: int = 0) -> None:
    """Bring a file into a circle, counted from the narrowest, as far as the preview."""
    reader.go(f"{partnership}/import")
    reader.page.locator("input[type=file]").set_input_files(file)
    reader.page.locator("input[name=circle]").nth(circle).check()
    reader.press(reader.page.locator("main form button").first)
    reader.page.wait_for_url("**/imports/*")


def apply_plan(reader: Reader) -> None:
    reader.press(reader.page.locator("form[action$='/application'] button.button--main"))
    reader.page.wait_for_url("**/plans/*")


def look_ahead(reader: Reader, words: str) -> None:
    """Go from a plan, or from a page about the whole of it, to another one."""
    reader.page.get_by_role("button", name="Look ahead").click()
    reader.press(reader.page.locator("#leads").get_by_role("link", name=words))


def link_to(hub: Hub, address: str) -> str:
    """Return the link in the newest mail to somebody; the worker sends it within moments."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        for path in (hub.data / "mail").glob("*") if (hub.data / "mail").exists() else ():
            for letter in reversed(path.read_text().split("-" * 79)):
                if f"To: {address}" in letter and (
                    found := re.search(rf"{hub.address}/invitations/[0-9a-f]{{64}}", letter)
                ):
                    return found.group()
        time.sleep(0.2)
    raise AssertionError(f"no mail to {address}")
