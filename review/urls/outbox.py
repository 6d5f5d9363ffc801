"""The outbox, and the mail that comes in."""

from django.urls import path

from review.views import inbox, outbox, unassigned

urlpatterns = [
    path("outbox/", outbox.index, name="outbox"),
    path("outbox/<int:pk>/", outbox.message, name="outbox_message"),
    path("outbox/<int:pk>/settle/", outbox.settle, name="outbox_settle"),
    path("outbox/<int:pk>/unblock/", outbox.unblock, name="outbox_unblock"),
    path("outbox/<int:pk>/cancel/", outbox.cancel, name="outbox_cancel"),
    path("inbox/", inbox.index, name="inbox"),
    path("inbox/upload/", inbox.upload, name="inbox_upload"),
    path("inbox/<int:pk>/", unassigned.mail, name="inbox_mail"),
    path("inbox/<int:pk>/assign/", unassigned.assign, name="inbox_assign"),
    path("inbox/<int:pk>/set-aside/", unassigned.set_aside, name="inbox_set_aside"),
    path("inbox/<int:pk>/put-back/", unassigned.put_back, name="inbox_put_back"),
]
