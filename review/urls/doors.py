"""What other programs call, and the page where an admin lets them in."""

from django.urls import path

from review.views import api, connections, hooks

ONE_KEY = "setup/connections/tokens/<int:pk>/"
ONE_HOST = "setup/connections/hosts/<int:pk>/"
ONE_SOURCE = "setup/connections/sources/<int:pk>/"

urlpatterns = [
    path("api/signals", api.post_signal, name="api_signals"),
    path("api/accounts/<int:pk>/context", api.account_context, name="api_context"),
    path("api/drafts", api.post_draft, name="api_drafts"),
    path("api/drafts/<int:pk>", api.draft, name="api_draft"),
    path("hooks/signals/<slug:slug>", hooks.signal, name="hook_signal"),
    path("hooks/mail/<slug:esp>/<slug:kind>/", hooks.mail, name="hook_mail"),
    path("setup/connections/", connections.index, name="connections"),
    path("setup/connections/tokens/make/", connections.make_token, name="token_make"),
    path(ONE_KEY, connections.token, name="token"),
    path(f"{ONE_KEY}revoke/", connections.revoke_token, name="token_revoke"),
    path("setup/connections/hosts/allow/", connections.allow_host, name="notice_host_allow"),
    path(f"{ONE_HOST}forbid/", connections.forbid_host, name="notice_host_forbid"),
    path("setup/connections/sources/make/", connections.make_source, name="source_make"),
    path(ONE_SOURCE, connections.source, name="source"),
    path(f"{ONE_SOURCE}rotate/", connections.rotate_source, name="source_rotate"),
    path(f"{ONE_SOURCE}revoke/", connections.revoke_source, name="source_revoke"),
]
