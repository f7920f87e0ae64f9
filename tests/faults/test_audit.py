"""The audit can fail: each thing that a fault could leave behind is made by hand, and it tells of it."""

import pytest

from . import audit
from .client import Writer

pytestmark = pytest.mark.slow
ENTRY = "(SELECT id FROM record_entry WHERE event = 'item.added' ORDER BY number DESC LIMIT 1)"
ADDED = "(SELECT subject_id FROM record_entry WHERE event = 'item.added' ORDER BY number DESC LIMIT 1)"
NOTED = "(SELECT subject_id FROM record_entry WHERE event = 'item.edited')"
OWED = "INSERT INTO record_effect (id, circle_id, entry_id, subscriber, attempts) SELECT"
FAULTS = {  # by what the audit says of it
    "entries, and the counter stands at": [f"DELETE FROM record_entry WHERE id = {ENTRY}"],
    "0 entries added it": [f"DELETE FROM record_entry WHERE id = {ENTRY}"],
    "version 2, and 0 entries changed it": [f"UPDATE plans_item SET version = 2 WHERE id = {ADDED}"],
    "the record says 'seen'": [f"UPDATE plans_item SET note = '' WHERE id = {NOTED}"],
    "added an item that is not there": [f"DELETE FROM plans_item WHERE id = {ADDED}"],
    "and its entries say otherwise": [f"UPDATE plans_item SET withdrawn_at = '2031-05-06' WHERE id = {ADDED}"],
    "its hash is another one's": [f"UPDATE record_entry SET body = replace(body, 'Z', 'z') || ' ' WHERE id = {ENTRY}"],
    "its texts are not those that": [f"UPDATE record_text SET text = 'x' WHERE entry_id = {ENTRY}"],
    "text and columns differ": [f"UPDATE record_entry SET event = 'item.edited' WHERE id = {ENTRY}"],
    "effects for": [f"{OWED} '0123456789abcdef', circle_id, id, 'x', 0 FROM record_entry WHERE id = {ENTRY}"],
    "items stand at": ["UPDATE plans_item SET path = (SELECT max(path) FROM plans_item)"],
    "does not stand below what holds it": [f"UPDATE plans_item SET depth = 1 WHERE id = {ADDED}"],
    "whether it holds others is wrong": [f"UPDATE plans_item SET is_summary = 1 WHERE id = {ADDED}"],
    "the last number given is": [f"UPDATE plans_item SET number = 99 WHERE id = {ADDED}"],
    "an end of it is not there": [f"UPDATE plans_item SET withdrawn_at = '2031-05-06' WHERE id = {NOTED}"],
    "added a link that is not there": ["DELETE FROM plans_link"],
    "links were changed": ["UPDATE plans_link SET version = 2"],
    "its dates do not follow": [f"UPDATE plans_scheduled SET finish_at = '2031-06-01T17:00' WHERE item_id = {ADDED}"],
    "were computed from are other rows": [f"UPDATE plans_item SET duration_minutes = 960 WHERE id = {ADDED}"],
    "refers to nothing": [f"DELETE FROM record_entry WHERE id = {ENTRY}"],
}


def test_each_fault_made_by_hand_is_told(embedded):
    embedded.hub.start()
    writer = Writer(embedded.hub.port, embedded.tokens[0])
    first, second = embedded.items[:2]
    writer.write("PATCH", f"/plans/items/{first}", {"version": 1, "note": "seen"})
    writer.write("POST", "/plans/links", {"predecessor_id": first, "successor_id": second})
    writer.write("POST", f"/plans/{embedded.plan}/items", {"items": [{"name": "new", "duration_minutes": 480}]})
    writer.close()
    embedded.hub.stop()

    told = audit.audited_with(embedded.hub.environment, FAULTS)

    assert audit.audited(embedded.hub.environment)["wrong"] == [] == writer.refused
    assert {said: wrong for said, wrong in told.items() if said not in " | ".join(wrong)} == {}
