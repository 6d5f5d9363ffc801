"""The accounts: the list, one account, and who speaks there."""

from django.urls import path

from review.views import accounts, contacts

urlpatterns = [
    path("accounts/", accounts.index, name="accounts"),
    path("accounts/<int:pk>/", accounts.account, name="account"),
    path("accounts/<int:pk>/take-over/", accounts.take_over, name="account_take_over"),
    path("accounts/<int:pk>/hand-back/", accounts.hand_back, name="account_hand_back"),
    path("accounts/<int:pk>/do-not-contact/", contacts.suppress_account, name="account_suppress"),
    path("contacts/<int:pk>/", contacts.contact, name="contact"),
    path("contacts/<int:pk>/do-not-contact/", contacts.suppress, name="contact_suppress"),
    path("contacts/<int:pk>/basis/", contacts.basis, name="contact_basis"),
]
