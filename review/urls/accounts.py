"""The accounts: the list, one account, who speaks there, and what a rep does there themselves."""

from django.urls import path

from review.views import accounts, contacts, deals, meetings, touches, writing

ACCOUNT = "accounts/<int:pk>/"

urlpatterns = [
    path("accounts/", accounts.index, name="accounts"),
    path("accounts/<int:pk>/", accounts.account, name="account"),
    path("accounts/<int:pk>/take-over/", accounts.take_over, name="account_take_over"),
    path("accounts/<int:pk>/hand-back/", accounts.hand_back, name="account_hand_back"),
    path(f"{ACCOUNT}strategic/", accounts.strategic, name="account_strategic"),
    path("accounts/<int:pk>/do-not-contact/", contacts.suppress_account, name="account_suppress"),
    path(f"{ACCOUNT}write/", writing.write, name="account_write"),
    path(f"{ACCOUNT}write/send/", writing.send, name="account_send"),
    path(f"{ACCOUNT}log/", touches.log, name="account_log"),
    path(f"{ACCOUNT}log/keep/", touches.keep, name="account_log_keep"),
    path(f"{ACCOUNT}meetings/", meetings.index, name="account_meetings"),
    path(f"{ACCOUNT}meetings/book/", meetings.book, name="meeting_book"),
    path(f"{ACCOUNT}deals/new/", deals.new, name="deal_new"),
    path(f"{ACCOUNT}deals/open/", deals.open_one, name="deal_open"),
    path(f"{ACCOUNT}people/new/", contacts.new, name="contact_new"),
    path(f"{ACCOUNT}people/add/", contacts.add, name="contact_add"),
    path("meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("meetings/<int:pk>/end/", meetings.end, name="meeting_end"),
    path("meetings/<int:pk>/move/", meetings.move, name="meeting_move"),
    path("meetings/<int:pk>/call-off/", meetings.call_off, name="meeting_call_off"),
    path("deals/<int:pk>/", deals.deal, name="deal"),
    path("deals/<int:pk>/move/", deals.move, name="deal_move"),
    path("deals/<int:pk>/won/", deals.won, name="deal_won"),
    path("deals/<int:pk>/lost/", deals.lost, name="deal_lost"),
    path("contacts/<int:pk>/", contacts.contact, name="contact"),
    path("contacts/<int:pk>/do-not-contact/", contacts.suppress, name="contact_suppress"),
    path("contacts/<int:pk>/correct/", contacts.correct, name="contact_correct"),
    path("contacts/<int:pk>/basis/", contacts.basis, name="contact_basis"),
]
