"""How a person is told outside the desk."""

from django.urls import path

from review.views import notices

urlpatterns = [
    path("notices/", notices.index, name="notices"),
    path("notices/save/", notices.save, name="notices_save"),
    path("notices/send/", notices.send, name="notices_send"),
    path("notices/webhook/", notices.connect, name="notices_connect"),
    path("notices/webhook/test/", notices.test, name="notices_test"),
    path("notices/webhook/disconnect/", notices.disconnect, name="notices_disconnect"),
    path("notices/opened/", notices.opened, name="notices_opened"),
    path("notices/off/<str:token>/", notices.off, name="notices_off"),
]
