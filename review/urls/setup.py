"""From demo to mine: the checklist, people, imports, owners, stops."""

from django.urls import path

from review.views import hours, imports, people, privacy, setup, stops, style, suppressions

PERSON = "setup/people/<int:pk>/"
IMPORT = "setup/imports/<int:pk>/"

urlpatterns = [
    path("setup/", setup.index, name="setup"),
    path("setup/sender/", setup.sender, name="setup_sender"),
    path("setup/sender/save/", setup.save_sender, name="setup_sender_save"),
    path("setup/mailbox/", setup.mailbox_page, name="setup_mailbox"),
    path("setup/mailbox/test/", setup.test_mailbox, name="setup_mailbox_test"),
    path("setup/model/", setup.model_page, name="setup_model"),
    path("setup/model/test/", setup.test_model, name="setup_model_test"),
    path("setup/owners/", setup.owners_page, name="owners"),
    path("setup/owners/give/", setup.give_owners, name="owners_give"),
    path("setup/demo/", setup.demo_page, name="demo"),
    path("setup/demo/remove/", setup.remove_demo, name="demo_remove"),
    path("setup/people/", people.index, name="people"),
    path("setup/people/invite/", people.invite, name="person_invite"),
    path(PERSON, people.person, name="person"),
    path(f"{PERSON}change/", people.change_person, name="person_change"),
    path(f"{PERSON}link/", people.make_link, name="person_link"),
    path(f"{PERSON}deactivate/", people.deactivate, name="person_deactivate"),
    path(f"{PERSON}reactivate/", people.reactivate, name="person_reactivate"),
    path("setup/imports/", imports.index, name="imports"),
    path("setup/imports/upload/", imports.upload, name="import_upload"),
    path(IMPORT, imports.result, name="import"),
    path(f"{IMPORT}check/", imports.check, name="import_check"),
    path(f"{IMPORT}columns/", imports.columns, name="import_columns"),
    path(f"{IMPORT}commit/", imports.commit, name="import_commit"),
    path(f"{IMPORT}progress/", imports.progress, name="import_progress"),
    path(f"{IMPORT}discard/", imports.discard, name="import_discard"),
    path(f"{IMPORT}issues.csv", imports.sheet, name="import_issues"),
    path("setup/hours/", hours.index, name="setup_hours"),
    path("setup/hours/save/", hours.save, name="setup_hours_save"),
    path("setup/hours/undo/", hours.save_undo, name="setup_undo_save"),
    path("setup/stops/", stops.index, name="stops"),
    path("setup/stops/stop/", stops.stop, name="stop"),
    path("setup/stops/<int:pk>/lift/", stops.lift, name="stop_lift"),
    path("setup/do-not-contact/", suppressions.index, name="suppressions"),
    path("setup/do-not-contact/add/", suppressions.add, name="suppression_add"),
    path("setup/do-not-contact/<int:pk>/", suppressions.entry, name="suppression"),
    path("setup/do-not-contact/<int:pk>/lift/", suppressions.lift, name="suppression_lift"),
    path("setup/privacy/", privacy.index, name="privacy"),
    path("setup/privacy/person/", privacy.look, name="privacy_person"),
    path("setup/privacy/copy/", privacy.copy, name="person_export"),
    path("setup/privacy/erase/", privacy.erase, name="person_erase"),
    path("setup/privacy/<int:pk>/go-on/", privacy.go_on, name="erasure_go_on"),
    path("setup/quarantine/", stops.quarantine, name="quarantine"),
    path("setup/quarantine/<int:pk>/lift/", stops.release, name="quarantine_lift"),
    path("style/", style.index, name="style"),
]
