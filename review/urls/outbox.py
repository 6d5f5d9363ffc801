"""The outbox, and the mail that comes in."""

from django.urls import path

from review.views import inbox, outbox

urlpatterns = [
    path("outbox/", outbox.index, name="outbox"),
    path("outbox/<int:pk>/", outbox.message, name="outbox_message"),
    path("outbox/<int:pk>/settle/", outbox.settle, name="outbox_settle"),
    path("outbox/<int:pk>/unblock/", outbox.unblock, name="outbox_unblock"),
    path("outbox/<int:pk>/cancel/", outbox.cancel, name="outbox_cancel"),
    path("inbox/", inbox.index, name="inbox"),
    path("inbox/upload/", inbox.upload, name="inbox_upload"),
]
