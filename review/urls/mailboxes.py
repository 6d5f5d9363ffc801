"""A person's own mailbox, and everybody's."""

from django.urls import path

from review.views import mailboxes

urlpatterns = [
    path("mailbox/", mailboxes.own, name="own_mailbox"),
    path("mailbox/connect/", mailboxes.connect, name="own_mailbox_connect"),
    path("mailbox/test/", mailboxes.test, name="own_mailbox_test"),
    path("mailbox/disconnect/", mailboxes.disconnect, name="own_mailbox_disconnect"),
    path("setup/mailboxes/", mailboxes.index, name="mailboxes"),
    path("setup/mailboxes/<int:pk>/pause/", mailboxes.pause, name="mailbox_pause"),
    path("setup/mailboxes/<int:pk>/resume/", mailboxes.resume, name="mailbox_resume"),
]
