"""The desk: the queue and the verbs on one item."""

from django.urls import path

from review.views import bulk, desk, items, queue_list

ITEM = "desk/items/<int:pk>/"

urlpatterns = [
    path("desk/", desk.index, name="desk"),
    path("queue/", queue_list.index, name="queue"),
    path("desk/ring/", desk.ring, name="ring"),
    path("desk/column/", desk.beside, name="column"),
    path("desk/pulse/", desk.pulse, name="pulse"),
    path("desk/bulk/", bulk.index, name="bulk"),
    path("desk/bulk/approve/", bulk.approve, name="bulk_approve"),
    path(ITEM, desk.item, name="item"),
    path(f"{ITEM}approve/", items.approve, name="item_approve"),
    path(f"{ITEM}edit/", items.edit, name="item_edit"),
    path(f"{ITEM}diff/", items.diff, name="item_diff"),
    path(f"{ITEM}preference/", items.preference, name="item_preference"),
    path(f"{ITEM}reject/", items.reject, name="item_reject"),
    path(f"{ITEM}rewrite/", items.rewrite, name="item_rewrite"),
    path(f"{ITEM}snooze/", items.snooze, name="item_snooze"),
    path(f"{ITEM}reassign/", items.reassign, name="item_reassign"),
    path(f"{ITEM}resolve/", items.resolve, name="item_resolve"),
    path(f"{ITEM}undo/", items.undo, name="item_undo"),
]
