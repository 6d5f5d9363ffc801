"""The pages of this screen."""

urlpatterns: list = []
